"""What came of a call-off: what fell away goes back to the contract once, and its shares end with the order's parts."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from marketplace.common.actor import SYSTEM
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import services as parts
from marketplace.fulfilment import states as part_states
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services import Buyer
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments.models import Due, Refund
from marketplace.pooling import services as pooling
from marketplace.pooling.exceptions import Bound
from marketplace.pooling.models import Pool, Share
from marketplace.sourcing import calendar, references, states
from marketplace.sourcing.models import CallOff, CallOffLine, ContractLine, PurchaseAgreement
from marketplace.sourcing.services import call_offs, composing, deliveries, quotes, sharing
from marketplace.sourcing.services.composing import Rules
from tests.common.race import race
from tests.factories.catalogue import make_pesantren
from tests.factories.companies import admin_of
from tests.factories.overseas import dues_of, settle
from tests.factories.sold import part_of
from tests.factories.sourcing import (
    SELLER,
    a_good,
    goods_of,
    make_commodity,
    make_contract,
    make_demand,
    make_exporter,
    make_quote,
    offer_terms,
)
from tests.fulfilment.steps import bring, pay, sign
from tests.sourcing.test_composing import confirm_all, contract_of_many
from tests.sourcing.test_contracts import asking

db = pytest.mark.django_db
SATU, DUA, TIGA = "contoh-satu", "contoh-dua", "contoh-tiga"


def buyer_of(call_off: CallOff) -> Buyer:
    company = call_off.contract.company
    return Buyer(company.name, "importir@example.com", "", "en", admin_of(company))


def shared(contract: Any, quantity: int, rules: Rules | None = None) -> CallOff:
    """Called off, shared out and confirmed by all that were asked."""
    made = call_offs.ask(**asking(contract, quantity, uuid4()))
    sharing.share_out(call_off=made, rules=rules or sharing.rules_of(contract), actor=SELLER)
    confirm_all()
    made.refresh_from_db()
    return made


def ordered(quantity: int, contract: Any = None) -> tuple[CallOff, Order]:
    made = shared(contract or contract_of_many(), quantity)
    order = sharing.order(call_off=made, buyer=buyer_of(made), actor=SELLER)
    return made, order


def called_off() -> int:
    return ContractLine.objects.get().called_off


def shares_of(call_off: CallOff) -> dict[str, tuple[int, str, int | None]]:
    found = Share.objects.filter(pool__reference=references.of_line(call_off.lines.get().pk))
    return {one.offer.partner.code: (one.quantity, one.state, one.delivered) for one in found}


def left() -> dict[str, int]:
    rows = list(PurchaseAgreement.objects.select_related("partner"))
    units = sharing.left(rows)
    return {row.partner.code: units[row.pk] for row in rows}


def expire(order: Order) -> bool:
    due = dues_of(order)[0]
    with time_machine.travel(due.due_at + timedelta(hours=1), tick=False):
        return parts.expire(due=due)


@db
def test_an_order_that_nobody_paid_gives_everything_back_once() -> None:
    made, order = ordered(600)
    assert (called_off(), left()) == (600, {SATU: 0, DUA: 300, TIGA: 100})
    assert expire(order)
    assert not expire(order)
    deliveries.follow(order=order, actor=SYSTEM)
    made.refresh_from_db()
    line = made.lines.get()
    assert (made.state, line.quantity, line.fell, called_off()) == (states.CANCELLED, 600, 600, 0)
    assert shares_of(made) == {SATU: (400, "released", None), DUA: (200, "released", None)}
    assert Pool.objects.get(reference=references.of_line(line.pk)).state == "cancelled"
    assert left() == {SATU: 400, DUA: 500, TIGA: 100}
    assert [one.called for one in calendar.of_contract(None, made.contract)] == [0]
    assert audit() == []
    again, _order = ordered(1000, made.contract)
    assert {code: row[0] for code, row in shares_of(again).items()} == {SATU: 400, DUA: 500, TIGA: 100}


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_end_it_while_the_buyer_calls_off_again() -> None:
    made, order = ordered(600)
    contract = made.contract
    Due.objects.filter(order=order).update(due_at=made.created - timedelta(days=1))

    def ask() -> str:
        try:
            call_offs.ask(**asking(contract, 700))
        except call_offs.CallOffError as error:
            return error.code
        return "asked"

    results = race(
        lambda: parts.expire(due=dues_of(order)[0]),
        lambda: parts.expire(due=dues_of(order)[0]),
        lambda: deliveries.follow(order=order, actor=SYSTEM),
        ask,
    )
    assert [one for one in results if isinstance(one, Exception)] == []
    assert results.count(True) == 1
    assert called_off() == (700 if results[3] == "asked" else 0)
    assert audit() == []


@db
def test_what_is_declined_short_or_refused_can_be_called_off_again() -> None:
    """900 kg: satu brings 390 of 400 and 380 are kept, dua declines its 500."""
    made, order = ordered(900)
    settle(dues_of(order)[0])
    parts.decline(fulfilment=part_of(order, DUA), actor=SELLER, why="Panen gagal")
    assert (made.lines.get().fell, called_off()) == (500, 400)
    assert shares_of(made) == {SATU: (400, "committed", None), DUA: (500, "short", 0)}
    assert Pool.objects.get(reference__startswith="C-").state == "closed", "nobody is asked for this order"
    one = bring(part_of(order, SATU), part_states.ACCEPTED)
    parts.bring_less(fulfilment=one, brings={one.lines.get().pk: 390}, why="Susut", actor=SELLER)
    assert (made.lines.get().fell, called_off()) == (510, 390)
    assert left()[SATU] == 0, "its share ends with its part"
    settle(dues_of(order)[1])
    sign(bring(one, part_states.DELIVERED), {0: 380})
    assert (made.lines.get().fell, called_off()) == (520, 380)
    assert shares_of(made)[SATU] == (400, "short", 380)
    assert left() == {SATU: 20, DUA: 500, TIGA: 100}
    own = bring(part_of(order, "contoh-eksportir"), part_states.ACCEPTED)
    parts.deliver(fulfilment=own, actor=SELLER)
    sign(Fulfilment.objects.get(pk=own.pk))
    made.refresh_from_db()
    assert made.state == states.COMPLETED
    assert sum(Refund.objects.values_list("amount", flat=True)) < 520 * 205, "most was not paid for yet"
    assert audit() == []
    again = shared(made.contract, 520)
    assert {code: row[0] for code, row in shares_of(again).items()} == {SATU: 20, DUA: 500}
    assert again.state == states.CONFIRMED
    assert sharing.order(call_off=again, buyer=buyer_of(again), actor=SELLER).total == Money(520 * 205, "USD")
    assert called_off() == 900


@pytest.mark.django_db(transaction=True)
def test_two_parts_fall_away_at_once_while_the_buyer_calls_off_again() -> None:
    made, order = ordered(900)
    settle(dues_of(order)[0])
    one, two = (bring(part_of(order, code), part_states.ACCEPTED) for code in (SATU, DUA))
    line = one.lines.get()
    results = race(
        lambda: parts.bring_less(fulfilment=one, brings={line.pk: 390}, why="Susut", actor=SELLER),
        lambda: parts.decline(fulfilment=two, actor=SELLER, why="Panen gagal"),
        lambda: parts.decline(fulfilment=Fulfilment.objects.get(pk=two.pk), actor=SELLER, why="Dua kali"),
        lambda: call_offs.ask(**asking(made.contract, 100)),
    )
    wrong = [x for x in results if isinstance(x, Exception) and not isinstance(x, IllegalMove)]
    assert wrong == []
    assert (made.lines.get().fell, called_off()) == (510, 390 + 100)
    assert shares_of(made) == {SATU: (400, "committed", None), DUA: (500, "short", 0)}
    assert audit() == []


@db
def test_a_part_that_is_declined_twice_is_refused_in_words() -> None:
    made, order = ordered(900)
    settle(dues_of(order)[0])
    part = part_of(order, DUA)
    parts.decline(fulfilment=part, actor=SELLER, why="Panen gagal")
    with pytest.raises(IllegalMove):
        parts.decline(fulfilment=part_of(order, DUA), actor=SELLER, why="Dua kali")
    assert (made.lines.get().fell, called_off()) == (500, 400)


@db
def test_all_that_came_is_delivered_and_the_pool_is_done() -> None:
    made, order = ordered(300)
    for due in dues_of(order):
        settle(due)
    sign(bring(part_of(order, SATU), part_states.DELIVERED))
    assert shares_of(made) == {SATU: (300, "delivered", 300)}
    assert Pool.objects.get(reference__startswith="C-").state == "done"
    assert (made.lines.get().fell, called_off(), left()[SATU]) == (0, 300, 100)
    assert audit() == []


@db
def test_a_share_is_not_declined_once_it_is_ordered() -> None:
    made, _order = ordered(600)
    share = Share.objects.get(offer__partner__code=DUA, pool__reference__startswith="C-")
    with pytest.raises(Bound):
        pooling.decline_share(share=share, actor=SELLER, why="Panen sedikit")
    with pytest.raises(Bound):
        pooling.take_back(share=share, actor=SELLER, why="Uji")
    assert shares_of(made)[DUA] == (200, "committed", None)
    with pytest.raises(IllegalMove):
        sharing.order(call_off=made, buyer=buyer_of(made), actor=SELLER)


@db
def test_straight_from_a_pesantren_less_is_kept() -> None:
    product = goods_of(make_pesantren(SATU), make_commodity())
    contract = make_contract(make_quote(make_demand([a_good(make_commodity(), 500)]), product, 500, 20_000))
    made = call_offs.ask(**asking(contract, 100))
    order = sharing.order(call_off=made, buyer=buyer_of(made), actor=SELLER)
    pay(order.dues.get())
    sign(bring(part_of(order, SATU), part_states.DELIVERED), {0: 70})
    made.refresh_from_db()
    assert (made.state, made.lines.get().fell, called_off()) == (states.COMPLETED, 30, 70)
    assert [one.called for one in calendar.of_contract(None, contract)] == [70]
    assert audit() == []


def packed(pack: int, rules: Rules | None = None) -> Any:
    """As contract_of_many, from quotes in packs: 400 kg at 20.000, 500 at 21.000, 300 at 23.000."""
    manggis, rules = make_commodity(), rules or Rules()
    products = [goods_of(make_pesantren(code), manggis) for code in (SATU, DUA, TIGA)]
    demand = make_demand([a_good(manggis)], country="AE", regency=None, currency="USD", mode="air")
    for product, quantity, price in zip(products, (400, 500, 300), (20_000, 21_000, 23_000), strict=True):
        make_quote(demand, product, quantity, price, kind="supply", pack=pack)
    facts: dict[str, Any] = {"demand": demand, "composer": make_exporter(), "rules": rules, "actor": SELLER}
    planned = composing.plan(**facts)
    made = composing.offer(**facts, planned=planned, costs={}, terms=offer_terms())
    quotes.send(quote=made, person=None, actor=SELLER)
    contract = make_contract(made)
    composing.agree(contract=contract, actor=SELLER)
    return contract


@db
def test_whole_packs_within_the_tolerance() -> None:
    contract = packed(50)
    assert set(PurchaseAgreement.objects.values_list("pack", flat=True)) == {50}
    made = shared(contract, 420)
    assert shares_of(made) == {SATU: (400, "committed", None)}
    assert (made.state, made.lines.get().least, sharing.is_enough(made)) == (states.PLANNED, 399, True)
    order = sharing.order(call_off=made, buyer=buyer_of(made), actor=SELLER)
    price = contract.lines.get().price
    assert order.total == price * 400
    assert [row["quantity"] for row in order.sold_lines] == [400]
    assert (made.lines.get().fell, called_off()) == (20, 400)
    assert Pool.objects.get(reference__startswith="C-").state == "closed"
    assert audit() == []


@db
def test_whole_packs_that_cannot_be_are_not_ordered() -> None:
    made = shared(packed(50), 370)
    assert shares_of(made) == {SATU: (350, "committed", None)}
    assert not sharing.is_enough(made), "at least 352 would be enough"
    with pytest.raises(IllegalMove):
        sharing.order(call_off=made, buyer=buyer_of(made), actor=SELLER)
    made.refresh_from_db()
    assert (made.state, made.lines.get().fell, called_off()) == (states.PLANNED, 0, 370)


@db
def test_the_cap_of_the_offer_holds_and_can_be_lifted() -> None:
    contract = packed(1, Rules(cap_permille=400))
    assert sharing.rules_of(contract) == Rules(cap_permille=400)
    first = shared(contract, 600)
    assert {code: row[0] for code, row in shares_of(first).items()} == {SATU: 240, DUA: 240, TIGA: 120}
    sharing.cancel(call_off=first, actor=SELLER, why="uji")
    for code in (DUA, TIGA):
        PurchaseAgreement.objects.filter(partner__code=code).delete()
    alone = shared(contract, 100)
    assert {code: row[0] for code, row in shares_of(alone).items()} == {SATU: 40}
    sharing.share_out(call_off=alone, rules=Rules(), actor=SELLER)
    confirm_all()
    alone.refresh_from_db()
    assert alone.state == states.CONFIRMED
    assert audit() == []


@db
def test_a_share_waits_so_nothing_is_ordered_yet() -> None:
    made = call_offs.ask(**asking(packed(50), 420))
    sharing.share_out(call_off=made, rules=Rules(), actor=SELLER)
    assert not sharing.is_enough(made)
    with pytest.raises(IllegalMove):
        sharing.order(call_off=made, buyer=buyer_of(made), actor=SELLER)


@db
def test_the_audit_names_a_row_that_was_changed() -> None:
    made, order = ordered(600)
    line, contract_line = made.lines.get(), ContractLine.objects.get()
    ContractLine.objects.update(called_off=601)
    assert audit() == [
        f"contract {made.contract}: line {contract_line.pk} says 601 called off, its call-offs 600"
    ]
    ContractLine.objects.update(called_off=595)
    CallOffLine.objects.update(fell=5)
    assert audit() == [f"call-off line {line.pk}: 5 fell away, its parts say 0"]
    ContractLine.objects.update(called_off=600)
    CallOffLine.objects.update(fell=0)
    bought = PurchaseAgreement.objects.get(partner__code=SATU)
    PurchaseAgreement.objects.filter(pk=bought.pk).update(quantity=399)
    assert audit() == [f"purchase agreement {bought.pk}: 400 used of 399"]
    PurchaseAgreement.objects.filter(pk=bought.pk).update(quantity=400)
    assert audit() == []
    for due in dues_of(order):
        settle(due)
    part = part_of(order, SATU)
    sign(bring(part, part_states.DELIVERED))
    share = Share.objects.get(offer__partner__code=SATU, pool__reference__startswith="C-")
    Share.objects.filter(pk=share.pk).update(state="short", delivered=390)
    assert f"call-off line {line.pk}: its shares of part {part.number} say 390 came, the part 400" in audit()


@db
def test_the_audit_asks_the_same_for_few_and_many(django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from marketplace.sourcing.audit import differences

    contract = contract_of_many()
    counts = []
    for _ in range(2):
        ordered(100, contract)
        with CaptureQueriesContext(connection) as asked:
            assert list(differences()) == []
        counts.append(len(asked))
    assert counts[0] == counts[1]
