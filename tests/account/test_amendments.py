"""The buyer changes a contract: proposes a numbered amendment, signs by name or by a stamped copy."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from marketplace.account.demand_forms import DemandForm
from marketplace.common.actor import SYSTEM
from marketplace.notices.models import Mail
from marketplace.pesantren.models import StockRecord
from marketplace.pooling import terms
from marketplace.sourcing import calendar
from marketplace.sourcing.forms import MOST_UNITS
from marketplace.sourcing.models import Contract
from marketplace.sourcing.services import contracts
from offtakers.models import Approval, Company
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.companies import admin_of, blank_pdf, join_as, make_company
from tests.factories.sourcing import a_good, goods_of, make_commodity, make_contract, make_demand, make_quote

pytestmark = pytest.mark.django_db
SIGNED = {"name": "Contoh", "position": "Direktur", "agree": "on"}


def url(name: str, *args: Any) -> str:
    return reverse(f"account:{name}", args=args)


@pytest.fixture
def contract() -> Contract:
    manggis = make_commodity()
    listing = goods_of(make_pesantren("contoh-kebun"), manggis)
    return make_contract(make_quote(make_demand([a_good(manggis)], make_company()), listing))


def typed(contract: Contract, quantity: str) -> dict[str, str]:
    line = contract.lines.get()
    return {"text": "Panen lebih besar", "last": contract.last.isoformat(), f"line_{line.pk}": quantity}


def test_the_buyer_proposes_and_the_seller_takes_it(client: Any, contract: Contract) -> None:
    seller = make_member(make_user("penjual@example.com"), contract.seller).user
    client.force_login(admin_of(contract.company))
    address = url("contract-amend", contract.number)
    assert address in client.get(url("contract", contract.number)).text
    before = contract.lines.get().quantity
    same = client.post(address, typed(contract, str(before)))
    assert same.context["form"].non_field_errors()[0].startswith("Ini tidak bisa: tidak ada yang berbeda")
    made = client.post(address, typed(contract, "600"))
    assert made.url == url("contract", contract.number)
    amendment = contract.amendments.get()
    line = contract.lines.get()
    assert amendment.changes == {"lines": {str(line.pk): {"quantity": 600}}}
    assert amendment.proposed_by == admin_of(contract.company)
    assert Mail.objects.filter(key__contains="amendment/").get().to == seller.email
    assert address not in client.get(url("contract", contract.number)).text  # one is open at a time
    client.post(url("contract-amendment-sign", contract.number, 1), {**SIGNED, "seen": amendment.sha256})
    assert contract.lines.get().quantity == before
    sign = {"seen": amendment.sha256, "name": "Penjual", "position": "", "person": seller, "actor": SYSTEM}
    contracts.sign_amendment(amendment=amendment, side="seller", **sign)
    assert contract.lines.get().quantity == 600


def test_who_may_not_sign_proposes_nothing(client: Any, contract: Contract) -> None:
    address = url("contract-amend", contract.number)
    for role in ("finance", "approver"):
        client.force_login(join_as(contract.company, f"{role}@example.com", role))
        assert address not in client.get(url("contract", contract.number)).text
        assert client.post(address, typed(contract, "600")).status_code == 404
    client.force_login(admin_of(make_company(make_user("lain@example.com"))))
    assert client.post(address, typed(contract, "600")).status_code == 404
    assert not contract.amendments.exists()
    client.force_login(join_as(contract.company, "beli@example.com", "buyer"))
    assert client.post(address, typed(contract, "600")).status_code == 302


def test_only_a_contract_that_runs_is_changed(client: Any, contract: Contract) -> None:
    contracts.terminate(contract=contract, actor=SYSTEM, why="gagal panen")
    client.force_login(admin_of(contract.company))
    address = url("contract-amend", contract.number)
    assert address not in client.get(url("contract", contract.number)).text
    assert client.post(address, typed(contract, "600")).url == url("contract", contract.number)
    assert not contract.amendments.exists()


def test_signed_by_a_stamped_copy(client: Any, contract: Contract) -> None:
    person, line = admin_of(contract.company), contract.lines.get()
    changes = {"lines": {str(line.pk): {"quantity": 600}}}
    made = contracts.propose_amendment(
        contract=contract, side="seller", text="600 kg", changes=changes, person=person, actor=SYSTEM
    )
    client.force_login(person)
    address = url("contract-amendment-sign", contract.number, made.number)
    assert address in client.get(url("contract", contract.number)).text
    data = {**SIGNED, "seen": made.sha256}
    wrong = client.post(address, {**data, "stamped": SimpleUploadedFile("x.pdf", b"no paper")})
    assert wrong.context["form"].errors["stamped"]
    assert not made.signatures.exists()
    paper = blank_pdf()
    copy = SimpleUploadedFile("x.exe", paper)
    assert client.post(address, {**data, "stamped": copy}).status_code == 302
    signed = made.signatures.get()
    assert (signed.side, signed.stamped.name[-4:]) == ("buyer", ".pdf")
    assert client.post(address, data).context["form"].non_field_errors()  # once a side
    assert client.get(url("contract-amendment", contract.number, 99)).status_code == 404
    read = url("contract-amendment-stamped", contract.number, 1, "buyer")
    assert read in client.get(url("contract", contract.number)).text
    assert client.get(read).getvalue() == paper
    assert client.get(url("contract-stamped", contract.number, "buyer")).status_code == 404
    client.force_login(make_member(make_user("penjual@example.com"), contract.seller).user)
    theirs = reverse("workspace:stamped-copy", args=[contract.number, signed.pk])
    assert theirs in client.get(reverse("workspace:contract", args=[contract.number])).text
    assert client.get(theirs).getvalue() == paper
    client.force_login(make_member(make_user("tetangga@example.com"), make_pesantren("tetangga")).user)
    assert client.get(theirs).status_code == 404


def test_another_price_holds_for_what_is_ordered_after_it(client: Any, contract: Contract) -> None:
    line = contract.lines.get()
    client.force_login(admin_of(contract.company))
    address = url("contract-amend", contract.number)
    data = {**typed(contract, str(line.quantity)), f"price_{line.pk}": "sepuluh"}
    assert client.post(address, data).context["form"].errors[f"price_{line.pk}"]
    client.post(address, {**data, f"price_{line.pk}": "Rp 21.000"})
    amendment = contract.amendments.get()
    assert amendment.changes == {"lines": {str(line.pk): {"unit_price": 21_000}}}
    for side in ("buyer", "seller"):
        contracts.sign_amendment(
            amendment=amendment,
            side=side,
            name="Contoh",
            position="",
            person=admin_of(contract.company),
            seen=amendment.sha256,
            actor=SYSTEM,
        )
    line.refresh_from_db()
    assert (line.quantity, line.unit_price) == (500, 21_000)
    assert str(contracts.total(contract)) in client.get(url("contract", contract.number)).text


def test_a_line_is_no_larger_than_what_can_be_shared_out(client: Any, contract: Contract) -> None:
    client.force_login(admin_of(contract.company))
    address, line = url("contract-amend", contract.number), contract.lines.get()
    refused = client.post(address, typed(contract, "1.000.001"))
    assert list(refused.context["form"].errors) == [f"line_{line.pk}"]
    assert client.post(address, typed(contract, "1.000.000")).status_code == 302
    assert MOST_UNITS == DemandForm.base_fields["quantity"].most == 1_000_000
    assert MOST_UNITS * 3 // 2 <= terms.MOST_UNITS, "with the widest tolerance"


@pytest.mark.parametrize("change", [{}, {"unit_price": 0}, {"unit_price": "9"}, {"tolerance": 9}])
def test_changes_that_cannot_be(contract: Contract, change: dict[str, Any]) -> None:
    changes = {"lines": {str(contract.lines.get().pk): change}}
    call = {"text": "x", "changes": changes, "person": None, "actor": SYSTEM, "side": "buyer"}
    with pytest.raises(contracts.ContractError):
        contracts.propose_amendment(contract=contract, **call)


def test_a_dearer_contract_needs_an_approver_above_the_limit(client: Any, contract: Contract) -> None:
    company = contract.company
    Company.objects.update(approval_above=10_000_000)  # the contract is of exactly this
    other = join_as(company, "setuju@example.com", "approver")
    for_less = {"lines": {str(contract.lines.get().pk): {"quantity": 400}}}
    call = {"text": "x", "person": None, "actor": SYSTEM, "side": "seller"}
    less = contracts.propose_amendment(contract=contract, changes=for_less, **call)
    client.force_login(admin_of(company))
    client.post(url("contract-amendment-sign", contract.number, 1), {**SIGNED, "seen": less.sha256})
    assert less.signatures.count() == 1  # it costs less: nobody is asked
    less.taken_at = timezone.now()
    less.save()
    for_more = {"lines": {str(contract.lines.get().pk): {"quantity": 501}}}
    more = contracts.propose_amendment(contract=contract, changes=for_more, **call)
    sign = {**SIGNED, "seen": more.sha256}
    client.post(url("contract-amendment-sign", contract.number, 2), sign)
    waits = Approval.objects.get()
    assert (waits.amount, waits.reference, more.signatures.count()) == (
        10_020_000,
        f"{contract.number}/2",
        0,
    )
    client.force_login(other)
    assert url("contract", contract.number) in client.get(url("company-approval", waits.pk)).text
    client.post(url("company-approval", waits.pk), {"do": "agree"})
    client.force_login(admin_of(company))
    client.post(url("contract-amendment-sign", contract.number, 2), sign)
    assert [one.side for one in more.signatures.all()] == ["buyer"]


def test_both_read_the_same_weeks_that_will_fall_short(client: Any, contract: Contract) -> None:
    seller = make_member(make_user("penjual@example.com"), contract.seller).user
    StockRecord.objects.update(num_in_stock=10)
    [ahead] = calendar.short_weeks(contract)
    first = ahead.weeks[0]
    words = f"kurang {first.missing} dari {first.asked}"
    client.force_login(admin_of(contract.company))
    for page in ("contract", "call-off"):
        text = client.get(url(page, contract.number)).text
        assert words in text
    assert sum(week.missing for week in ahead.weeks) == 490
    client.force_login(seller)
    theirs = client.get(reverse("workspace:contract-calendar", args=[contract.number]))
    [same] = theirs.context["ahead"]
    assert [week for week in same.weeks if week.missing] == ahead.weeks
    StockRecord.objects.update(num_in_stock=5_000)
    assert calendar.short_weeks(contract) == []
    client.force_login(admin_of(contract.company))
    assert "Tidak ada dalam 26 minggu ke depan" in client.get(url("contract", contract.number)).text
