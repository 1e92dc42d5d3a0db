"""A sample is an order like any other; what was paid for it counts once, exactly, for the first delivery."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.common.actor import SYSTEM
from marketplace.fulfilment import services as fulfil
from marketplace.fulfilment import states as parts
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services import Buyer
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post
from marketplace.ledger.queries import balance
from marketplace.orders.models import Order
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.held import payable_ref
from marketplace.payments.models import CarriedOver, Due
from marketplace.sourcing.models import CallOff, Contract, Invited, Negotiation, Quote, Sample
from marketplace.sourcing.services import call_offs, quotes, samples
from offtakers.models import Company
from tests.common.race import race
from tests.factories import overseas
from tests.factories.catalogue import make_pesantren
from tests.factories.companies import admin_of
from tests.factories.orders import address
from tests.factories.sourcing import (
    BUYER,
    SELLER,
    a_good,
    goods_of,
    make_commodity,
    make_contract,
    make_demand,
    make_offer,
    make_quote,
)
from tests.fulfilment.steps import bring
from tests.sourcing.steps import refused

pytestmark = pytest.mark.django_db


def buyer_of(quote: Quote) -> Buyer:
    company = quote.negotiation.demand.company
    return Buyer(company.name, company.email, company.phone, "en", admin_of(company))


def order_of(quote: Quote, key: Any = None) -> Sample:
    return samples.order(
        quote=quote, key=key or uuid4(), buyer=buyer_of(quote), address=address(), actor=BUYER
    )


def at_home(sample: tuple[int, int] | None, company: Company | None = None) -> Quote:
    """500 kg at Rp 20.000, straight from the pesantren."""
    manggis = make_commodity()
    product = goods_of(make_pesantren("contoh-satu"), manggis)
    demand = make_demand([a_good(manggis)], company)
    return make_quote(demand, product, quantity=500, unit_price=20_000, sample=sample)


def abroad(sample: tuple[int, int] | None) -> Quote:
    demand = make_demand(
        [a_good(make_commodity())], country="AE", regency=None, currency="USD", mode="air", wants_sample=True
    )
    return make_offer(demand, sample=sample)


def pay(due: Due) -> None:
    due.refresh_from_db()
    overseas.settle(due)


def accepted(sample: Sample) -> Fulfilment:
    """Paid, sent, signed for."""
    for due in sample.order.dues.all():
        pay(due)
    part = bring(sample.order.fulfilments.get(), parts.DELIVERED)
    units = {line.pk: line.quantity for line in part.lines.all()}
    fulfil.sign(fulfilment=part, actor=BUYER, signed_name="Contoh", accepted=units, reasons={})
    return Fulfilment.objects.get(pk=part.pk)


def called_off(contract: Contract, quantity: int = 100) -> CallOff:
    made = call_offs.ask(
        contract=contract,
        key=uuid4(),
        quantities={contract.lines.get().pk: quantity},
        first=contract.first,
        last=contract.first + timedelta(days=5),
        note="",
        actor=BUYER,
    )
    call_offs.confirm(call_off=made, actor=SELLER)
    return made


def ordered(call_off: CallOff) -> Order:
    """Of a contract straight with a pesantren, or wholly of one purchase agreement."""
    row = call_off.lines.get()
    shares = {row.pk: [(one, row.quantity) for one in row.contract_line.purchases.all()[:1]]}
    made = call_offs.order(
        call_off=call_off, shares=shares, buyer=buyer_of(call_off.contract.quote), actor=BUYER
    )
    return Order.objects.get(pk=made.pk)


def first_delivery(contract: Contract) -> Order:
    """100 kg of it, ordered."""
    return ordered(called_off(contract))


def dues(order: Order) -> list[tuple[int, int, str]]:
    return [(due.amount, due.received, due.state) for due in order.dues.order_by("number")]


def owed(contract: Contract, kind: Kind = Kind.PAYABLE) -> int:
    return balance(kind, contract.currency, payable_ref(contract.seller_id)).minor


def test_a_sample_is_an_order_with_its_fee_and_its_courier() -> None:
    quote, key = at_home((50_000, 18_000)), uuid4()
    made = order_of(quote, key)
    assert order_of(quote, key) == made, "pressed twice, ordered once"
    order = made.order
    assert (order.total, order.shipping, order.goods) == (Money(68_000), Money(18_000), Money(50_000))
    assert (order.shipping_address is not None, order.lines.get().quantity) == (True, 1)
    assert refused(samples.SampleError, order_of, quote=quote) == "twice"
    fulfil.cancel_unpaid(order=Order.objects.get(pk=order.pk), actor=BUYER)
    again = order_of(quote)
    accepted(again)
    assert balance(Kind.PAYABLE, "IDR", payable_ref(quote.negotiation.partner_id)) == Money(68_000)
    assert audit() == []


def test_what_is_not_offered_cannot_be_ordered() -> None:
    quote = at_home(None)
    assert refused(samples.SampleError, order_of, quote=quote) == "none"
    for facts in ({"sample_fee": 5}, {"sample_courier": 5}, {"sample_fee": -1, "sample_courier": 0}):
        draft = make_quote(quote.negotiation.demand, quote.lines.get().product, send=False)  # type: ignore[arg-type]
        with pytest.raises(IntegrityError), transaction.atomic():
            Quote.objects.filter(pk=draft.pk).update(**facts)
    other = make_quote(quote.negotiation.demand, quote.lines.get().product, sample=(1, 1))  # type: ignore[arg-type]
    quotes.withdraw(quote=other, actor=SELLER)
    assert refused(samples.SampleError, order_of, quote=other) == "over"
    supply = make_quote(
        quote.negotiation.demand,
        quote.lines.get().product,  # type: ignore[arg-type]
        kind=Negotiation.SUPPLY,
        basis="loco",
        sample=(1, 1),
    )
    assert refused(samples.SampleError, order_of, quote=supply) == "none"


@pytest.mark.parametrize("sample", [(0, 0), (0, 18_000), (1, 0)])
def test_a_free_sample_goes_the_same_way(sample: tuple[int, int]) -> None:
    made = order_of(at_home(sample))
    assert made.order.dues.exists() == any(sample)
    part = accepted(made)
    assert part.state == parts.RECEIVED
    contract = make_contract(made.quote)
    assert owed(contract) == sum(sample)
    first_delivery(contract)
    assert [row.amount for row in CarriedOver.objects.all()] == [sample[0]] * bool(sample[0])
    assert audit() == []


def test_a_free_sample_can_be_declined() -> None:
    made = order_of(at_home((0, 0)))
    fulfil.decline(fulfilment=made.order.fulfilments.get(), actor=SELLER, why="Habis")
    assert samples.live(made.negotiation) is None
    assert audit() == []


def test_the_fee_counts_for_the_first_delivery_once() -> None:
    made = order_of(at_home((50_000, 18_000)))
    accepted(made)
    contract = make_contract(made.quote)
    first = first_delivery(contract)
    assert dues(first) == [(2_000_000, 50_000, "open")]
    assert owed(contract) == 18_000, "the courier stays with the seller"
    assert audit() == []
    second = first_delivery(contract)
    assert dues(second) == [(2_000_000, 0, "open")], "once"
    pay(first.dues.get())
    assert dues(first) == [(2_000_000, 2_000_000, "settled")]
    bring(first.fulfilments.get(), parts.OFFERED)
    assert audit() == []


def test_a_fee_above_the_order_settles_it_and_the_rest_waits_for_the_next() -> None:
    made = order_of(at_home((2_500_000, 0)))
    accepted(made)
    contract = make_contract(made.quote)
    first = first_delivery(contract)  # 100 kg at Rp 20.000
    assert dues(first) == [(2_000_000, 2_000_000, "settled")]
    assert first.fulfilments.get().state == parts.OFFERED, "nothing is left to pay: the pesantren is asked"
    assert audit() == []
    second = first_delivery(contract)
    assert dues(second) == [(2_000_000, 500_000, "open")]
    third = first_delivery(contract)
    assert dues(third) == [(2_000_000, 0, "open")]
    assert sum(CarriedOver.objects.values_list("amount", flat=True)) == 2_500_000
    assert audit() == []


def test_a_fee_that_is_exactly_the_order() -> None:
    made = order_of(at_home((2_000_000, 0)))
    accepted(made)
    contract = make_contract(made.quote)
    first = first_delivery(contract)
    assert dues(first) == [(2_000_000, 2_000_000, "settled")]
    assert owed(contract) == 0
    assert audit() == []


def test_what_was_paid_out_already_becomes_a_debt_of_the_seller() -> None:
    made = order_of(at_home((50_000, 18_000)))
    accepted(made)
    contract = make_contract(made.quote)
    paid = account(Kind.PAYABLE, "IDR", payable_ref(contract.seller_id))
    post("test", "payout_paid", [(paid, account(Kind.BANK, "IDR"), Money(60_000))])
    first_delivery(contract)
    row = CarriedOver.objects.get()
    assert (row.from_payable, row.from_debt) == (8_000, 42_000)
    assert (owed(contract), owed(contract, Kind.SELLER_DEBT)) == (0, 42_000)


def test_an_order_that_ends_unpaid_gives_the_fee_back_to_the_seller_and_it_can_count_anew() -> None:
    made = order_of(at_home((50_000, 0)))
    accepted(made)
    contract = make_contract(made.quote)
    first = first_delivery(contract)
    assert owed(contract) == 0
    Due.objects.filter(order=first).update(due_at=timezone.now() - timedelta(minutes=1))
    assert fulfil.expire(due=first.dues.get())
    assert owed(contract) == 50_000
    assert not first.refunds.exists(), "the fee is not paid out to the buyer in cash"
    assert CarriedOver.objects.get().undone_at is not None
    assert audit() == []
    second = first_delivery(contract)
    assert dues(second) == [(2_000_000, 50_000, "open")]
    assert audit() == []


def test_a_sample_that_was_refused_or_not_accepted_yet_does_not_count() -> None:
    made = order_of(at_home((50_000, 18_000)))
    contract = make_contract(made.quote)
    first_delivery(contract)
    pay(made.order.dues.get())
    first_delivery(contract)
    part = bring(made.order.fulfilments.get(), parts.DELIVERED)
    none, why = {part.lines.get().pk: 0}, {part.lines.get().pk: "Busuk"}
    fulfil.sign(fulfilment=part, actor=BUYER, signed_name="Contoh", accepted=none, reasons=why)
    first_delivery(contract)
    assert not CarriedOver.objects.exists()
    assert audit() == []


def test_a_claim_lessens_what_counts_and_what_counted_cannot_be_claimed() -> None:
    made = order_of(at_home((50_000, 0)))
    part = accepted(made)
    contract = make_contract(made.quote)
    first_delivery(contract)
    claim: dict[str, Any] = {"fulfilment": part, "lines": {part.lines.get().pk: 1}, "why": "Rusak"}
    with pytest.raises(PaymentError):
        fulfil.issue_credit_note(actor=SYSTEM, **claim)
    Due.objects.filter(order__call_off__contract=contract).update(
        due_at=timezone.now() - timedelta(minutes=1)
    )
    order = Order.objects.get(call_off__contract=contract)
    assert fulfil.expire(due=order.dues.get())
    fulfil.issue_credit_note(actor=SYSTEM, **claim)
    first_delivery(contract)
    assert CarriedOver.objects.filter(undone_at=None).count() == 0
    assert audit() == []


def test_abroad_the_exporter_sends_it_and_it_counts_for_the_deposit() -> None:
    made = order_of(abroad((5_000, 3_050)))
    assert (made.order.total, made.order.channel) == (Money(8_050, "USD"), "export")
    accepted(made)
    contract = make_contract(made.quote)
    product = goods_of(make_pesantren("contoh-satu"), make_commodity())
    line = contract.lines.get()
    call_offs.buy(line=line, product=product, quantity=1000, unit_price=20_000, actor=SELLER)
    first = first_delivery(contract)  # US$ 290.00: 30 % first
    assert dues(first) == [(8_700, 5_000, "open"), (20_300, 0, "open")]
    assert audit() == []
    for due in first.dues.order_by("number"):
        pay(due)
    assert audit() == []


def test_the_sample_of_another_seller_does_not_count() -> None:
    quote = at_home((50_000, 0))
    accepted(order_of(quote))
    other = goods_of(make_pesantren("contoh-dua"), make_commodity())
    demand = quote.negotiation.demand
    Invited.objects.create(demand=demand, line=demand.lines.get(), partner=other.seller, score=1)
    first_delivery(make_contract(make_quote(demand, other)))
    assert not CarriedOver.objects.exists()
    assert audit() == []


def test_audit_finds_what_counts_for_more_than_was_paid() -> None:
    made = order_of(at_home((50_000, 0)))
    accepted(made)
    first_delivery(make_contract(made.quote))
    CarriedOver.objects.update(amount=50_001, from_payable=50_001)
    assert any("counts for other orders" in text for text in audit())


@pytest.mark.django_db(transaction=True)
def test_two_first_deliveries_at_once_get_the_fee_once() -> None:
    made = order_of(at_home((50_000, 0)))
    accepted(made)
    contract = make_contract(made.quote)
    calls = [called_off(contract) for _ in range(2)]
    outcomes = race(lambda: str(ordered(calls[0])), lambda: str(ordered(calls[1])))
    assert len(set(outcomes)) == 2
    assert [row.amount for row in CarriedOver.objects.all()] == [50_000]
    assert sorted(
        Due.objects.filter(order__call_off__contract=contract).values_list("received", flat=True)
    ) == [
        0,
        50_000,
    ]
    assert audit() == []


@pytest.mark.django_db(transaction=True)
def test_two_people_order_the_sample_at_once() -> None:
    quote = at_home((50_000, 0))

    def press() -> str:
        try:
            order_of(Quote.objects.get(pk=quote.pk))
        except samples.SampleError as error:
            return error.code
        return "ordered"

    assert sorted(race(press, press)) == ["ordered", "twice"]
    assert Sample.objects.count() == 1
