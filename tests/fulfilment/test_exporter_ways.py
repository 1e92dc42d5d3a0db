"""Units that an exporter sold fall away in any order and at once: the buyer pays the contract for what it keeps."""

import os
from contextlib import suppress

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.account.services import sign_receipt
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import services, states, tasks
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.fulfilment.services import claims, exporter
from marketplace.fulfilment.services.exporter import position
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import NotEnough
from marketplace.orders.models import Order
from marketplace.payments import services as payments
from marketplace.payments.bearing import Place, share
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.models import CreditNote, PriceDifference, Receipt
from tests.common.race import race
from tests.factories.overseas import OFFICE, days, dues_of, settle
from tests.factories.sold import POOL, SOLD, owed, own_of, part_of, sold_order
from tests.fulfilment.exporter_steps import (
    EXPORTER,
    MAHAL,
    MURAH,
    refunds,
    short,
    sound,
)
from tests.fulfilment.steps import bring, sign, total

db = pytest.mark.django_db


def fresh(part: Fulfilment) -> Fulfilment:
    return Fulfilment.objects.select_related("order").get(pk=part.pk)


@pytest.mark.django_db(transaction=True)
def test_two_pesantren_and_the_exporter_at_once() -> None:
    """Both parts fall short while the exporter's own is signed for: whoever comes first, each kilogram is 2.59."""
    order = sold_order(POOL)
    parts = [bring(part_of(order, code), states.ACCEPTED) for code in (MURAH, MAHAL)]
    own = bring(own_of(order), states.ACCEPTED)
    services.deliver(fulfilment=own, actor=OFFICE)
    results = race(
        lambda: short(fresh(parts[0]), 90),
        lambda: short(fresh(parts[1]), 80),
        lambda: sign(fresh(own)),
        lambda: services.decline(fulfilment=fresh(parts[0]), actor=OFFICE, why="x"),
    )
    unexpected = [
        one
        for one in results
        if isinstance(one, Exception) and not isinstance(one, IllegalMove | services.BadQuantities)
    ]
    assert unexpected == []
    gone = 100 if fresh(parts[0]).state == states.DECLINED else 10
    assert gone == 100
    assert sum(refunds()) == (100 + 20) * SOLD
    assert sum(PriceDifference.objects.values_list("amount", flat=True)) == 100 * 159 - 20 * 41
    sound()


@db
def test_both_parts_are_locked_at_once_in_the_order_of_their_ids() -> None:
    """One statement: to lock the exporter's part first and this one after it would wait for somebody for ever."""
    order = sold_order(POOL)
    part = bring(part_of(order, MAHAL), states.DELIVERED)
    for work in (
        lambda: exporter.locked(part),
        lambda: sign_receipt(
            fulfilment=part,
            actor=OFFICE,
            signed_name="Contoh",
            accepted={part.lines.get().pk: 100},
            reasons={},
            note="",
            photos=[],
            drop=[],
        ),
    ):
        with transaction.atomic(), CaptureQueriesContext(connection) as found:
            work()
        locks = [
            row["sql"]
            for row in found
            if "FOR " in row["sql"] and 'FROM "fulfilment_fulfilment"' in row["sql"]
        ]
        assert all(str(one.pk) in locks[0] for one in (part, own_of(order)))
        assert 'ORDER BY "fulfilment_fulfilment"."id" ASC' in locks[0]


EXAMPLES = int(os.environ.get("EXPORTER_EXAMPLES", "40"))


# Whatever happens, the buyer has paid the contract's price of what it kept.


def goods(part: Fulfilment) -> FulfilmentLine | None:
    """What it brings; an exporter's own part may hold what it adds beside that, or alone."""
    return part.lines.exclude(line__sold_price=None).first()


def each(part: Fulfilment, units: int) -> dict[int, int]:
    """All of every line, but so many units less of the goods."""
    brings = goods(part)
    return {
        line.pk: max(line.quantity - (units if line == brings else 0), 0)
        for line in part.lines.order_by("pk")
    }


class Ways:
    """One step a number: so many units of a part fall away in the way that its state allows."""

    def __init__(self, order: Order) -> None:
        self.order = order

    def step(self, code: str, units: int) -> None:
        part = Fulfilment.objects.filter(order=self.order, partner__code=code).select_related("order").first()
        if part:
            with suppress(IllegalMove, services.BadQuantities, PaymentError, services.NotPaid):
                getattr(self, part.state, self.nothing)(part, units)

    def nothing(self, part: Fulfilment, units: int) -> None:
        pass

    def offered(self, part: Fulfilment, units: int) -> None:
        if units > 6 and part.lines.count() == 1 and goods(part):
            services.decline(fulfilment=part, actor=OFFICE, why="x")
        else:
            services.accept(fulfilment=part, actor=OFFICE)

    def accepted(self, part: Fulfilment, units: int) -> None:
        if not goods(part):
            services.deliver(fulfilment=part, actor=OFFICE)
        elif units % 3:
            services.bring_less(fulfilment=part, brings=each(part, units), why="x", actor=OFFICE)
        else:
            services.pack(fulfilment=part, actor=OFFICE)

    def packed(self, part: Fulfilment, units: int) -> None:
        self.pay()
        services.hand_over(fulfilment=part, actor=OFFICE, carrier="x", tracking_number="")

    def pay(self) -> None:
        for due in self.order.dues.filter(state="open").order_by("number"):
            settle(due)

    def handed_over(self, part: Fulfilment, units: int) -> None:
        taken = each(part, units)
        sign(part, {place: taken[pk] for place, pk in enumerate(sorted(taken))})

    def delivered(self, part: Fulfilment, units: int) -> None:
        self.pay()
        sign(part)

    def received(self, part: Fulfilment, units: int) -> None:
        line = goods(part)
        if line and units and claims.left(part)[line.pk] >= units:
            services.issue_credit_note(fulfilment=part, lines={line.pk: units}, why="x", actor=OFFICE)

    def finish(self, codes: list[str]) -> None:
        """Whatever is left comes and is taken."""
        self.pay()
        for code in codes[:-1]:
            for _state in range(5):
                self.step(code, 0)
        tasks.end_exporters()
        for _state in range(4):
            self.step(codes[-1], 0)


def kept_of(order: Order) -> list[tuple[int, FulfilmentLine]]:
    """Units of goods that the buyer was asked for and did not give back."""
    found = []
    for part in Fulfilment.objects.filter(order=order).exclude(state__in=[states.DECLINED, states.REJECTED]):
        line = part.lines.exclude(line__sold_price=None).select_related("line__order", "fulfilment").first()
        if line:
            notes = CreditNote.objects.filter(partner=part.partner, for_part="")
            rows = [row for note in notes for row in note.lines if row["line"] == line.line_id]
            credited = sum(row["quantity"] for row in rows)
            found.append(((line.quantity if line.accepted is None else line.accepted) - credited, line))
    return found


def books(order: Order, sold: int) -> None:
    """The buyer pays the contract's price of what it keeps; nobody pays it back more than it paid."""
    assert audit() == []
    open_ = sum(due.missing.minor for due in dues_of(order) if due.state == "open")
    paid = sum(Receipt.objects.values_list("amount", flat=True))
    assert sum(refunds()) <= paid
    assert paid + open_ - sum(refunds()) == sum(units for units, _line in kept_of(order)) * sold


SCHEDULES = ((), (3_000, 7_000), (1_000, 9_000), (2_000, 5_000, 3_000))


@db
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    prices=st.lists(st.integers(1, 400), min_size=1, max_size=3),
    more=st.integers(0, 150),
    shares=st.sampled_from(SCHEDULES),
    own_goods=st.booleans(),
    way=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), max_size=22),
)
def test_the_buyer_pays_the_contract_for_what_it_keeps(
    prices: list[int], more: int, shares: tuple[int, ...], own_goods: bool, way: list[tuple[int, int]]
) -> None:
    """At a little more than what the goods cost together: some of them are dear. In the end nothing is stuck."""
    with transaction.atomic():
        pool = {f"contoh-{place}": (10 + place, price) for place, price in enumerate(prices)}
        if own_goods and len(prices) > 1:
            pool[EXPORTER] = pool.pop("contoh-0")
        cost, units_ = sum(one * price for one, price in pool.values()), sum(one for one, _ in pool.values())
        sold = -(-cost // units_) + more
        order = sold_order(pool, sold=sold, steps=steps_of(shares))
        ways, codes = Ways(order), [*[code for code in pool if code != EXPORTER], EXPORTER]
        for index, units in way:
            ways.step(codes[index % len(codes)], units)
            books(order, sold)
        tasks.end_exporters()
        books(order, sold)
        ways.finish(codes)
        books(order, sold)
        kept = kept_of(order)
        added = sum((line.line.shared(units).exporter.minor for units, line in kept), 0)
        brought = sum(
            line.worth(units).minor for units, line in kept if line.fulfilment.partner_id == order.sold_by_id
        )
        assert owed(order, EXPORTER) - total(Kind.SELLER_DEBT, "USD") == added + brought
        assert [total(kind, "USD") for kind in (Kind.HELD, Kind.SUSPENSE)] == [0, 0]
        transaction.set_rollback(True)


def steps_of(shares: tuple[int, ...]) -> list[payments.Step] | None:
    """A deposit, then balances; nothing: all of it at once."""
    kinds = ["deposit", *["balance"] * (len(shares) - 1)]
    rows = enumerate(zip(kinds, shares, strict=False), start=1)
    return [payments.Step(kind, share, days(7 * number)) for number, (kind, share) in rows] or None


@given(
    places=st.lists(
        st.tuples(st.integers(0, 500), st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=4
    ),
    back=st.integers(0, 1_500),
    holds=st.booleans(),
)
def test_what_goes_back_is_shared_to_the_cent_and_never_more_than_is_there(
    places: list[tuple[int, int, int]], back: int, holds: bool
) -> None:
    found = [Place(gone, room, own if holds else 0, owes=0) for gone, room, own in places]
    most = sum(place.own for place in found) if holds else None
    if back > sum(place.room for place in found):
        with pytest.raises(NotEnough):
            share(found, Money(back, "USD"), most=most)
        return
    steps = share(found, Money(back, "USD"), most=most)
    assert sum(step.whole for step in steps) == back - sum(place.gone for place in found)
    for place, step in zip(found, steps, strict=True):
        assert 0 <= place.gone + step.whole <= place.room
        assert step.own <= place.own


@given(added=st.integers(-500, 500), price=st.integers(-500, 500), given_back=st.integers(0, 500))
def test_what_went_back_of_its_own_part_does_not_go_back_twice(
    added: int, price: int, given_back: int
) -> None:
    """Without that the position is what it adds to the goods that are kept; with it never above, never more owed."""
    money = [Money(one, "USD") for one in (added, added - price, given_back)]
    assert position(money[0], Money(0, "USD"), is_lost=False) == money[0]
    for kept_of in money[:2]:
        found = position(kept_of, money[2], is_lost=False)
        assert min(kept_of.minor, 0) <= found.minor <= kept_of.minor
        assert position(kept_of, money[2], is_lost=True).minor == min(kept_of.minor, 0)
