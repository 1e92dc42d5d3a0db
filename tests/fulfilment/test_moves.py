"""What a pesantren does with its part, what it leaves behind, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from marketplace.common.states import IllegalMove, history
from marketplace.fulfilment import services, states
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.money import Money
from marketplace.notices.models import Mail
from marketplace.orders import states as order_states
from marketplace.orders.models import Line
from marketplace.payments.models import Refund
from marketplace.pesantren.models import StockRecord
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.orders import guest, placed_order
from tests.fulfilment.steps import (
    OFFICE,
    SELLER,
    WAY,
    assert_sound,
    books,
    bring,
    one_seller,
    paid,
    parts,
    pay,
    sign,
    status,
    step,
    two_sellers,
)

pytestmark = pytest.mark.django_db


def stock() -> tuple[int, int]:
    return StockRecord.objects.values_list("num_in_stock", "num_allocated").get()


def mails(to: str) -> list[str]:
    return [
        key.partition("/")[0]
        for key in Mail.objects.filter(to=to).order_by("pk").values_list("key", flat=True)
    ]


def test_the_whole_way() -> None:
    placed = one_seller()
    assert stock() == (100, 10)
    (part,) = paid(placed)
    found = []
    for state in WAY[1:]:
        part = bring(part, state)
        found.append((part.state, status(placed.order), stock()))
        assert_sound()
    assert found == [
        ("accepted", "in_fulfilment", (100, 10)),
        ("packed", "in_fulfilment", (100, 10)),
        ("handed_over", "in_fulfilment", (90, 0)),
        ("delivered", "in_fulfilment", (90, 0)),
    ]
    sign(part)
    assert status(placed.order) == order_states.COMPLETED
    moves = [(change.before, change.after) for change in history(part)]
    assert moves == [
        ("", "waiting"),
        ("waiting", "offered"),
        ("offered", "accepted"),
        ("accepted", "packed"),
        ("packed", "handed_over"),
        ("handed_over", "delivered"),
        ("delivered", "received"),
    ]
    told = [(change.before, change.after) for change in history(placed.order)]
    assert told == [
        ("", "placed"),
        ("placed", "cleared"),
        ("cleared", "in_fulfilment"),
        ("in_fulfilment", "completed"),
    ]
    assert mails("pembeli@example.com") == [
        "order_placed",
        "order_cleared",
        "part_accepted",
        "part_handed_over",
        "part_delivered",
        "part_signed_buyer",
    ]
    assert_sound()


def test_offered_with_dates_counted_from_the_payment() -> None:
    placed = one_seller()
    Fulfilment.objects.update(lead_days=2, road_least=1, road_most=3)
    with time_machine.travel(
        datetime(2026, 11, 27, 8, 0, tzinfo=UTC), tick=False
    ):  # Friday 15:00 WIB: too late
        Fulfilment.objects.update(ready_on="2020-01-01")
        (part,) = paid(placed)
    part.refresh_from_db()
    assert [f"{day:%d.%m.}" for day in (part.ready_on, part.arrives_from, part.arrives_to)] == [
        "01.12.",  # counts from Saturday: Monday, Tuesday
        "02.12.",
        "04.12.",
    ]


@pytest.mark.parametrize("state", [states.OFFERED, states.ACCEPTED, states.PACKED])
def test_a_part_can_be_declined_until_it_leaves(state: str) -> None:
    placed = one_seller()
    (part,) = paid(placed)
    services.decline(fulfilment=bring(part, state), actor=SELLER, why="rain")
    assert stock() == (100, 0)
    assert (Refund.objects.get().amount, Refund.objects.get().reason) == (515_000, "declined")
    assert books() == {"bank": 515_000, "refund_due": 515_000}
    assert status(placed.order) == order_states.CANCELLED
    last = history(part).last()
    assert (last.before, last.after, last.why, last.actor_id) == (state, "declined", "rain", SELLER.id)
    with pytest.raises(IllegalMove):
        services.decline(fulfilment=part, actor=SELLER, why="again")
    assert Refund.objects.count() == 1
    assert_sound()


@pytest.mark.parametrize("state", [states.HANDED_OVER, states.DELIVERED])
def test_what_has_left_is_not_declined(state: str) -> None:
    (part,) = paid(one_seller())
    part = bring(part, state)
    with pytest.raises(IllegalMove):
        services.decline(fulfilment=part, actor=OFFICE, why="late")
    assert stock() == (90, 0)
    assert not Refund.objects.exists()
    assert_sound()


@pytest.mark.parametrize("to", WAY[1:])
def test_nothing_moves_before_the_buyer_paid(to: str) -> None:
    placed = one_seller()
    (part,) = parts(placed.order)
    with pytest.raises(IllegalMove):
        step(part, to)
    with pytest.raises(IllegalMove):
        services.decline(fulfilment=part, actor=SELLER, why="x")
    with pytest.raises(IllegalMove):
        sign(part)
    assert parts(placed.order)[0].state == states.WAITING
    assert status(placed.order) == order_states.PLACED
    assert stock() == (100, 10)
    assert_sound()


@pytest.mark.parametrize(
    ("at", "to"), [("offered", "packed"), ("accepted", "handed_over"), ("accepted", "delivered")]
)
def test_goods_do_not_skip_a_step(at: str, to: str) -> None:
    (part,) = paid(one_seller())
    part = bring(part, at)
    assert not part.may(to)
    with pytest.raises(IllegalMove):
        step(part, to)
    part.refresh_from_db()
    assert part.state == at


def test_a_double_click_moves_once() -> None:
    (part,) = paid(one_seller())
    stale = parts(part.order)[0]
    bring(part, states.HANDED_OVER)
    with pytest.raises(IllegalMove):
        services.hand_over(fulfilment=stale, actor=SELLER, carrier="x", tracking_number="")
    assert stock() == (90, 0)
    assert mails("pembeli@example.com").count("part_handed_over") == 1


def test_a_service_is_delivered_without_shipping() -> None:
    course = make_product(
        title="Pelatihan", price=400_000, requires_shipping=False, delivery_kinds=(), stock=5
    )
    placed = placed_order([(course, 2)], fee=0, kind="")
    (part,) = paid(placed)
    assert not part.ships
    part = bring(part, states.ACCEPTED)
    assert part.may(states.DELIVERED)
    services.deliver(fulfilment=part, actor=SELLER)
    assert stock() == (3, 0)  # its places are used up
    sign(part)
    assert status(placed.order) == order_states.COMPLETED
    assert books() == {"bank": 800_000, "payable": 800_000}
    assert_sound()


def test_a_service_may_also_take_the_long_way() -> None:
    course = make_product(
        title="Pelatihan", price=400_000, requires_shipping=False, delivery_kinds=(), stock=5
    )
    (part,) = paid(placed_order([(course, 2)], fee=0, kind=""))
    sign(bring(part, states.DELIVERED))
    assert stock() == (3, 0)
    assert_sound()


def test_picking_up_costs_nothing_and_works() -> None:
    placed = one_seller(fee=0, kind="pickup")
    (part,) = paid(placed)
    assert placed.due.total == Money(500_000)
    sign(bring(part, states.HANDED_OVER))  # signed at the gate: it counts as delivered
    assert [change.after for change in history(part)][-2:] == ["delivered", "received"]
    assert books() == {"bank": 500_000, "payable": 500_000}
    assert "part_delivered" not in mails("pembeli@example.com")  # nobody asks for what was just signed
    assert_sound()


def test_two_lines_of_one_product() -> None:
    product = make_product(price=50_000, stock=10)
    placed = placed_order([(product, 6)])
    line = placed.order.lines.get()
    # Oscar makes two lines where options differ: the same stock record twice.
    Line.objects.filter(pk=line.pk).update(quantity=4, num_allocated=4, line_price_incl_tax=200_000)
    fields = {field.attname: getattr(line, field.attname) for field in Line._meta.concrete_fields}
    twin = Line.objects.create(
        **{**fields, "id": None, "quantity": 2, "num_allocated": 2, "line_price_incl_tax": 100_000}
    )
    (part,) = parts(placed.order)
    part.lines.update(quantity=4)
    part.lines.create(line=twin, quantity=2)
    assert_sound()
    pay(placed.due)
    part = bring(part, states.DELIVERED)
    assert stock() == (4, 0)
    sign(part, {0: 4, 1: 1})
    assert books() == {"bank": 315_000, "payable": 265_000, "refund_due": 50_000}
    assert_sound()


def test_two_lines_of_one_product_declined() -> None:
    first = make_product(price=50_000, stock=10)
    second = make_product(first.partner, "Peci", price=30_000, stock=10)
    (part,) = paid(placed_order([(first, 4), (second, 3)]))
    services.decline(fulfilment=part, actor=SELLER, why="x")
    assert set(StockRecord.objects.values_list("num_in_stock", "num_allocated")) == {(10, 0)}
    assert Refund.objects.get().amount == 4 * 50_000 + 3 * 30_000 + 15_000
    assert_sound()


def test_a_deleted_listing_does_not_stop_the_order() -> None:
    (part,) = paid(one_seller())
    StockRecord.objects.all().delete()
    sign(bring(part, states.DELIVERED))
    assert status(part.order) == order_states.COMPLETED


def test_mails_in_the_language_of_each_reader() -> None:
    partner = make_pesantren()
    make_member(make_user("pesantren@example.com", language="id"), partner)
    make_member(make_user("helper@example.com", language="ar"), partner)
    make_member(make_user("gone@example.com", is_active=False), partner)
    placed = placed_order([(make_product(partner), 1)], guest("en"))
    (part,) = paid(placed)
    bring(part, states.ACCEPTED)
    languages = set(Mail.objects.values_list("to", "language"))
    assert languages == {
        ("pembeli@example.com", "en"),
        ("pesantren@example.com", "id"),
        ("helper@example.com", "ar"),
    }
    buyers = Mail.objects.filter(to="pembeli@example.com")
    assert all("http://testserver/en/orders/" in one.text for one in buyers)
    assert "http://testserver/ar/workspace/" in Mail.objects.get(to="helper@example.com").text


def test_a_move_that_is_rolled_back_sends_no_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    (part,) = paid(one_seller())
    before = Mail.objects.count()
    monkeypatch.setattr("marketplace.fulfilment.services.moves.follow", lambda order: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        services.accept(fulfilment=part, actor=SELLER)
    assert Mail.objects.count() == before
    assert parts(part.order)[0].state == states.OFFERED


def test_the_copy_of_the_order_in_a_mail_is_not_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(
        "marketplace.fulfilment.services.moves.mails.part",
        lambda part, name, **kw: seen.append(part.order.status),
    )
    (part,) = paid(one_seller())
    services.accept(fulfilment=part, actor=SELLER)
    assert seen == ["in_fulfilment"]


def test_claim_clock_starts_with_delivery() -> None:
    (part,) = paid(one_seller())
    part = bring(part, states.HANDED_OVER)
    now = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        services.deliver(fulfilment=part, actor=SELLER)
    part.refresh_from_db()
    assert (part.delivered_at, part.claim_until) == (now, now + timedelta(hours=48))


def test_after_accepting_one_may_give_up_while_another_has_not_answered() -> None:
    placed = two_sellers()
    first, second = paid(placed)
    bring(first, states.ACCEPTED)
    assert status(placed.order) == order_states.IN_FULFILMENT
    services.decline(fulfilment=first, actor=SELLER, why="harvest failed")
    assert status(placed.order) == order_states.CLEARED
    assert_sound()
    sign(bring(second, states.DELIVERED))
    assert status(placed.order) == order_states.COMPLETED
    assert_sound()
