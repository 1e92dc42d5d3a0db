"""At the packing house: what is weighed adds up, what passed is paid, and a closed receipt never changes."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import Error, transaction
from django.utils import translation
from PIL import Image

from marketplace.common.photos import clean_photo
from marketplace.common.refused import Refused
from marketplace.common.states import history
from marketplace.exports.goods import queries as goods_queries
from marketplace.exports.models import GoodsReceipt, ReceiptLine
from marketplace.exports.services import goods, receiving
from marketplace.fulfilment import services as fulfilment
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment, Return
from marketplace.fulfilment.services import NotPaid
from marketplace.ledger.models import Kind
from marketplace.payments.models import Refund
from tests.common.race import race
from tests.factories.exports import DESK, Desk, a_consignment, a_coordinator, desk
from tests.factories.receiving import a_house, a_lot, a_receipt, fresh, left, line_of, wanted, weighed
from tests.fulfilment.steps import total

db = pytest.mark.django_db
racing = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def received(of: Desk) -> tuple[GoodsReceipt, Fulfilment]:
    """The first part (600 kg manggis, 50 kg jengkol) at the packing house, nothing weighed yet."""
    a_house(of.exporter)
    return a_receipt(of.parts[0]), of.parts[0]


def close(receipt: GoodsReceipt) -> GoodsReceipt:
    return receiving.close(receipt=receipt, actor=DESK)


def usd(kind: Kind) -> int:
    return total(kind, "USD")


@db
def test_sixty_percent_pass_and_the_pesantren_is_paid_for_them() -> None:
    """The pesantren brings less, before it leaves: the price of what did not pass goes back to the buyer."""
    of = desk()
    receipt, part = received(of)
    rest = {"downgraded": 150_000, "rejected": 80_400, "shrinkage": 9_100}
    weighed(receipt, line_of(of, "manggis"), 360_500, **rest)
    weighed(receipt, line_of(of, "jengkol"), 50_000)
    receipt = close(receipt)
    assert [line.quantity for line in part.lines.order_by("pk")] == [360, 50]  # 360.5 rounded down
    part.refresh_from_db()
    assert (receipt.state, part.state) == ("closed", "accepted")
    assert Refund.objects.get().amount == 240 * 200
    assert part.short_deliveries.get().why == "di bawah mutu"
    assert audit() == []


@db
def test_a_part_that_waits_for_the_packing_house_is_released() -> None:
    of = desk(release_on="receipt")
    receipt, part = received(of)
    weighed(receipt, line_of(of, "manggis"), 360_999, rejected=239_001)
    weighed(receipt, line_of(of, "jengkol"), 50_999)  # more came than was ordered: it counts as 50
    close(receipt)
    part.refresh_from_db()
    assert (part.state, part.tracking_number) == ("received", receipt.number)
    assert [line.accepted for line in part.lines.order_by("pk")] == [360, 50]
    assert part.acceptance.signed_name == "Contoh Juru Timbang"
    assert usd(Kind.PAYABLE) == 360 * 200 + 50 * 150
    assert usd(Kind.REFUND_DUE) == 240 * 200
    assert Return.objects.get().lines.get().quantity == 240
    assert [move.after for move in history(part)][-4:] == ["packed", "handed_over", "delivered", "received"]
    assert audit() == []


@db
def test_what_the_pesantren_handed_over_itself_is_released_too() -> None:
    of = desk(release_on="receipt")
    part = of.parts[1]
    fulfilment.pack(fulfilment=part, actor=DESK)
    fulfilment.hand_over(fulfilment=part, actor=DESK, carrier="Truk", tracking_number="D 1 X")
    receipt = a_receipt(part, a_house(of.exporter))
    weighed(receipt, line_of(of, "rambutan"), 300_000)
    close(receipt)
    part.refresh_from_db()
    assert (part.state, part.carrier) == ("received", "Truk")
    assert usd(Kind.PAYABLE) == 300 * 180


@db
def test_handed_over_already_the_buyer_decides() -> None:
    """No money moves, but only what passed may travel."""
    of = desk()
    part = of.parts[1]
    fulfilment.pack(fulfilment=part, actor=DESK)
    fulfilment.hand_over(fulfilment=part, actor=DESK, carrier="Truk", tracking_number="D 1 X")
    line = line_of(of, "rambutan")
    assert left(line) == 0
    receipt = a_receipt(part, a_house(of.exporter))
    weighed(receipt, line, 200_000, rejected=100_000)
    close(receipt)
    line, part = line_of(of, "rambutan"), Fulfilment.objects.get(pk=part.pk)
    assert (part.state, line.quantity, line.accepted, left(line)) == ("handed_over", 300, None, 200)
    assert not Refund.objects.exists()
    assert audit() == []


@db
def test_nothing_passes() -> None:
    of = desk()
    receipt = a_receipt(of.parts[1], a_house(of.exporter))
    weighed(receipt, line_of(of, "rambutan"), 0, rejected=290_000)
    close(receipt)
    of.parts[1].refresh_from_db()
    assert of.parts[1].state == "declined"
    assert Refund.objects.get().amount == 300 * 180
    assert audit() == []


@db
def test_lots_are_rounded_together_not_one_by_one() -> None:
    """Three lots of 100.4 kg are 301.2 kg: of a line of 300 kg all are there, not 300 by luck of rounding."""
    of = fresh(desk())
    receipt = a_receipt(of.parts[1], a_house(of.exporter))
    line = line_of(of, "rambutan")
    for grams in (99_400, 99_400, 99_400):
        weighed(receipt, line, grams, a_lot(line.line.product))
    close(receipt)
    line.refresh_from_db()
    assert line.quantity == 298  # 298.2 kg; one by one it would be 297


@db
@pytest.mark.parametrize(
    ("amounts", "field"),
    [
        ({"weighed": 10_000, "accepted": 9_999}, "weighed"),
        ({"weighed": 10_000, "accepted": 10_001, "rejected": -1}, "weighed"),
        ({"weighed": 10_000, "accepted": 9_000, "downgraded": 1_000}, "reason"),
    ],
)
def test_what_does_not_add_up(amounts: dict[str, int], field: str) -> None:
    of = desk()
    receipt, _part = received(of)
    with pytest.raises(Refused) as refused:
        receiving.weigh(receipt=receipt, line=line_of(of, "manggis"), lot=None, amounts=amounts, actor=DESK)
    assert refused.value.field == field
    assert not ReceiptLine.objects.exists()


@db
def test_what_is_refused() -> None:
    of = desk()
    receipt, part = received(of)
    with pytest.raises(Refused, match="do not belong"):
        weighed(receipt, line_of(of, "rambutan"), 1)
    with pytest.raises(Refused, match="do not belong"):
        weighed(receipt, line_of(of, "manggis"), 1, a_lot(line_of(of, "rambutan").line.product))
    weighed(receipt, line_of(of, "manggis"), 600_000)
    with pytest.raises(Refused, match="not weighed yet"):
        close(receipt)
    assert a_receipt(part).pk == receipt.pk  # a second press
    fulfilment.decline(fulfilment=of.parts[1], actor=DESK, why="x")
    with pytest.raises(Refused, match="cannot be weighed"):
        a_receipt(of.parts[1])


@db
def test_a_slip_of_the_finger_is_no_weight() -> None:
    """Five times what was ordered is kept, a gram more is refused."""
    receipt, _part = received(of := desk())
    line = line_of(of, "jengkol")
    weighed(receipt, line, 50_000, rejected=200_000)
    with pytest.raises(Refused) as refused:
        weighed(receipt, line, 50_000, rejected=200_001)
    assert refused.value.field == "weighed"
    assert refused.value.message == (
        "250.001 kg is more than 5 times what was ordered (50 kg). Please look at the number again."
    )
    assert receipt.lines.get().weighed == 250_000


@db
def test_closed_it_never_changes() -> None:
    of = desk()
    receipt, part = received(of)
    weighed(receipt, line_of(of, "manggis"), 500_000, rejected=100_000)
    weighed(receipt, line_of(of, "jengkol"), 50_000)
    close(receipt)
    moves = history(receipt).count()
    close(receipt)
    assert history(receipt).count() == moves
    assert part.short_deliveries.count() == 1
    with pytest.raises(Refused, match="never changes"):
        weighed(receipt, line_of(of, "manggis"), 600_000)
    with pytest.raises(Refused, match="never changes"):
        receiving.keep_photos(receipt=receipt, photos=[b"x"], key=uuid4())
    for work in (
        lambda: ReceiptLine.objects.update(accepted=1, weighed=1, rejected=0),
        lambda: ReceiptLine.objects.all().delete(),
        lambda: GoodsReceipt.objects.update(state="open"),
    ):
        with pytest.raises(Error, match="never changes"), transaction.atomic():
            work()


@db
def test_without_the_money_nothing_is_released_and_the_receipt_stays_open() -> None:
    of = desk(release_on="receipt")
    receipt, part = received(of)
    weighed(receipt, line_of(of, "manggis"), 600_000)
    weighed(receipt, line_of(of, "jengkol"), 50_000)
    of.order.dues.update(state="open")
    with pytest.raises(NotPaid):
        close(receipt)
    receipt.refresh_from_db()
    part.refresh_from_db()
    assert (receipt.state, part.state) == ("open", "accepted")


@db
def test_photos_are_kept_once() -> None:
    of = desk()
    receipt, _part = received(of)
    file = BytesIO()
    Image.new("RGB", (40, 30), "green").save(file, "JPEG")
    file.seek(0)
    file.name, file.size = "a.jpg", len(file.getvalue())  # type: ignore[attr-defined]
    photo, key = clean_photo(file), uuid4()  # type: ignore[arg-type]
    assert receiving.keep_photos(receipt=receipt, photos=[photo, photo], key=key) == 2
    assert receiving.keep_photos(receipt=receipt, photos=[photo, photo], key=key) == 0
    gone = str(receipt.photos.first().key)
    assert receiving.keep_photos(receipt=receipt, photos=[], key=uuid4(), drop=[gone]) == 0
    assert receipt.photos.count() == 1


@db
def test_a_consignment_that_was_planned_before_follows() -> None:
    """600 kg were planned in 60 baskets of two consignments; 450.4 kg of two lots passed."""
    of = fresh(desk())
    line = line_of(of, "manggis")
    first, second = a_consignment(of, with_goods=False), a_consignment(of, with_goods=False)
    goods.add(consignment=first, goods=[wanted(line, 400)], actor=DESK)
    goods.add(consignment=second, goods=[wanted(line, 200)], actor=DESK)
    receipt, _part = received(of)
    lots = [a_lot(line.line.product), a_lot(line.line.product)]
    with pytest.raises(Refused, match="is being weighed"):
        goods.add(consignment=first, goods=[wanted(line_of(of, "jengkol"), 1)], actor=DESK)
    weighed(receipt, line, 300_400, lots[0])
    weighed(receipt, line, 150_000, lots[1], rejected=149_600)
    weighed(receipt, line_of(of, "jengkol"), 50_000)
    close(receipt)
    rows = {(row.lot, row.quantity) for row in first.lines.all()}
    assert rows == {(lots[0], 301), (lots[1], 99)}
    assert [(row.lot, row.quantity) for row in second.lines.all()] == [(lots[1], 50)]
    assert second.lines.get().packages == 5
    assert (second.lines.get().net_g, second.lines.get().gross_g) == (50_000, 52_500)
    assert left(line_of(of, "manggis")) == 0
    assert audit() == []


@racing
def test_two_people_close_at_once() -> None:
    of = desk(release_on="receipt")
    receipt, _part = received(of)
    weighed(receipt, line_of(of, "manggis"), 500_000, rejected=100_000)
    weighed(receipt, line_of(of, "jengkol"), 50_000)
    results = race(*[lambda: close(receipt)] * 3)
    assert [one for one in results if isinstance(one, Exception)] == []
    assert usd(Kind.PAYABLE) == 500 * 200 + 50 * 150
    assert Return.objects.count() == 1
    assert audit() == []


@racing
def test_one_weighs_while_another_closes() -> None:
    """Either the weight came first and counts, or it is refused: never weighed after it was paid."""
    of = desk()
    receipt, part = received(of)
    line = line_of(of, "manggis")
    weighed(receipt, line, 500_000, rejected=100_000)
    weighed(receipt, line_of(of, "jengkol"), 50_000)
    race(lambda: close(receipt), lambda: weighed(receipt, line, 400_000, rejected=200_000))
    kept = receipt.lines.get(line=line).accepted // 1000
    assert part.lines.get(pk=line.pk).quantity == kept
    assert audit() == []


@db
def test_what_has_left_is_not_weighed_any_more() -> None:
    """Unless the pesantren's money waits for the weighing."""
    of = fresh(desk())
    a_house(of.exporter)
    made = a_consignment(of)
    coordinator = a_coordinator()
    assert goods_queries.to_weigh(coordinator).count() == 2
    type(made).objects.filter(pk=made.pk).update(state="departed")
    assert goods_queries.to_weigh(coordinator).count() == 0
    with pytest.raises(Refused, match="left already"):
        a_receipt(of.parts[0])
    Fulfilment.objects.filter(pk=of.parts[0].pk).update(release_on="receipt")
    assert goods_queries.to_weigh(coordinator).get().pk == of.parts[0].pk
    assert a_receipt(of.parts[0]).state == "open"
