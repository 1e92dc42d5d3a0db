"""A proposed change that is not to hold ends: withdrawn, declined, or over by itself; and then another one can come."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from marketplace.common.actor import SYSTEM
from marketplace.common.states import history
from marketplace.notices.models import Mail
from marketplace.reference.working_days import today
from marketplace.sourcing import queries, states
from marketplace.sourcing.models import Amendment, Contract, ContractLine
from marketplace.sourcing.services import awarding, contracts
from marketplace.sourcing.services.contracts import ContractError
from marketplace.sourcing.tasks import sweep
from offtakers.models import Approval, Company
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.companies import admin_of, join_as, make_company
from tests.factories.sourcing import a_good, goods_of, make_commodity, make_contract, make_demand, make_quote
from tests.sourcing.steps import refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def contract() -> Contract:
    manggis = make_commodity()
    listing = goods_of(make_pesantren("contoh-kebun"), manggis)
    made = make_contract(make_quote(make_demand([a_good(manggis)], make_company()), listing))
    make_member(make_user("penjual@example.com", language="en"), made.seller)
    return made


def propose(contract: Contract, side: str = "seller", **changes: Any) -> Amendment:
    changes = changes or {"lines": {str(contract.lines.get().pk): {"quantity": 600}}}
    return contracts.propose_amendment(
        contract=contract, side=side, text="Panen lebih", changes=changes, person=None, actor=SYSTEM
    )


def signing(amendment: Amendment, side: str) -> dict[str, Any]:
    person = admin_of(amendment.contract.company)
    seen = amendment.sha256
    more = {"name": "Contoh", "position": "", "person": person, "seen": seen, "actor": SYSTEM}
    return {"amendment": amendment, "side": side, **more}


def end(amendment: Amendment, side: str, why: str = "") -> None:
    awarding.end_amendment(amendment=amendment, side=side, why=why, actor=SYSTEM)


@pytest.mark.parametrize(
    ("side", "how"), [("seller", Amendment.WITHDRAWN), ("buyer", Amendment.DECLINED), ("", Amendment.OVER)]
)
def test_after_one_has_ended_another_can_be_proposed(contract: Contract, side: str, how: str) -> None:
    made = propose(contract)
    contracts.sign_amendment(**signing(made, "seller"))
    assert refused(ContractError, propose, contract=contract) == "changes"
    end(made, side, "Terlalu banyak" if side else "")
    made.refresh_from_db()
    assert (made.ended, made.why, made.is_open) == (how, "Terlalu banyak" if side else "", False)
    said = history(contract).order_by("pk").last()
    assert said is not None
    assert said.why == f"amendment 1 {how}" + (": Terlalu banyak" if side else "")
    assert refused(ContractError, end, amendment=made, side=side) == "ended"
    assert refused(ContractError, contracts.sign_amendment, **signing(made, "buyer")) == "ended"
    assert contract.lines.get().quantity == 500
    second = propose(contract)
    assert second.number == 2
    for one in ("buyer", "seller"):
        contracts.sign_amendment(**signing(second, one))
    assert contract.lines.get().quantity == 600
    assert refused(ContractError, end, amendment=second, side="seller") == "ended"


def test_the_other_side_has_a_mail(contract: Contract) -> None:
    buyer = admin_of(contract.company)
    for by, side, to in (
        ("seller", "seller", [buyer.email]),
        ("seller", "buyer", ["penjual@example.com"]),
        ("buyer", "buyer", ["penjual@example.com"]),
        ("buyer", "", ["penjual@example.com", buyer.email]),
    ):
        made = propose(contract, by)
        end(made, side, "Sebab contoh" if side else "")
        mails = Mail.objects.filter(key__contains=f"amendment-ended/{made.pk}")
        assert sorted(mails.values_list("to", flat=True)) == sorted(to)
        assert all(("Sebab contoh" in mail.text) == bool(side) for mail in mails)


def test_what_was_ended_holds_nothing_in_the_database(contract: Contract) -> None:
    made = propose(contract)
    end(made, "seller")
    with pytest.raises(IntegrityError), transaction.atomic():
        Amendment.objects.update(taken_at="2027-01-01T00:00Z")


def test_nothing_is_signed_after_the_contract_has_ended(contract: Contract) -> None:
    made = propose(contract)
    contracts.sign_amendment(**signing(made, "seller"))
    contracts.terminate(contract=contract, actor=SYSTEM, why="Gagal panen")
    assert refused(ContractError, contracts.sign_amendment, **signing(made, "buyer")) == "ended"
    assert contract.lines.get().quantity == 500


def test_an_approver_is_not_asked_about_what_cannot_hold(contract: Contract) -> None:
    company = contract.company
    Company.objects.update(approval_above=10_000_000)
    join_as(company, "setuju@example.com", "approver")
    made, buyer = propose(contract), admin_of(company)
    sign = signing(made, "buyer")
    waits = awarding.sign_amendment(user=buyer, **sign)
    assert isinstance(waits, Approval)
    end(made, "seller")
    waits.refresh_from_db()
    assert waits.state == "withdrawn"
    made.refresh_from_db()
    assert refused(ContractError, awarding.sign_amendment, user=buyer, **sign) == "ended"
    assert Approval.objects.count() == 1


def test_the_timetable_ends_what_is_over(contract: Contract) -> None:
    for days in (-1, 0, 1):
        assert not queries.amendments_past_end(today() + timedelta(days)).exists()
    last = today() + timedelta(days=20)
    made = propose(contract, last=last.isoformat())
    sweep()
    made.refresh_from_db()
    assert made.is_open
    assert not queries.amendments_past_end(last).exists()
    assert [one.pk for one in queries.amendments_past_end(last + timedelta(days=1))] == [made.pk]
    with time_machine.travel(last + timedelta(days=2)):
        sweep()
    made.refresh_from_db()
    assert made.ended == Amendment.OVER
    other = propose(contract)
    contracts.terminate(contract=contract, actor=SYSTEM, why="Gagal panen")
    sweep()
    other.refresh_from_db()
    assert other.ended == Amendment.OVER


def test_one_that_fails_does_not_stop_the_sweep(contract: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    made = propose(contract)
    contracts.terminate(contract=contract, actor=SYSTEM, why="Gagal panen")
    listing = goods_of(make_pesantren("contoh-lain"), make_commodity())
    other = make_contract(make_quote(make_demand([a_good(make_commodity())], contract.company), listing))
    Contract.objects.filter(pk=other.pk).update(first=date(2026, 1, 1), last=date(2026, 1, 2))

    def fails(**_kw: Any) -> None:
        raise ValueError("one bad row")

    monkeypatch.setattr(contracts, "complete", fails)
    sweep()
    made.refresh_from_db()
    assert made.ended == Amendment.OVER


def test_a_large_line_does_not_overflow_the_database(contract: Contract) -> None:
    ContractLine.objects.update(quantity=10_000_000, tolerance=500)
    ContractLine.objects.update(called_off=15_000_000)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContractLine.objects.update(called_off=15_000_001)


# Pages of both sides


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def sides(contract: Contract) -> dict[str, tuple[Client, str, str, str]]:
    """Of each side: its browser, the contract's page, where it signs and where it ends amendment 1."""
    seller = contract.seller.members.get().user
    number = contract.number
    return {
        "buyer": (
            client_of(admin_of(contract.company)),
            reverse("account:contract", args=[number]),
            reverse("account:contract-amendment-sign", args=[number, 1]),
            reverse("account:contract-amendment-end", args=[number, 1]),
        ),
        "seller": (
            client_of(seller),
            reverse("workspace:contract", args=[number]),
            reverse("workspace:sign-amendment", args=[number, 1]),
            reverse("workspace:end-amendment", args=[number, 1]),
        ),
    }


@pytest.mark.parametrize("side", ["buyer", "seller"])
@pytest.mark.parametrize("by", ["buyer", "seller"])
def test_one_press_on_either_side_s_page(contract: Contract, side: str, by: str) -> None:
    made = propose(contract, by)
    client, page, _sign, address = sides(contract)[side]
    assert f'href="{address}"' in client.get(page).text
    assert "Panen lebih" in client.get(address).text
    empty = client.post(address, {"why": ""})
    if side != by:
        assert empty.context["form"].errors["why"], "who declines says why"
        assert client.post(address, {"why": "Terlalu banyak"}).url == page
    else:
        assert empty.url == page
    made.refresh_from_db()
    assert made.ended == (Amendment.WITHDRAWN if side == by else Amendment.DECLINED)
    for their, read, sign, there in sides(contract).values():
        text = their.get(read).text
        assert sign not in text
        assert there not in text
        assert ("Terlalu banyak" in text) == (side != by)
        assert their.get(there).url == read
        assert their.post(there, {"why": "x"}).url == read
        assert their.get(sign).url == read


def test_a_contract_that_has_ended_offers_no_signature(contract: Contract) -> None:
    made = propose(contract)
    contracts.terminate(contract=contract, actor=SYSTEM, why="Gagal panen")
    for client, page, sign, _end in sides(contract).values():
        assert f'href="{sign}"' not in client.get(page).text
        assert client.get(sign).url == page
        data = {"name": "Contoh", "position": "Direktur", "agree": "on", "read": "on", "seen": made.sha256}
        assert client.post(sign, data).url == page
    assert not made.signatures.exists()
    assert contract.lines.get().quantity == 500
    contract.refresh_from_db()
    assert contract.state == states.TERMINATED


def test_who_only_reads_ends_nothing(contract: Contract) -> None:
    made = propose(contract)
    address = sides(contract)["buyer"][3]
    reader = client_of(join_as(contract.company, "keuangan@example.com", "finance"))
    assert address not in reader.get(sides(contract)["buyer"][1]).text
    assert reader.post(address, {"why": "x"}).status_code == 404
    stranger = client_of(make_member(make_user("lain@example.com"), make_pesantren("contoh-lain")).user)
    assert stranger.post(sides(contract)["seller"][3], {"why": "x"}).status_code == 404
    made.refresh_from_db()
    assert made.is_open
