"""Less comes than was ordered: the books, the stock and the papers after it, and two people at once."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.common.states import IllegalMove, history
from marketplace.fulfilment import services, states
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment, Return, ShortDelivery
from marketplace.fulfilment.queries import waterfalls
from marketplace.fulfilment.services import BadQuantities
from marketplace.ledger.models import Journal, Kind
from marketplace.ledger.money import Money
from marketplace.notices.models import Mail
from marketplace.payments import states as due_states
from marketplace.payments.models import Due, Refund
from marketplace.pesantren.models import StockRecord
from tests.common.race import race
from tests.factories.catalogue import make_product
from tests.factories.companies import admin_of, make_company
from tests.factories.fees import fee_rule, tax_on_fee
from tests.factories.orders import placed_order
from tests.factories.overseas import deposit_and_balance, dues_of, export_order, parts_of, settle
from tests.fulfilment.steps import (
    OFFICE,
    SELLER,
    bring,
    one_seller,
    paid,
    parts,
    pay,
    sign,
    status,
    total,
    two_sellers,
)

db = pytest.mark.django_db
racing = pytest.mark.django_db(transaction=True)


def books(currency: str = "IDR") -> dict[str, int]:
    return {kind.value: total(kind, currency) for kind in Kind if total(kind, currency)}


def short(part: Fulfilment, *brings: int, **kw: Any) -> ShortDelivery | None:
    """The part brings so many units of its lines, in their order."""
    part = Fulfilment.objects.get(pk=part.pk)
    units = dict(zip(part.lines.values_list("pk", flat=True), brings, strict=True))
    return services.bring_less(
        fulfilment=part, brings=units, why=kw.pop("why", "Panen kurang"), actor=SELLER, **kw
    )


def movements(key: str) -> list[tuple[str, str, int]]:
    found = Journal.objects.get(key=key).movements.order_by("pk").select_related("debit", "credit")
    return [(one.debit.kind, one.credit.kind, one.amount) for one in found]


def stock(part: Fulfilment) -> tuple[int | None, int | None]:
    record = StockRecord.objects.get(line__parts__fulfilment=part)
    return record.num_in_stock, record.num_allocated


def accepted(**kw: Any) -> Fulfilment:
    """10 × Rp 50.000 and Rp 15.000 delivery, paid and accepted."""
    [part] = paid(one_seller(**kw))
    return bring(part, states.ACCEPTED)


@db
def test_what_is_missing_is_owed_back_and_the_rest_goes_on() -> None:
    part = accepted()
    told = short(part, 7)
    assert told is not None
    assert (told.number, told.total, told.still_here) == (1, Money(150_000), False)
    assert movements(f"refund-owed/missing/{part.number}/1") == [("held", "refund_due", 150_000)]
    assert books() == {"bank": 515_000, "held": 350_000, "shipping_due": 15_000, "refund_due": 150_000}
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.key) == (150_000, "missing", f"missing/{part.number}/1")
    line = part.lines.get()
    assert (line.quantity, line.short, line.ordered, line.price) == (7, 3, 10, Money(350_000))
    assert stock(part) == (97, 7)  # the goods do not exist
    assert audit() == []
    sign(bring(part, states.DELIVERED))
    assert stock(part) == (90, 0)
    assert books() == {"bank": 515_000, "payable": 365_000, "refund_due": 150_000}
    assert not Return.objects.exists()
    assert audit() == []


@db
def test_goods_that_exist_stay_in_the_count() -> None:
    part = accepted()
    short(part, 7, still_here=True)
    assert stock(part) == (100, 7)
    assert audit() == []


@db
def test_stock_that_goes_down_is_in_its_history() -> None:
    part = accepted()
    short(part, 7)
    [row] = history(StockRecord.objects.get())
    assert (row.before, row.after, row.why, row.actor_name) == (
        "100",
        "97",
        "stock: short delivery",
        SELLER.name,
    )


@db
def test_again_and_then_only_a_part_of_the_rest_is_taken() -> None:
    part = accepted()
    short(part, 7)
    part = bring(part, states.PACKED)
    told = short(part, 5, why="Dua busuk di gudang")
    assert told is not None
    assert (told.number, told.amount) == (2, 100_000)
    rows = [row for row in history(part) if row.after == states.SHORT]
    assert [(row.before, row.why) for row in rows] == [
        ("accepted", "Panen kurang"),
        ("packed", "Dua busuk di gudang"),
    ]
    assert Mail.objects.filter(key__startswith="part_short/").count() == 2
    sign(bring(part, states.DELIVERED), {0: 4})
    assert books() == {"bank": 515_000, "payable": 215_000, "refund_due": 300_000}
    assert sorted(Refund.objects.values_list("reason", "amount")) == [
        ("missing", 100_000),
        ("missing", 150_000),
        ("rejected", 50_000),
    ]
    assert audit() == []


@db
def test_the_fee_and_its_tax_follow_what_comes(settings: Any) -> None:
    fee_rule(rate_bp=500)
    tax_on_fee()
    part = accepted()
    short(part, 7)
    [fall] = waterfalls([part]).values()
    assert (fall.goods, fall.refunds, fall.is_final) == (Money(350_000), Money(0), False)
    assert fall.commission + fall.tax == Money(17_500)
    sign(bring(part, states.DELIVERED), {0: 6})
    assert (total(Kind.COMMISSION), total(Kind.TAX_DUE)) == (
        13_514,
        1_486,
    )  # 5 % of Rp 300.000; 12 % × 11/12 in it
    [fall] = waterfalls([Fulfilment.objects.get(pk=part.pk)]).values()
    assert (fall.goods, fall.refunds, fall.is_final) == (Money(350_000), Money(50_000), True)
    assert fall.net == Money(total(Kind.PAYABLE)) == Money(300_000 + 15_000 - 15_000)
    assert audit() == []


@db
def test_nothing_left_is_declined_with_the_delivery_fee() -> None:
    part = accepted()
    assert short(part, 0) is None
    [part] = parts(part.order)
    assert part.state == states.DECLINED
    assert movements(f"refund-owed/declined/{part.number}") == [
        ("held", "refund_due", 500_000),
        ("shipping_due", "refund_due", 15_000),
    ]
    assert stock(part) == (90, 0)
    assert not ShortDelivery.objects.exists()
    assert audit() == []


@db
def test_short_and_later_declined_after_all() -> None:
    part = accepted()
    short(part, 7)
    services.decline(fulfilment=part, actor=SELLER, why="Semua busuk")
    assert books() == {"bank": 515_000, "refund_due": 515_000}
    assert stock(part) == (97, 0)
    assert audit() == []


@db
def test_a_page_opened_before_declines_only_what_is_left() -> None:
    part = accepted()
    old = Fulfilment.objects.prefetch_related("lines__line__order").get(pk=part.pk)
    assert old.goods == Money(500_000)
    short(part, 7)
    services.decline(fulfilment=old, actor=SELLER, why="Semua busuk")
    assert books() == {"bank": 515_000, "refund_due": 515_000}
    assert audit() == []


@db
def test_a_line_that_does_not_come_at_all_needs_no_signature() -> None:
    placed = placed_order([(make_product(title="Sarung", price=100_000), 4), (make_product(title="Peci"), 2)])
    [part] = paid(placed)
    part = bring(part, states.ACCEPTED)
    short(part, 0, 2)
    part = bring(part, states.DELIVERED)
    none, some = part.lines.order_by("pk")
    services.sign(fulfilment=part, actor=OFFICE, signed_name="Contoh", accepted={some.pk: 2}, reasons={})
    assert books() == {"bank": 715_000, "payable": 315_000, "refund_due": 400_000}
    none.refresh_from_db()
    assert (none.quantity, none.short, none.accepted) == (0, 4, 0)
    assert audit() == []


@db
def test_the_clock_accepts_what_came() -> None:
    part = accepted()
    short(part, 7)
    part = bring(part, states.DELIVERED)
    Fulfilment.objects.update(claim_until=part.delivered_at)
    services.close_claim(fulfilment=part)
    assert books() == {"bank": 515_000, "payable": 365_000, "refund_due": 150_000}
    assert audit() == []


@db
@pytest.mark.parametrize("milestone", [states.ON_HAND_OVER, states.ON_RECEIPT])
def test_other_milestones_release_what_comes(milestone: str) -> None:
    part = accepted(release_on=milestone)
    short(part, 7)
    part = bring(part, states.HANDED_OVER)
    released = milestone == states.ON_HAND_OVER
    assert total(Kind.PAYABLE) == (365_000 if released else 0)
    assert audit() == []
    part = bring(part, states.DELIVERED)
    if released:
        sign(part, {0: 5})
    else:
        line = part.lines.get()
        facts = {"accepted": {line.pk: 5}, "reasons": {line.pk: "kecil"}}
        services.release_on_receipt(fulfilment=part, actor=OFFICE, signed_name="Contoh", **facts)
    assert books() == {"bank": 515_000, "payable": 265_000, "refund_due": 250_000}
    assert audit() == []


@db
def test_on_tempo_it_comes_off_the_bill() -> None:
    company = make_company()
    placed = one_seller(buyer=admin_of(company), company=company)
    part = bring(parts(placed.order)[0], states.ACCEPTED)
    short(part, 7)
    assert movements(f"credited/missing/{part.number}/1") == [("held", "receivable", 150_000)]
    assert books() == {"receivable": 365_000, "held": 350_000, "shipping_due": 15_000}
    due = Due.objects.get()
    assert (due.credited, due.missing, due.state) == (150_000, Money(365_000), due_states.OPEN)
    assert not Refund.objects.exists()
    mail = Mail.objects.get(key__startswith="part_short/")
    assert "365.000" in mail.text
    assert audit() == []
    sign(bring(part, states.DELIVERED), {0: 6})
    assert books() == {"receivable": 315_000, "payable_later": 315_000}
    assert audit() == []


@db
@pytest.mark.parametrize(("came_in", "off", "back"), [(515_000, 0, 150_000), (400_000, 115_000, 35_000)])
def test_on_tempo_what_was_paid_already_goes_back(came_in: int, off: int, back: int) -> None:
    company = make_company()
    placed = one_seller(buyer=admin_of(company), company=company)
    pay(placed.due, came_in)
    part = bring(parts(placed.order)[0], states.ACCEPTED)
    short(part, 7)
    due = Due.objects.get()
    assert (due.credited, due.state, Refund.objects.get().amount) == (off, due_states.SETTLED, back)
    assert books() == {"bank": came_in, "held": 350_000, "shipping_due": 15_000, "refund_due": back}
    assert audit() == []


@db
def test_abroad_it_comes_off_the_balance(settings: Any) -> None:
    settings.SECOND_PERSON_ABOVE_FOREIGN = 1_000_000
    order = export_order(deposit_and_balance())
    deposit, balance = dues_of(order)
    settle(deposit)
    first = bring(parts_of(order)[0], states.ACCEPTED)
    short(first, 15)  # 5 × US$ 1,250.00
    balance.refresh_from_db()
    assert (balance.credited, balance.fell_away, balance.state) == (625_000, 625_000, due_states.OPEN)
    assert balance.live_split[str(first.partner_id)]["goods"] == 1_750_000 - 625_000
    assert not Refund.objects.exists()
    assert audit() == []
    settle(balance)
    comes = 15 * 125_000 + 99_999
    assert books("USD") == {"bank": comes + 3_000, "held": comes, "shipping_due": 3_000}
    for part in parts_of(order):
        sign(bring(part, states.DELIVERED))
    assert books("USD") == {"bank": comes + 3_000, "payable": comes + 3_000}
    assert audit() == []


@db
def test_abroad_more_than_the_balance_asks_goes_back_of_the_deposit(settings: Any) -> None:
    settings.SECOND_PERSON_ABOVE_FOREIGN = 1_000_000
    order = export_order(
        deposit_and_balance(deposit=8000), sellers=1
    )  # US$ 25,015.00: 20,000.00 of goods paid
    deposit, balance = dues_of(order)
    settle(deposit)
    [part] = parts_of(order)
    part = bring(part, states.ACCEPTED)
    short(part, 12)  # US$ 10,000.00 are missing, the balance asks 5,000.00 for goods
    balance.refresh_from_db()
    assert (balance.credited, balance.missing) == (500_000, Money(300, "USD"))
    assert Refund.objects.get().amount == 500_000
    assert movements(f"refund-owed/missing/{part.number}/1") == [("held", "refund_due", 500_000)]
    assert books("USD") == {
        "bank": 2_001_200,
        "held": 1_500_000,
        "shipping_due": 1_200,
        "refund_due": 500_000,
    }
    assert audit() == []
    short(part, 10)  # the balance asks nothing for goods any more
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [250_000, 500_000]
    assert audit() == []
    services.decline(fulfilment=part, actor=SELLER, why="habis")
    balance.refresh_from_db()
    assert (balance.credited, balance.state) == (balance.amount, due_states.CANCELLED)
    assert books("USD") == {"bank": 2_001_200, "refund_due": 2_001_200}
    assert audit() == []


@db
@pytest.mark.parametrize("state", [states.OFFERED, states.HANDED_OVER, states.DELIVERED])
def test_only_between_yes_and_leaving(state: str) -> None:
    [part] = paid(one_seller())
    part = bring(part, state)
    with pytest.raises(IllegalMove):
        short(part, 7)
    assert audit() == []


@db
@pytest.mark.parametrize("brings", [10, 11, -1])
def test_quantities_that_do_not_fit(brings: int) -> None:
    part = accepted()
    with pytest.raises(BadQuantities):
        short(part, brings)
    with pytest.raises(BadQuantities):
        services.bring_less(fulfilment=part, brings={}, why="x", actor=SELLER)
    assert not ShortDelivery.objects.exists()


@db
def test_a_second_press_of_the_button_changes_nothing() -> None:
    part = accepted()
    short(part, 7)
    with pytest.raises(BadQuantities):
        short(part, 7)
    assert Refund.objects.count() == 1
    assert audit() == []


@db
def test_the_audit_sees_a_quantity_that_nobody_spoke_of() -> None:
    part = accepted()
    part.lines.update(quantity=8, short=2)
    assert [fault for fault in audit() if fault.startswith("part line")] == [
        f"part line {part.lines.get().pk}: 2 missing, the pesantren said 0"
    ]
    part.lines.update(quantity=8, short=0)
    assert any("ordered, fulfilments bring or miss 8" in fault for fault in audit())


@racing
def test_two_members_at_once_and_one_declines() -> None:
    part = accepted()
    results = race(lambda: short(part, 7), lambda: short(part, 7), lambda: short(part, 5))
    refused = [one for one in results if isinstance(one, Exception)]
    assert all(isinstance(one, BadQuantities) for one in refused)
    assert (part.lines.get().quantity, total(Kind.REFUND_DUE)) == (5, 250_000)
    assert audit() == []
    results = race(
        lambda: short(part, 4),
        lambda: services.decline(
            fulfilment=Fulfilment.objects.get(pk=part.pk), actor=OFFICE, why="Pembeli batal"
        ),
        lambda: bring(part, states.PACKED),
    )
    [part] = parts(part.order)
    assert total(Kind.REFUND_DUE) == (515_000 if part.state == states.DECLINED else 300_000)
    assert audit() == []


@racing
def test_the_buyer_cancels_while_it_is_not_paid() -> None:
    """Nothing is asked before the order is paid, so there is nothing to fall short of."""
    placed = one_seller()
    [part] = parts(placed.order)
    results = race(
        lambda: services.cancel_unpaid(order=placed.order, actor=OFFICE),
        lambda: short(part, 7),
    )
    assert results[0] is None
    assert isinstance(results[1], IllegalMove)
    assert status(placed.order) == "cancelled"
    assert audit() == []


@db
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(data=st.data())
def test_whatever_is_missing_and_refused_adds_up(data: Any) -> None:
    """Two lines, short in up to two steps, then a partial signature: buyer and pesantren share the price exactly."""
    first = make_product(title=f"A {StockRecord.objects.count()}", price=33_333)
    second = make_product(first.partner, f"B {StockRecord.objects.count()}", price=1)
    [part] = paid(placed_order([(first, 9), (second, 5)]))
    part = bring(part, states.ACCEPTED)
    left = [9, 5]
    for _ in range(data.draw(st.integers(0, 2))):
        wanted = [data.draw(st.integers(0, most)) for most in left]
        if wanted != left and any(wanted):
            short(part, *wanted)
            left = wanted
    part = bring(part, states.DELIVERED)
    taken = [data.draw(st.integers(0, most)) for most in left]
    before = total(Kind.PAYABLE), total(Kind.REFUND_DUE)
    sign(part, dict(enumerate(taken)))
    missing = 9 * 33_333 + 5 - left[0] * 33_333 - left[1]
    price = taken[0] * 33_333 + taken[1]
    fee = 15_000 if price else 0
    assert total(Kind.PAYABLE) - before[0] == price + fee
    owed = Refund.objects.filter(order=part.order)
    assert sum(owed.values_list("amount", flat=True)) == 9 * 33_333 + 5 + 15_000 - price - fee
    assert sum(owed.filter(reason="missing").values_list("amount", flat=True)) == missing
    assert audit() == []


@db
def test_a_part_of_two_pesantren_leaves_the_other_alone() -> None:
    first, second = paid(two_sellers())
    first = bring(first, states.ACCEPTED)
    short(first, 18)
    assert books() == {
        "bank": 3_230_000,
        "held": 18 * 150_000 + 200_000,
        "shipping_due": 30_000,
        "refund_due": 300_000,
    }
    assert second.lines.get().short == 0
    assert audit() == []
