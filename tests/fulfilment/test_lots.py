"""Parts packed from lots: whole lines, never more than was made, followed to the buyer, recalled."""

from typing import Any

import pytest
from django.utils import timezone

from catalogue.lots import services as lots
from catalogue.lots.models import Lot
from marketplace.common.states import IllegalMove, history
from marketplace.fulfilment import services, states
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine, FulfilmentLot
from marketplace.fulfilment.services import lots as lots_of_part
from marketplace.notices.models import Mail
from tests.common.race import race
from tests.factories.catalogue import make_product
from tests.factories.lots import a_lot
from tests.factories.orders import placed_order
from tests.fulfilment.steps import OFFICE, SELLER, assert_sound, bring, one_seller, paid, step

pytestmark = pytest.mark.django_db


@pytest.fixture
def part() -> Fulfilment:
    """Ten pieces of one product, accepted."""
    return bring(paid(one_seller())[0], states.ACCEPTED)


def pack(part: Fulfilment, *amounts: tuple[Lot, int], again: bool = False) -> None:
    (line,) = part.lines.all()
    chosen = {line.pk: {lot.pk: units for lot, units in amounts}}
    verb = services.pack_again_from if again else services.pack_from
    verb(fulfilment=Fulfilment.objects.get(pk=part.pk), chosen=chosen, actor=SELLER)


def goods_of(part: Fulfilment) -> Any:
    return part.lines.get().line.product


def used(*found: Lot) -> list[int]:
    return [Lot.objects.get(pk=lot.pk).used for lot in found]


def test_a_line_from_two_lots_is_followed_until_it_leaves(part: Fulfilment) -> None:
    first, second = a_lot(goods_of(part), 4), a_lot(goods_of(part), 50)
    pack(part, (first, 4), (second, 6))
    assert used(first, second) == [4, 6]
    assert list(FulfilmentLot.objects.values_list("lot", "quantity")) == [(first.pk, 4), (second.pk, 6)]
    assert Lot.objects.get(pk=first.pk).left_at is None
    part = bring(part, states.HANDED_OVER)
    assert all(Lot.objects.values_list("left_at", flat=True))
    assert_sound()


@pytest.mark.parametrize("units", [9, 11])
def test_lots_that_do_not_add_up_pack_nothing(part: Fulfilment, units: int) -> None:
    lot = a_lot(goods_of(part))
    with pytest.raises(services.WrongSum) as wrong:
        pack(part, (lot, units))
    assert (wrong.value.given, wrong.value.line.quantity) == (units, 10)
    assert (used(lot), Fulfilment.objects.get().state) == ([0], states.ACCEPTED)


def test_refused_as_a_whole(part: Fulfilment) -> None:
    small, closed = a_lot(goods_of(part), 9), a_lot(goods_of(part))
    lots.end(lot=closed, actor=SELLER)
    foreign = a_lot(make_product(goods_of(part).seller, title="Lain"))
    for lot, refusal in ((small, lots.NotEnough), (closed, lots.NotOpen), (foreign, Lot.DoesNotExist)):
        with pytest.raises(refusal):
            pack(part, (lot, 10))
    assert used(small, closed, foreign) == [0, 0, 0]
    pack(part)  # goods without lots need none
    assert Fulfilment.objects.get().state == states.PACKED
    with pytest.raises(IllegalMove):
        pack(part)


def test_a_part_that_is_declined_gives_its_goods_back(part: Fulfilment) -> None:
    lot = a_lot(goods_of(part))
    pack(part, (lot, 10))
    services.decline(fulfilment=Fulfilment.objects.get(), actor=OFFICE, why="busuk")
    assert (used(lot), FulfilmentLot.objects.count()) == ([0], 0)
    assert_sound()


def test_packed_from_a_recalled_lot_it_waits_until_it_is_packed_from_another(part: Fulfilment) -> None:
    bad, good = a_lot(goods_of(part)), a_lot(goods_of(part))
    pack(part, (bad, 10))
    assert services.recall_lot(lot=bad, actor=SELLER, why="Diduga tercampur") == 0
    with pytest.raises(lots.NotOpen):
        step(Fulfilment.objects.get(), states.HANDED_OVER)
    assert Fulfilment.objects.get().state == states.PACKED
    pack(part, (good, 10), again=True)
    assert used(bad, good) == [0, 10]
    assert history(part).last().why == "lots"  # type: ignore[union-attr]
    part = bring(part, states.HANDED_OVER)
    with pytest.raises(IllegalMove):
        pack(part, (good, 10), again=True)
    assert_sound()


def test_a_recall_is_written_once_to_each_buyer_whose_goods_left(part: Fulfilment) -> None:
    lot = a_lot(goods_of(part))
    pack(part, (lot, 10))
    bring(part, states.HANDED_OVER)
    waiting = bring(paid(placed_order([(goods_of(part), 5)], language="ar"))[0], states.ACCEPTED)
    pack(waiting, (lot, 5))
    assert services.recall_lot(lot=lot, actor=SELLER, why="Diduga tercampur") == 1
    mail = Mail.objects.get(key__startswith="lot_recalled/")
    assert lot.number in mail.subject
    assert "Diduga tercampur" in mail.text
    assert f"/lot/{lot.code}/" in mail.text
    lots.open_again(lot=lot, actor=SELLER, why="salah lot")
    bring(waiting, states.HANDED_OVER)
    assert services.recall_lot(lot=lot, actor=SELLER, why="ternyata benar") == 2
    assert Mail.objects.filter(key__startswith="lot_recalled/").count() == 3


@pytest.mark.parametrize(("comes", "kept"), [(10, [4, 6]), (7, [4, 3]), (3, [3, 0])])
def test_when_less_comes_the_newest_lots_get_it_back(part: Fulfilment, comes: int, kept: list[int]) -> None:
    first, second = a_lot(goods_of(part), 4), a_lot(goods_of(part), 50)
    pack(part, (first, 4), (second, 6))
    FulfilmentLine.objects.update(quantity=comes)
    for _ in range(2):
        lots_of_part.fit(Fulfilment.objects.get())
        assert used(first, second) == kept
        assert sum(FulfilmentLot.objects.values_list("quantity", flat=True)) == comes


def test_the_audit_sees_what_does_not_agree(part: Fulfilment) -> None:
    from marketplace.fulfilment.audit import audit

    lot = a_lot(goods_of(part))
    pack(part, (lot, 10))
    bring(part, states.HANDED_OVER)
    Lot.objects.update(used=7, left_at=None)
    FulfilmentLot.objects.update(quantity=9)
    assert audit() == [
        f"lot {lot.number}: 7 used, parts say 9",
        f"fulfilment line {part.lines.get().pk}: 10 packed, lots say 9",
        f"lot {lot.number}: goods have left, and it does not say when",
    ]
    Lot.objects.update(used=9, left_at=timezone.now())
    assert len(audit()) == 1


@pytest.mark.django_db(transaction=True)
def test_four_parts_and_a_recall_race_for_one_lot() -> None:
    product = make_product()
    lot = a_lot(product, 25)
    parts = [bring(paid(placed_order([(product, 10)]))[0], states.ACCEPTED) for _ in range(4)]
    results = race(*[lambda one=one: pack(one, (lot, 10)) for one in parts])
    assert sum(isinstance(one, lots.NotEnough) for one in results) == 2
    assert used(lot) == [20]
    packed = list(Fulfilment.objects.filter(state=states.PACKED))
    results = race(
        lambda: step(packed[0], states.HANDED_OVER),
        lambda: services.recall_lot(lot=Lot.objects.get(pk=lot.pk), actor=SELLER, why="x"),
        lambda: services.decline(fulfilment=packed[1], actor=OFFICE, why="x"),
    )
    assert [one for one in results if isinstance(one, Exception) and not isinstance(one, lots.NotOpen)] == []
    left = Fulfilment.objects.get(pk=packed[0].pk).state == states.HANDED_OVER
    assert left is not isinstance(results[0], lots.NotOpen)
    assert results[1] == left  # whoever holds goods of it is written to, whichever came first
    assert used(lot) == [10]
    assert_sound()
