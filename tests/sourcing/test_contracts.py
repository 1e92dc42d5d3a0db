"""A contract is the exact paper that both signed; call-offs stay within it and cost what it says."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from catalogue.services import standing
from marketplace.common.actor import SYSTEM
from marketplace.common.states import IllegalMove, history
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.services import Buyer
from marketplace.ledger.money import Money
from marketplace.pesantren.exceptions import NotSelling
from marketplace.sourcing import states
from marketplace.sourcing.models import CallOff, Contract, ContractLine, Quote, Signature
from marketplace.sourcing.services import awarding, call_offs, contracts
from marketplace.sourcing.services.call_offs import CallOffError
from marketplace.sourcing.services.contracts import ContractError, Pay
from offtakers import approvals
from offtakers import services as companies
from offtakers.models import Approval
from tests.common.race import race
from tests.factories.catalogue import make_pesantren
from tests.factories.companies import admin_of, join_as
from tests.factories.overseas import dues_of, settle
from tests.factories.sourcing import (
    BUYER,
    SELLER,
    a_good,
    goods_of,
    make_commodity,
    make_contract,
    make_demand,
    make_quote,
)
from tests.sourcing.steps import refused

pytestmark = pytest.mark.django_db


def signing(contract: Contract, side: str, seen: str) -> dict[str, Any]:
    person = admin_of(contract.company)
    return {
        "contract": contract,
        "side": side,
        "name": "Contoh",
        "position": "",
        "person": person,
        "seen": seen,
        "actor": BUYER,
    }


def asking(contract: Contract, quantity: int, key: Any = None) -> dict[str, Any]:
    line = contract.lines.get()
    return {
        "contract": contract,
        "key": key or uuid4(),
        "quantities": {line.pk: quantity},
        "first": contract.first,
        "last": contract.first + timedelta(days=5),
        "note": "",
        "actor": BUYER,
    }


def test_an_award_takes_one_and_ends_the_others() -> None:
    manggis = make_commodity()
    one, two = (goods_of(make_pesantren(f"contoh-{name}"), manggis) for name in ("satu", "dua"))
    demand = make_demand([a_good(manggis)])
    taken, other, supply = (
        make_quote(demand, one),
        make_quote(demand, two),
        make_quote(demand, two, kind="supply"),
    )
    assert refused(ContractError, contracts.award, quote=supply, actor=BUYER) == "supply"
    contract = contracts.award(quote=taken, actor=BUYER)
    line = contract.lines.get()
    assert (line.quantity, line.unit_price, line.tolerance, line.most) == (500, 20_000, 50, 525)
    assert (contract.state, contract.seller, contract.currency) == (states.DRAFTED, one.seller, "IDR")
    assert [(step.step, step.share) for step in contract.steps.all()] == [("full", 10_000)]
    assert [Quote.objects.get(pk=quote.pk).state for quote in (taken, other, supply)] == [
        states.ACCEPTED,
        states.DECLINED,
        states.SENT,
    ]
    demand.refresh_from_db()
    assert demand.state == states.AWARDED
    assert refused(Exception, contracts.award, quote=other, actor=BUYER) == "over"


def test_both_sign_the_same_file_and_it_never_changes() -> None:
    contract = make_contract(signed=False)
    assert refused(ContractError, contracts.sign, **signing(contract, "buyer", "")) == "paper"
    first = contracts.paper(contract=contract)
    assert first.file.read(5) == b"%PDF-"
    assert contracts.paper(contract=contract).sha256 == first.sha256, "the same file until the terms change"
    steps = [Pay("deposit", 5_000, 21), Pay("balance", 5_000, 3)]
    contracts.set_terms(contract=contract, terms={"claim_hours": 24}, steps=steps, actor=SELLER)
    assert refused(ContractError, contracts.sign, **signing(contract, "buyer", first.sha256)) == "paper"
    paper = contracts.paper(contract=contract)
    made = contracts.sign(**signing(contract, "seller", paper.sha256))
    assert refused(ContractError, contracts.sign, **signing(contract, "seller", paper.sha256)) == "side"
    call = {"contract": contract, "terms": {}, "steps": steps, "actor": SELLER}
    assert refused(ContractError, contracts.set_terms, **call) == "signed"
    for change in (made.delete, lambda: Signature.objects.update(name="Lain")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    contract.refresh_from_db()
    assert contract.state == states.DRAFTED
    contracts.sign(**signing(contract, "buyer", paper.sha256))
    contract.refresh_from_db()
    assert contract.state == states.ACTIVE


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [Pay("full", 9_999, 7)],
        [Pay("deposit", 3_000, 7)],
        [Pay("deposit", 3_000, 3), Pay("balance", 7_000, 21)],
        [Pay("balance", 3_000, 21), Pay("deposit", 7_000, 3)],
        [Pay("deposit", 0, 21), Pay("balance", 10_000, 3)],
    ],
)
def test_payment_steps_add_up(steps: list[Pay]) -> None:
    contract = make_contract(signed=False)
    with pytest.raises((ContractError, ValueError)):
        contracts.set_terms(contract=contract, terms={}, steps=steps, actor=SELLER)


def test_call_offs_stay_within_quantity_and_tolerance() -> None:
    contract = make_contract()
    key = uuid4()
    made = call_offs.ask(**asking(contract, 600, key))
    assert call_offs.ask(**asking(contract, 600, key)) == made, "pressed twice, asked once"
    with pytest.raises(CallOffError) as caught:
        call_offs.ask(**asking(contract, 451))
    assert (caught.value.code, caught.value.most) == ("much", 450)
    call_offs.ask(**asking(contract, 450))
    assert contract.lines.get().called_off == 1050
    with pytest.raises(IntegrityError), transaction.atomic():
        ContractLine.objects.update(called_off=1051)  # the database has the last word
    call_offs.cancel(call_off=made, actor=BUYER, why="Tunda")
    assert contract.lines.get().called_off == 450
    for change, code in (
        ({"first": contract.first - timedelta(days=1)}, "days"),
        ({"last": contract.last + timedelta(days=1)}, "days"),
        ({"quantities": {}}, "lines"),
        ({"quantities": {0: 1}}, "lines"),
        ({"quantities": {contract.lines.get().pk: 0}}, "lines"),
    ):
        assert refused(CallOffError, call_offs.ask, **{**asking(contract, 1), **change}) == code
    contracts.terminate(contract=contract, actor=BUYER, why="Selesai")
    assert refused(CallOffError, call_offs.ask, **asking(contract, 1)) == "contract"


def test_a_call_off_becomes_an_order_that_costs_what_the_contract_says() -> None:
    contract = make_contract()
    manggis = make_commodity()
    line = contract.lines.get()
    agreed = []
    for name, quantity, price in (("satu", 600, 21_500), ("dua", 400, 20_100)):
        product = goods_of(make_pesantren(f"contoh-{name}"), manggis)
        agreed.append(
            call_offs.buy(line=line, product=product, quantity=quantity, unit_price=price, actor=SELLER)
        )
    made = call_offs.ask(**asking(contract, 1000))
    call_offs.confirm(call_off=made, actor=SELLER)
    row = made.lines.get()
    person = admin_of(contract.company)
    buyer = Buyer(contract.company.name, "importir@example.com", "+97140000000", "en", person)
    call = {"call_off": made, "buyer": buyer, "actor": BUYER}
    for units in (349, 401):  # 949 is one below the tolerance
        wrong = {row.pk: [(agreed[0], 600), (agreed[1], units)]}
        assert refused(CallOffError, call_offs.order, shares=wrong, **call) == "shares"
    one_seller = agreed[0].product.seller
    standing.suspend(partner=one_seller, actor=SYSTEM, why="uji")
    with pytest.raises(NotSelling):
        call_offs.order(shares={row.pk: [(agreed[0], 600), (agreed[1], 400)]}, **call)
    standing.lift(partner=one_seller, actor=SYSTEM)
    order = call_offs.order(shares={row.pk: [(agreed[0], 600), (agreed[1], 400)]}, **call)
    assert (order.total, order.currency, order.channel) == (Money(290_000, "USD"), "USD", "export")
    prices = [(one.quantity, one.unit_price, one.price) for one in order.lines.order_by("pk")]
    assert prices == [
        (600, Money(134, "USD"), Money(80_400, "USD")),  # Rp 21.500 at 16.000: 1.34375
        (400, Money(126, "USD"), Money(50_400, "USD")),  # Rp 20.100: 1.25625
        (1, Money(159_200, "USD"), Money(159_200, "USD")),  # what the exporter adds
    ]
    assert [(due.step, due.amount) for due in order.dues.order_by("number")] == [
        ("deposit", 87_000),
        ("balance", 203_000),
    ]
    assert [one.partner.code for one in order.fulfilments.order_by("pk")] == [
        "contoh-satu",
        "contoh-dua",
        "contoh-eksportir",
    ]
    made.refresh_from_db()
    assert (made.state, made.order) == (states.ORDERED, order)
    assert [one.product.stockrecords.get().num_allocated for one in agreed] == [600, 400]
    with pytest.raises(CallOffError):
        call_offs.cancel(call_off=made, actor=BUYER, why="")
    assert audit() == []


@pytest.mark.parametrize(
    ("paid_on", "made_by", "promised"),
    [
        (
            date(2026, 11, 29),
            None,
            (7, 7, 20),
        ),  # a Sunday; without the contract: all of it on the 30th of November
        (
            date(2026, 11, 29),
            date(2026, 12, 14),
            (14, 14, 20),
        ),  # made to order: not before the weeks that it holds
        (
            date(2026, 12, 10),
            None,
            (10, 10, 20),
        ),  # paid within the window: nobody is asked for a day that is over
        (date(2026, 12, 22), None, (22, 22, 22)),
    ],
)
def test_the_window_of_a_call_off_stands_after_the_payment(
    paid_on: date, made_by: date | None, promised: tuple[int, int, int]
) -> None:
    with time_machine.travel(datetime(2026, 11, 16, 3, tzinfo=UTC), tick=False):
        contract = make_contract()
        product = goods_of(make_pesantren("contoh-satu"), make_commodity())
        agreement = call_offs.buy(
            line=contract.lines.get(), product=product, quantity=1000, unit_price=21_500, actor=SELLER
        )
        window = {"first": date(2026, 12, 7), "last": date(2026, 12, 20)}
        made = call_offs.ask(**asking(contract, 1000) | window)
        call_offs.confirm(call_off=made, actor=SELLER)
        buyer = Buyer("Contoh", "importir@example.com", "+97140000000", "en", admin_of(contract.company))
        shares = {made.lines.get().pk: [(agreement, 1000)]}
        order = call_offs.order(call_off=made, shares=shares, buyer=buyer, actor=BUYER)
    days = ("state", "ready_on__day", "arrives_from__day", "arrives_to__day")
    parts = order.fulfilments.order_by("pk").values_list(*days)
    assert list(parts) == [("waiting", 7, 7, 20)] * 2
    order.lines.update(made_by=made_by)
    with time_machine.travel(datetime.combine(paid_on, time(3), UTC), tick=False):
        settle(dues_of(order)[0])
    assert list(parts.all()) == [("offered", *promised)] * 2
    assert {(one.ready_on.month, one.arrives_to.month) for one in order.fulfilments.all()} == {(12, 12)}


@given(st.integers(1, 10**7), st.integers(5_000, 30_000))
def test_rupiah_turn_into_cents_half_up(rupiah: int, rate: int) -> None:
    contract = Contract(currency="USD", rate=rate)
    cents = call_offs.in_currency(contract, Money(rupiah)).minor
    assert abs(cents * rate - 100 * rupiah) * 2 <= rate
    assert call_offs.in_currency(Contract(currency="IDR"), Money(rupiah)) == Money(rupiah)


def test_an_amendment_holds_once_both_have_signed() -> None:
    contract = make_contract()
    line = contract.lines.get()
    call_offs.ask(**asking(contract, 900))
    person = admin_of(contract.company)
    change = {"lines": {str(line.pk): {"quantity": 800}}}
    call = {
        "contract": contract,
        "side": "seller",
        "text": "Panen berkurang",
        "person": person,
        "actor": SELLER,
    }
    assert refused(ContractError, contracts.propose_amendment, changes=change, **call) == "changes"
    change = {
        "lines": {str(line.pk): {"quantity": 900}},
        "last": (contract.last + timedelta(days=30)).isoformat(),
    }
    made = contracts.propose_amendment(changes=change, **call)
    assert refused(ContractError, contracts.propose_amendment, changes=change, **call) == "changes"
    signed = {"amendment": made, "name": "Contoh", "position": "", "person": person, "actor": BUYER}
    assert refused(ContractError, contracts.sign_amendment, side="buyer", seen="x", **signed) == "paper"
    contracts.sign_amendment(side="buyer", seen=made.sha256, **signed)
    assert contract.lines.get().quantity == 1000
    contracts.sign_amendment(side="seller", seen=made.sha256, **signed)
    assert contract.lines.get().quantity == 900
    last = contract.last
    contract.refresh_from_db()
    assert contract.last == last + timedelta(days=30)
    assert (
        refused(ContractError, contracts.sign_amendment, side="seller", seen=made.sha256, **signed) == "side"
    )


@pytest.mark.django_db(transaction=True)
def test_two_call_offs_for_the_last_of_it() -> None:
    contract = make_contract()

    def ask() -> str:
        try:
            call_offs.ask(**asking(contract, 600))
        except CallOffError as error:
            return error.code
        return "asked"

    assert sorted(race(ask, ask)) == ["asked", "much"]
    assert contract.lines.get().called_off == 600
    assert CallOff.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_award_at_once() -> None:
    manggis = make_commodity()
    demand = make_demand([a_good(manggis)])
    products = [goods_of(make_pesantren(f"contoh-{name}"), manggis) for name in ("satu", "dua")]
    from marketplace.sourcing.models import Invited

    for product in products:
        Invited.objects.create(demand=demand, line=demand.lines.get(), partner=product.seller, score=1)
    rows = [make_quote(demand, product) for product in products]

    def award(quote: Quote) -> str:
        try:
            contracts.award(quote=Quote.objects.get(pk=quote.pk), actor=BUYER)
        except Exception as error:
            return type(error).__name__
        return "awarded"

    outcomes = race(lambda: award(rows[0]), lambda: award(rows[1]))
    assert outcomes.count("awarded") == 1
    assert set(outcomes) <= {"awarded", "QuoteError", IllegalMove.__name__}
    assert Contract.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_approvers_agree_to_a_quote_at_once() -> None:
    manggis = make_commodity()
    goods = goods_of(make_pesantren("contoh-satu"), manggis)
    quote = make_quote(make_demand([a_good(manggis)]), goods)
    company, owner = quote.negotiation.demand.company, admin_of(quote.negotiation.demand.company)
    people = [join_as(company, f"setuju{n}@example.com", "approver") for n in (1, 2)]
    companies.set_threshold(company=company, above=Money(1_000_000), user=owner)
    waits = awarding.take(quote=quote, user=owner)
    assert isinstance(waits, Approval)

    def agree(person: Any) -> str:
        try:
            approvals.agree(approval=Approval.objects.get(pk=waits.pk), user=person)
        except (approvals.ApprovalError, IllegalMove) as error:
            return type(error).__name__
        return "agreed"

    outcomes = race(lambda: agree(people[0]), lambda: agree(people[1]))
    assert outcomes.count("agreed") == 1
    assert Contract.objects.get().quote == quote
    assert history(quote).filter(after=states.ACCEPTED).count() == 1
