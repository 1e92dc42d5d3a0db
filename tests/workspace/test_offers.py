"""The exporter composes an offer: what it saw is what is offered; its contract is signed, bought for, watched."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from marketplace.common.actor import SYSTEM
from marketplace.ledger.money import Money
from marketplace.notices.models import Mail
from marketplace.people.models import User
from marketplace.pesantren.models import StockRecord
from marketplace.pooling.models import Share
from marketplace.reference.models import Incoterm
from marketplace.reference.working_days import today
from marketplace.sourcing import calendar, states
from marketplace.sourcing.models import Contract, Invited, PurchaseAgreement, Quote
from marketplace.sourcing.services import call_offs, contracts, exporters, quotes
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.companies import blank_pdf
from tests.factories.overseas import a_rate
from tests.factories.sourcing import BUYER, SELLER, goods_of, make_commodity, make_exporter, make_quote
from tests.sourcing.test_composing import a_demand_with_supply
from tests.sourcing.test_contracts import asking

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def url(name: str, *args: Any) -> str:
    return reverse(f"workspace:{name}", args=args)


def signed_in(email: str, partner: Any) -> Client:
    user = make_user(email, language="en")
    make_member(user, partner)
    client = Client()
    client.force_login(user)
    return client


def incoterms() -> None:
    facts = {
        "risk_passes": "x",
        "main_carriage": "seller",
        "export_clearance": "seller",
        "import_duty": "buyer",
    }
    for position, (code, sea) in enumerate((("CPT", False), ("CIF", True))):
        Incoterm.objects.get_or_create(code=code, defaults={"position": position, "sea_only": sea, **facts})


@pytest.fixture
def asked() -> tuple[Any, Client]:
    """1,000 kg for Dubai, three pesantren answered; the exporter's person is signed in."""
    incoterms()
    a_rate("16000")
    demand, exporter = a_demand_with_supply()
    return demand, signed_in("eksportir@example.com", exporter)


def answers(page: Any, **kw: Any) -> dict[str, Any]:
    """As test_composing reckons: 12 million of costs make US$ 2.05 a kilogram."""
    return {
        "seen": page.context["seen"],
        "cost_packing": "Rp 1.000.000",
        "note_packing": "Keranjang contoh",
        "cost_freight": "9.000.000",
        "cost_margin": "2.000.000",
        "incoterm": "CPT",
        "place": "Dubai (AEDXB)",
        "mode": "air",
        "valid_until": (today() + timedelta(days=7)).isoformat(),
        "lead_days": "10",
        **kw,
    }


def test_from_the_plan_to_a_sent_offer(asked: Any) -> None:
    demand, client = asked
    listed = client.get(url("offers")).content.decode()
    assert demand.number in listed
    page = client.get(url("offer", demand.number))
    text = page.content.decode()
    assert "Contoh Satu" in text
    assert "Everything it offers is taken." in text
    looked = client.post(url("offer", demand.number), answers(page, look="1"))
    assert looked.context["total"] == Money(205_000, "USD")
    assert not Quote.objects.filter(negotiation__kind="offer").exists()
    saved = client.post(url("offer", demand.number), answers(page, save="1"))
    assert saved.url == url("offer-version", demand.number, 1)
    made = Quote.objects.get(negotiation__kind="offer")
    assert (made.state, made.rate, made.rate_source, made.incoterm) == (
        states.DRAFT,
        16_000,
        "Contoh (uji)",
        "CPT",
    )
    assert made.costs.get(kind="packing").note == "Keranjang contoh"
    client.post(url("move-offer", demand.number, 1, "send"))
    made.refresh_from_db()
    assert (made.state, made.amount) == (states.SENT, Money(205_000, "USD"))
    assert "US$" in client.get(saved.url).content.decode()
    client.post(url("move-offer", demand.number, 1, "withdraw"))
    made.refresh_from_db()
    assert made.state == states.WITHDRAWN


@pytest.mark.parametrize("asked_for", [150_000, 1_000_000])
def test_a_large_demand_is_planned(asked: Any, asked_for: int) -> None:
    """Also with one quote that alone is more than a pool once could hold."""
    demand, client = asked
    demand.lines.update(quantity=asked_for)
    product = goods_of(make_pesantren("contoh-besar"), make_commodity())
    Invited.objects.create(
        demand=demand, line=demand.lines.get(), partner=product.seller, product=product, score=500
    )
    make_quote(demand, product, 80_000, 22_000, kind="supply", stretch=30_000)
    page = client.get(url("offer", demand.number))
    [planned] = page.context["planned"]
    assert planned.explained.allocation.total == 111_200


def test_a_demand_too_large_to_be_planned_says_so(asked: Any) -> None:
    demand, client = asked
    demand.lines.update(quantity=10_000_000)
    assert "This plan cannot be reckoned" in client.get(url("offer", demand.number)).text
    saved = client.post(url("offer", demand.number), {"seen": "", "save": "1"})
    assert "This plan cannot be reckoned" in saved.text


def test_changed_supply_is_shown_before_anything_is_saved(asked: Any) -> None:
    demand, client = asked
    page = client.get(url("offer", demand.number))
    quotes.withdraw(quote=Quote.objects.get(negotiation__partner__code="contoh-satu"), actor=SELLER)
    answer = client.post(url("offer", demand.number), answers(page, save="1"))
    text = answer.content.decode()
    assert "The supply has changed since you looked" in text
    assert "Keranjang contoh" in text, "what was typed is still there"
    assert "Still missing: 150 kg" in text, "950 kg would be within the tolerance"
    assert not Quote.objects.filter(negotiation__kind="offer").exists()
    client.post(url("offer", demand.number), answers(answer, save="1"))
    assert Quote.objects.get(negotiation__kind="offer").lines.get().quantity == 800


def test_another_plan_loses_nothing_that_was_typed(asked: Any) -> None:
    demand, client = asked
    page = client.get(url("offer", demand.number))
    typed = answers(page, cap="40", per_km="0", plan="1", place="", cost_freight="sembilan")
    again = client.post(url("offer", demand.number), typed)
    [planned] = again.context["planned"]
    assert max(row.got for row in planned.explained.rows) == 400
    text = again.content.decode()
    assert "Keranjang contoh" in text
    assert "sembilan" in text, "kept as typed, and not judged before it is sent"
    assert "Write the place up to which you pay." not in text
    assert (
        'name="cap" value="40"' in " ".join(text.split())
        or again.context["rules_form"]["cap"].value() == "40"
    )
    wrong = client.post(url("offer", demand.number), typed | {"cap": "101"})
    assert "This can be at most 100." in wrong.content.decode()
    assert "Keranjang contoh" in wrong.content.decode()
    saved = answers(again, cap="101", save="1")
    assert client.post(url("offer", demand.number), saved).status_code == 200
    assert not Quote.objects.filter(negotiation__kind="offer").exists(), "wrong rules save nothing"


def test_rules_stand_in_the_offer_and_in_the_next_form(asked: Any) -> None:
    demand, client = asked
    typed = {"cap": "40", "per_km": "5", "per_stretch": "200", "per_day": "3"}
    page = client.post(url("offer", demand.number), {**typed, "plan": "1"})
    assert page.context["rules_form"].weighs_more
    saved = client.post(url("offer", demand.number), answers(page, **typed, save="1"))
    assert saved.status_code == 302
    rules = Quote.objects.get(negotiation__kind="offer").rules
    assert rules == {"cap_permille": 400, "per_km": 5, "per_stretch": 200, "per_day": 3}
    again = client.get(url("offer", demand.number)).context
    assert again["rules_form"]["cap"].value() == "40"
    assert max(row.got for row in again["planned"][0].explained.rows) == 400


def test_who_belongs_to_two_exporters_chooses(asked: Any) -> None:
    demand, client = asked
    second = make_exporter("contoh-eksportir-dua")
    make_member(User.objects.get(email="eksportir@example.com"), second)
    address = url("offer", demand.number)
    for code in ("contoh-eksportir", "contoh-eksportir-dua"):
        page = client.get(f"{address}?as={code}")
        assert page.context["place"].composer.code == code
        saved = client.post(f"{address}?as={code}", answers(page, save="1"))
        assert saved.url == f"{url('offer-version', demand.number, 1)}?as={code}"
        assert client.get(saved.url).context["quote"].negotiation.partner.code == code
        client.post(f"{url('move-offer', demand.number, 1, 'send')}?as={code}")
    offers = Quote.objects.filter(negotiation__kind="offer", version=1, state=states.SENT)
    assert set(offers.values_list("negotiation__partner__code", flat=True)) == {
        "contoh-eksportir",
        "contoh-eksportir-dua",
    }
    assert client.get(f"{address}?as=contoh-satu").status_code == 404
    stranger = signed_in("eksportir3@example.com", make_exporter("contoh-eksportir-tiga"))
    assert stranger.get(f"{address}?as=contoh-eksportir").status_code == 404


def test_a_sample_is_written_into_the_offer(asked: Any) -> None:
    demand, client = asked
    page = client.get(url("offer", demand.number))
    half = client.post(url("offer", demand.number), answers(page, save="1", sample_fee="50"))
    assert half.context["form"].errors["sample_courier"]
    wrong = client.post(
        url("offer", demand.number), answers(page, save="1", sample_fee="lima", sample_courier="1")
    )
    assert wrong.context["form"].errors["sample_fee"]
    typed = answers(page, save="1", sample_fee="50.00", sample_courier="0")
    assert client.post(url("offer", demand.number), typed).status_code == 302
    made = Quote.objects.get(negotiation__kind="offer")
    assert made.sample == (Money(5_000, "USD"), Money(0, "USD"))
    assert client.get(url("offer", demand.number)).context["form"]["sample_fee"].value() == "50.00"
    assert "US$" in client.get(url("offer-version", demand.number, 1)).content.decode()


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"incoterm": "CIF"}, "CIF is for ships alone."),
        ({"valid_until": "2020-01-01"}, "This must be a day ahead"),
        ({"valid_until": f"{today() + timedelta(days=8)}"}, "Pesantren Contoh Satu offers its supply until"),
        ({"cost_freight": "sembilan"}, "in whole rupiah"),
        ({"place": ""}, "Write the place up to which you pay."),
        ({"lead_days": "0"}, "This must be at least 1."),
    ],
)
def test_wrong_terms_are_refused_beside_the_field(asked: Any, changes: dict[str, str], text: str) -> None:
    demand, client = asked
    page = client.get(url("offer", demand.number))
    answer = client.post(url("offer", demand.number), answers(page, save="1", **changes))
    assert text in answer.content.decode()
    assert not Quote.objects.filter(negotiation__kind="offer").exists()


def test_others_find_nothing(asked: Any) -> None:
    demand, client = asked
    stranger = signed_in("lain@example.com", make_pesantren("contoh-lain"))
    assert stranger.get(url("offers")).status_code == 404
    assert stranger.get(url("offer", demand.number)).status_code == 404
    other = signed_in("eksportir2@example.com", make_exporter("contoh-eksportir-dua"))
    page = client.get(url("offer", demand.number))
    client.post(url("offer", demand.number), answers(page, save="1"))
    assert other.get(url("offer", demand.number)).status_code == 200
    assert other.get(url("offer-version", demand.number, 1)).status_code == 404
    assert other.post(url("move-offer", demand.number, 1, "send")).status_code == 404
    assert Quote.objects.get(negotiation__kind="offer").state == states.DRAFT


def taken(demand: Any, client: Client) -> Contract:
    page = client.get(url("offer", demand.number))
    client.post(url("offer", demand.number), answers(page, save="1"))
    client.post(url("move-offer", demand.number, 1, "send"))
    return contracts.award(quote=Quote.objects.get(negotiation__kind="offer"), actor=BUYER)


def sign_both(contract: Contract, client: Client) -> None:
    page = client.get(url("sign-contract", contract.number))
    signature = {
        "seen": page.context["seen"],
        "name": "Contoh Direktur",
        "position": "Direktur",
        "read": "on",
    }
    assert client.post(url("sign-contract", contract.number), signature).status_code == 302
    person = contract.company.members.get().user
    call = {"name": "Contoh", "position": "", "person": person, "seen": page.context["seen"], "actor": BUYER}
    contracts.sign(contract=contract, side="buyer", **call)


TERMS = {
    "deposit": "40",
    "deposit_days": "21",
    "balance_days": "3",
    "release_on": "acceptance",
    "claim_hours": "48",
    "sale": "salam",
    "late_charge": "1 % ke rekening sosial contoh",
    "prevailing_language": "en",
}


def test_a_contract_gets_terms_is_signed_and_bought_for(asked: Any) -> None:
    demand, client = asked
    contract = taken(demand, client)
    waits = f"Sign the contract {contract.number}"
    assert waits in client.get(url("home")).text
    days = {"first": contract.first.isoformat(), "last": contract.last.isoformat()}
    release = contract.release_on
    over = {**days, "first": (today() - timedelta(days=1)).isoformat()}
    late = client.post(url("contract-terms", contract.number), {**TERMS, **over, "release_on": release})
    assert late.context["form"].errors == {"first": ["This day is over. Choose today or a later day."]}
    sent = client.post(url("contract-terms", contract.number), {**TERMS, **days, "release_on": release})
    assert sent.url == url("contract", contract.number)
    contract.refresh_from_db()
    assert (contract.sale, contract.late_charge) == ("salam", TERMS["late_charge"])
    assert [(one.step, one.share, one.days_before) for one in contract.steps.all()] == [
        ("deposit", 4_000, 21),
        ("balance", 6_000, 3),
    ]
    stale = {"seen": "0" * 64, "name": "Contoh", "position": "Direktur", "read": "on"}
    assert (
        "The paper has changed meanwhile."
        in client.post(url("sign-contract", contract.number), stale).content.decode()
    )
    sign_both(contract, client)
    assert waits not in client.get(url("home")).text
    again = client.post(url("contract-terms", contract.number), {**TERMS, **days, "release_on": release})
    assert "A side has signed already" in again.content.decode()
    assert client.get(url("contract-paper", contract.number)).content[:4] == b"%PDF"
    client.post(url("buy-supply", contract.number))
    rows = PurchaseAgreement.objects.values_list("partner__code", "quantity", "unit_price")
    assert sorted(rows) == [
        ("contoh-dua", 500, 21_000),
        ("contoh-satu", 400, 20_000),
        ("contoh-tiga", 100, 23_000),
    ]
    assert "Contoh Dua" in client.get(url("contract", contract.number)).content.decode()
    client.post(url("buy-supply", contract.number))
    assert PurchaseAgreement.objects.count() == 3


def test_members_of_the_pesantren_hear_what_is_bought(asked: Any) -> None:
    demand, client = asked
    make_member(make_user("satu@example.com", language="en"), make_pesantren("contoh-satu"))
    contract = taken(demand, client)
    sign_both(contract, client)
    client.post(url("buy-supply", contract.number))
    mail = Mail.objects.get(to="satu@example.com", key__startswith="bought/")
    assert "400 kg" in mail.text
    assert "20.000" in mail.text.replace(",", ".")


def test_amendments_and_the_end(asked: Any) -> None:
    demand, client = asked
    contract = taken(demand, client)
    sign_both(contract, client)
    line = contract.lines.get()
    data = {"text": "Panen lebih", "last": contract.last.isoformat(), f"line_{line.pk}": "1.100"}
    nothing = client.post(url("amend-contract", contract.number), {**data, f"line_{line.pk}": "1.000"})
    assert "This cannot be" in nothing.content.decode()
    client.post(url("amend-contract", contract.number), data)
    made = contract.amendments.get()
    assert made.changes == {"lines": {str(line.pk): {"quantity": 1_100}}}
    assert [row.url for row in client.get(reverse("workspace:home")).context["rows"]] == [
        url("contract", contract.number)
    ]
    page = client.get(url("contract", contract.number)).text
    assert url("amend-contract", contract.number) not in page  # one is open at a time
    signature = {"seen": made.sha256, "name": "Contoh", "position": "Direktur", "read": "on"}
    wrong = SimpleUploadedFile("x.pdf", b"no pdf")
    said = client.post(url("sign-amendment", contract.number, 1), {**signature, "stamped": wrong})
    assert said.context["form"].errors["stamped"]
    paper = SimpleUploadedFile("x.pdf", blank_pdf())
    client.post(url("sign-amendment", contract.number, 1), {**signature, "stamped": paper})
    [one] = made.signatures.all()
    assert (one.side, one.stamped.read()) == ("seller", blank_pdf())
    assert client.get(url("stamped-copy", contract.number, one.pk)).status_code == 200
    assert client.get(reverse("workspace:home")).context["rows"] == []
    client.post(url("end-contract", contract.number), {"why": "Gagal panen"})
    contract.refresh_from_db()
    assert contract.state == states.TERMINATED


def test_the_end_of_a_contract_takes_back_what_was_asked_of_the_pesantren(asked: Any) -> None:
    demand, client = asked
    contract = taken(demand, client)
    sign_both(contract, client)
    client.post(url("buy-supply", contract.number))
    made = call_offs.ask(**asking(contract, 500))
    client.post(url("ask-shares", made.pk))
    assert Share.objects.filter(state="proposed").count() == 2
    client.post(url("end-contract", contract.number), {"why": "Gagal panen"})
    made.refresh_from_db()
    assert made.state == states.CANCELLED
    assert set(Share.objects.values_list("state", flat=True)) == {"released"}
    assert contract.lines.get().called_off == 0


def test_the_calendar_marks_what_will_be_missing_and_buys_it_elsewhere(asked: Any) -> None:
    demand, client = asked
    contract = taken(demand, client)
    sign_both(contract, client)
    client.post(url("buy-supply", contract.number))
    user = make_user("siapa@example.com")
    [window] = calendar.of_contract(user, contract)
    assert (window.planned, window.called, window.short) == (1_000, 0, 0)
    StockRecord.objects.filter(partner__code="contoh-dua").update(num_in_stock=150)
    [window] = calendar.of_contract(user, contract)
    assert {part.name: part.units for part in window.parts} == {
        "Pesantren Contoh Satu": 400,
        "Pesantren Contoh Dua": 150,
        "Pesantren Contoh Tiga": 100,
    }
    assert window.short == 350
    [ahead] = calendar.weeks_of(contract)
    assert (ahead.missing, sum(week.asked for week in ahead.weeks)) == (350, 1_000)
    asked_, can = [week.asked for week in ahead.weeks], [week.can for week in ahead.weeks]
    assert can[0] == asked_[0]  # stock goes to the earliest weeks, so the last ones miss it
    assert (can[-1], ahead.weeks[-1].missing) == (0, asked_[-1])
    page = client.get(url("contract-calendar", contract.number))
    assert page.context["ahead"] == [ahead]
    assert page.text.count(url("make-up", contract.number, window.line.pk)) == 2
    assert (
        "No pesantren has a quote that stands."
        in client.post(url("make-up", contract.number, window.line.pk), follow=True).content.decode()
    )
    call_offs.ask(**asking(contract, 600))
    [window] = calendar.of_contract(user, contract)
    assert (window.called, window.open, window.short) == (600, 400, 0)
    assert (sum(week.asked for week in calendar.weeks_of(contract)[0].weeks)) == 400


def test_make_up_buys_from_whoever_has_no_agreement(asked: Any) -> None:
    demand, client = asked
    product = goods_of(make_pesantren("contoh-empat"), make_commodity())
    facts = {"demand": demand, "line": demand.lines.get(), "score": 500}
    Invited.objects.create(partner=product.seller, product=product, **facts)
    make_quote(demand, product, 600, 30_000, kind="supply")
    contract = taken(demand, client)
    sign_both(contract, client)
    client.post(url("buy-supply", contract.number))
    StockRecord.objects.filter(partner__code="contoh-dua").update(num_in_stock=150)
    client.post(url("make-up", contract.number, contract.lines.get().pk))
    made = PurchaseAgreement.objects.get(partner__code="contoh-empat")
    assert (made.quantity, made.unit_price) == (350, 30_000)
    [window] = calendar.of_contract(None, contract)
    assert window.short == 0


def test_actual_costs_stand_beside_the_estimate(asked: Any) -> None:
    demand, client = asked
    taken(demand, client)
    path = url("offer-costs", demand.number, 1)
    client.post(path, {"freight": "Rp 9.500.000", "packing": ""})
    quote = Quote.objects.get(negotiation__kind="offer")
    assert quote.costs.get(kind="freight").actual == 9_500_000
    assert quote.costs.get(kind="packing").actual is None
    assert client.get(path).context["difference"] == Money(500_000)


def test_the_office_makes_an_exporter_once_and_ends_it() -> None:
    partner = make_pesantren("contoh-baru")
    make_exporter()  # the kind of goods for services
    first = exporters.make_exporter(partner=partner, actor=SYSTEM, why="surat")
    assert exporters.make_exporter(partner=partner, actor=SYSTEM, why="lagi") == first
    office = Client()
    office.force_login(make_user("kantor@example.com", staff_role="office", language="en"))
    path = reverse("office:exporter", args=[partner.code])
    assert "surat" in office.get(path).content.decode()
    office.post(path, {"why": "izin habis"})
    partner.refresh_from_db()
    assert not partner.is_exporter
    with pytest.raises(exporters.ExporterError):
        exporters.make_exporter(partner=make_pesantren("contoh-belum", sells=False), actor=SYSTEM, why="x")
