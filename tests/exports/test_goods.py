"""Which goods travel together: never more than a part has, never at another temperature, never too old."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum
from django.utils import timezone, translation

from marketplace.common.refused import Refused
from marketplace.common.states import history
from marketplace.exports import signals
from marketplace.exports.goods import freshness, storage
from marketplace.exports.models import Consignment, ConsignmentLine
from marketplace.exports.services import consignments, goods
from marketplace.fulfilment.audit import audit
from marketplace.reference.working_days import today
from tests.common.race import race
from tests.factories.exports import DESK, Desk, a_consignment, desk
from tests.factories.receiving import a_lot, fresh, left, line_of, wanted

db = pytest.mark.django_db
racing = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def empty(of: Desk, **changes: Any) -> Consignment:
    """Leaving on the day the goods are ready."""
    leaves = timezone.now() + timedelta(days=7)
    days = {"departs_at": leaves, "arrives_at": leaves + timedelta(hours=30)}
    return a_consignment(of, with_goods=False, **days | changes)


def put(row: Consignment, *ones: goods.Wanted) -> list[ConsignmentLine]:
    return goods.add(consignment=row, goods=ones, actor=DESK)


def sums(*rows: Consignment) -> dict[str, int]:
    found = ConsignmentLine.objects.filter(consignment__in=rows)
    return found.aggregate(**{name: Sum(name) for name in ("quantity", "packages", "net_g", "gross_g")})


@db
def test_goods_are_added_with_marks_and_news() -> None:
    of = fresh(desk())
    row = empty(of)
    heard = []
    signals.consignment_changed.connect(
        listen := lambda **news: heard.append(news["consignment"].pk)  # kept: receivers are weak
    )
    put(row, wanted(line_of(of, "manggis"), 600), wanted(line_of(of, "jengkol"), 50))
    signals.consignment_changed.disconnect(listen)
    assert [(line.first_mark, line.last_mark) for line in row.lines.all()] == [(1, 60), (61, 65)]
    assert heard == [row.pk]
    assert "600 × manggis" in history(row).last().why.lower()
    assert audit() == []


@db
def test_never_more_than_the_part_has() -> None:
    of = fresh(desk())
    line = line_of(of, "manggis")
    first, second = empty(of), empty(of)
    put(first, wanted(line, 400))
    with pytest.raises(Refused, match="only 200 are left"):
        put(second, wanted(line, 201))
    put(second, wanted(line, 200))
    with pytest.raises(Refused, match="only 400 are left"):
        goods.change(line=first.lines.get(), actor=DESK, quantity=401)
    consignments.cancel(consignment=second, actor=DESK, why="x")
    assert left(line) == 200


@db
def test_only_accepted_goods_travel() -> None:
    of = fresh(desk(accepted=False))
    with pytest.raises(Refused, match="Waiting for the pesantren"):
        put(empty(of), wanted(line_of(of, "manggis"), 1))


@db
@pytest.mark.parametrize(
    ("facts", "field"),
    [({"packages": 0}, "packages"), ({"net_g": 0}, "net_g"), ({"gross_g": 9_999}, "gross_g")],
)
def test_packages_and_weights_that_cannot_be(facts: dict[str, int], field: str) -> None:
    of = fresh(desk())
    with pytest.raises(Refused) as refused:
        put(empty(of), wanted(line_of(of, "manggis"), 10, **facts))
    assert refused.value.field == field


@db
def test_dry_and_chilled_travel_apart() -> None:
    of = desk()
    kind = line_of(of, "manggis").line.product.commodity
    with pytest.raises(Refused, match="travels dry"):
        put(empty(of), wanted(line_of(of, "manggis"), 1))
    kind.storage_celsius = "-18"
    kind.save()
    with pytest.raises(Refused, match="travels at 13"):
        put(empty(of), wanted(line_of(of, "manggis"), 1))
    with pytest.raises(Refused, match="must be cooled"):
        put(empty(of, setpoint=None), wanted(line_of(of, "manggis"), 1))
    put(empty(of, setpoint=Decimal(-18)), wanted(line_of(of, "manggis"), 1))


@db
def test_one_temperature_for_all() -> None:
    of = fresh(desk())
    products = [line_of(of, code).line.product for code in ("manggis", "jengkol", "rambutan")]
    assert storage.common_setpoint(products) == Decimal(12)
    kind = products[0].commodity
    kind.storage_celsius = "4"
    kind.save()
    with pytest.raises(Refused, match="too far apart"):
        storage.common_setpoint([line_of(of, code).line.product for code in ("manggis", "jengkol")])
    kind.storage_celsius = ""
    kind.save()
    with pytest.raises(Refused, match="do not travel together"):
        storage.common_setpoint([line_of(of, code).line.product for code in ("manggis", "jengkol")])


@db
def test_what_would_not_arrive_fresh_is_refused_with_the_reason() -> None:
    """Jengkol keeps 7 days: harvested today, it may arrive in four days at the latest."""
    of = fresh(desk())
    line = line_of(of, "jengkol")
    lot = a_lot(line.line.product)
    soon = timezone.now() + timedelta(days=1)
    row = empty(of, departs_at=soon, arrives_at=soon + timedelta(days=3))
    put(row, wanted(line, 50, lot))
    (one,) = freshness.of(row)
    assert (one.left, one.is_enough, one.keeps_until) == (3, True, today() + timedelta(days=7))
    with pytest.raises(Refused, match="leaves 2 days at arrival, and 3 are needed") as refused:
        consignments.change_plan(consignment=row, actor=DESK, arrives_at=soon + timedelta(days=4))
    assert refused.value.field == "arrives_at"
    late = empty(of, departs_at=soon, arrives_at=soon + timedelta(days=4))
    with pytest.raises(Refused, match="leaves 2 days"):
        put(late, wanted(line_of(of, "rambutan"), 1, a_lot(line_of(of, "rambutan").line.product)))


@db
def test_the_mode_follows_the_goods() -> None:
    of = fresh(desk())
    products = {code: line_of(of, code).line.product for code in ("manggis", "jengkol")}
    assert freshness.modes_for([products["manggis"]], "AE") == ["air"]
    assert freshness.modes_for(products.values(), "XX") == []  # up to 5 days on the way, 7 to keep
    assert freshness.modes_for([None], "AE") == ["sea", "air"]


@db
def test_split_keeps_sums_lots_and_marks() -> None:
    of = fresh(desk())
    line = line_of(of, "manggis")
    lot = a_lot(line.line.product)
    first, second = empty(of), empty(of)
    put(first, wanted(line, 601 - 1, lot, packages=61, net_g=600_001, gross_g=640_003))
    before = sums(first)
    mine = first.lines.get()
    moved = goods.split(line=mine, into=second, quantity=199, packages=20, actor=DESK)
    assert (moved.lot, moved.quantity, moved.packages, moved.first_mark) == (lot, 199, 20, 1)
    assert moved.net_g == 600_001 * 199 // 600
    assert sums(first, second) == before
    again = goods.split(line=first.lines.get(), into=second, quantity=1, packages=1, actor=DESK)
    assert (again.pk, again.quantity, again.packages) == (moved.pk, 200, 21)
    assert sums(first, second) == before
    goods.split(line=again, into=first, quantity=200, packages=21, actor=DESK)
    assert (second.lines.count(), sums(first)) == (0, before)
    assert audit() == []


@db
def test_what_cannot_be_split() -> None:
    of = fresh(desk())
    row, other, dry = empty(of), empty(of), empty(of, setpoint=None)
    (mine,) = put(row, wanted(line_of(of, "manggis"), 100))
    for quantity, packages, field in ((0, 1, "quantity"), (101, 10, "quantity"), (50, 10, "packages")):
        with pytest.raises(Refused) as refused:
            goods.split(line=mine, into=other, quantity=quantity, packages=packages, actor=DESK)
        assert refused.value.field == field
    with pytest.raises(Refused, match="must be cooled"):
        goods.split(line=mine, into=dry, quantity=10, packages=1, actor=DESK)
    Consignment.objects.filter(pk=other.pk).update(state="departed")
    with pytest.raises(Refused, match="cannot be changed any more"):
        goods.split(line=mine, into=other, quantity=10, packages=1, actor=DESK)


@db
def test_merge_puts_all_into_one_and_ends_the_other() -> None:
    of = fresh(desk())
    first, second = empty(of, freight=100, insurance=5), empty(of, freight=30)
    put(first, wanted(line_of(of, "manggis"), 100))
    put(second, wanted(line_of(of, "manggis"), 200), wanted(line_of(of, "jengkol"), 50))
    before = sums(first, second)
    goods.merge(consignment=first, into=second, actor=DESK)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.lines.count()) == ("cancelled", 0)
    assert (sums(second), second.freight, second.insurance) == (before, 130, 5)
    assert [line.quantity for line in second.lines.all()] == [300, 50]
    with pytest.raises(Refused, match="must be the same"):
        goods.merge(consignment=second, into=empty(of, setpoint=Decimal(12)), actor=DESK)
    assert audit() == []


@db
@pytest.mark.parametrize("other", [{"incoterm": "CIP"}, {"place": "Jebel Ali (AEJEA)"}])
def test_goods_under_other_terms_are_not_put_together(other: dict[str, str]) -> None:
    of = fresh(desk())
    first, second = empty(of, place="Dubai  (aedxb) "), empty(of, **other)
    put(first, wanted(line_of(of, "manggis"), 100))
    term, place = other.get("incoterm", "CPT"), other.get("place", "Dubai (AEDXB)")
    with pytest.raises(Refused) as refused:
        goods.merge(consignment=first, into=second, actor=DESK)
    assert (refused.value.field, refused.value.message) == (
        "into",
        f"Incoterm and named place must be the same: CPT Dubai  (aedxb)  here, {term} {place} in {second.number}.",
    )
    first.refresh_from_db()
    assert (first.state, first.lines.count(), second.lines.count()) == ("preparing", 1, 0)
    goods.merge(consignment=first, into=empty(of), actor=DESK)  # the same place in other letters
    assert not first.lines.exists()


@db
def test_nothing_joins_goods_whose_booking_is_confirmed() -> None:
    of = fresh(desk())
    first, second = empty(of), empty(of)
    put(first, wanted(line_of(of, "manggis"), 100))
    booking = second.papers.create(kind="booking", needed_before="loading", state="accepted")
    with pytest.raises(Refused, match=f"booking confirmation of {second.number} is checked") as refused:
        goods.merge(consignment=first, into=second, actor=DESK)
    assert (refused.value.field, first.lines.count()) == ("into", 1)
    type(booking).objects.filter(pk=booking.pk).update(state="rejected")
    goods.merge(consignment=first, into=second, actor=DESK)
    assert second.lines.get().quantity == 100


@db
def test_a_change_of_goods_ends_the_clearance() -> None:
    of = fresh(desk())
    row = empty(of)
    (line,) = put(row, wanted(line_of(of, "manggis"), 100))
    Consignment.objects.filter(pk=row.pk).update(cleared_at=timezone.now(), state="cleared")
    goods.change(line=line, actor=DESK, packages=11)
    row.refresh_from_db()
    assert (row.cleared_at, row.state) == (None, "preparing")
    goods.remove(line=line, actor=DESK)
    assert not row.lines.exists()


@racing
def test_two_coordinators_take_the_last_kilograms() -> None:
    of = fresh(desk())
    line = line_of(of, "manggis")
    rows = [empty(of) for _ in range(4)]
    results = race(*[lambda row=row: put(row, wanted(line, 250)) for row in rows])  # type: ignore[misc]
    assert sum(isinstance(one, Refused) for one in results) == 2
    assert left(line) == 100
    assert audit() == []


@racing
def test_split_and_merge_at_once_lose_nothing() -> None:
    of = fresh(desk())
    first, second, third = (empty(of) for _ in range(3))
    (mine,) = put(first, wanted(line_of(of, "manggis"), 600))
    race(
        lambda: goods.split(line=mine, into=second, quantity=100, packages=10, actor=DESK),
        lambda: goods.merge(consignment=first, into=third, actor=DESK),
        lambda: goods.split(line=mine, into=third, quantity=200, packages=20, actor=DESK),
    )
    assert sums(first, second, third)["quantity"] == 600
    assert sums(first, second, third)["packages"] == 60
    assert audit() == []
