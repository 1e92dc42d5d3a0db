"""Goods at the packing house: weighed lot by lot, sorted, photographed. Closing the receipt says what counts.

Locks: the receipt, then what the part needs (LOCKS.md: dues, part …), then consignments.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from catalogue.lots.models import Lot
from marketplace.common import photo_rows
from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.common.refused import Refused
from marketplace.exports import states
from marketplace.exports.goods import allowance, units
from marketplace.exports.models import GoodsReceipt, PackingHouse, PickUp, ReceiptLine, ReceiptPhoto
from marketplace.exports.numbers import receipt_number
from marketplace.exports.services.fitting import fit
from marketplace.fulfilment import services as fulfilment
from marketplace.fulfilment import states as parts
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.fulfilment.services.exporter import locked

MOST_PHOTOS = 12
# More than so many times the whole line is a slip of the finger, not a good harvest (assumed). The line is asked, not
# the lot: the packing house may find more of one lot and less of another than the pesantren wrote down.
ABSURD_TIMES = 5
# What the pesantren has handed over to a truck already; it is delivered only where money waits for the packing house.
MAY_BE_WEIGHED = parts.NOT_LEFT | {parts.HANDED_OVER}


@transaction.atomic
def open_receipt(
    *, part: Fulfilment, house: PackingHouse, actor: Actor, pick_up: PickUp | None = None, grader: str = ""
) -> GoodsReceipt:
    """Begin to weigh a part; a second press gives the same receipt. Raises Refused for a part that cannot be weighed.

    Side effects: GoodsReceipt, history row. From now on no consignment takes more of this part until it is closed.
    """
    locked = Fulfilment.objects.select_for_update(of=("self",), no_key=True).get(pk=part.pk)
    if known := GoodsReceipt.objects.filter(part=locked).first():
        return known
    waits = locked.release_on == parts.ON_RECEIPT and locked.state == parts.DELIVERED
    if not (waits or locked.state in MAY_BE_WEIGHED) or not locked.ships:
        raise Refused(
            _("%(number)s cannot be weighed: %(state)s."),
            number=locked.number,
            state=locked.get_state_display(),
        )
    gone = allowance.left_already().filter(part__fulfilment=locked)
    if locked.release_on != parts.ON_RECEIPT and gone.exists():
        raise Refused(_("%(number)s cannot be weighed: goods of it have left already."), number=locked.number)
    made = GoodsReceipt.objects.create(
        number=receipt_number(), house=house, part=locked, pick_up=pick_up, grader=grader, by_id=actor.id
    )
    machine.record(made, "", states.OPEN, actor=actor)
    return made


def _lock(receipt: GoodsReceipt) -> GoodsReceipt:
    """Locked and still open; a closed receipt never changes. Raises Refused."""
    row = GoodsReceipt.objects.select_for_update(of=("self",), no_key=True).get(pk=receipt.pk)
    if row.state != states.OPEN:
        raise Refused(_("%(number)s is closed and never changes."), number=row.number)
    return row


@transaction.atomic
def weigh(
    *,
    receipt: GoodsReceipt,
    line: FulfilmentLine,
    lot: Lot | None,
    amounts: Mapping[str, int],
    actor: Actor,
    grade: str = "",
    reason: str = "",
) -> ReceiptLine:
    """What became of one lot: `amounts` has weighed, accepted, downgraded, rejected, shrinkage; grams of goods sold by
    the kilogram, else units. Weighing again replaces it. Raises Refused unless they add up and a reason stands
    where not all was accepted, and for more than can be meant.

    Side effects: ReceiptLine, history row of the receipt.
    """
    row = _lock(receipt)
    if line.fulfilment_id != row.part_id or (lot and lot.product_id != line.line.product_id):
        raise Refused(_("These goods do not belong to this receipt."))
    told = {
        name: amounts.get(name, 0) for name in ("weighed", "accepted", "downgraded", "rejected", "shrinkage")
    }
    by_weight = units.is_by_weight(line)
    _check_absurd(told["weighed"], line.ordered, by_weight)
    _check(told, reason, by_weight)
    facts: dict[str, Any] = {**told, "by_weight": by_weight, "grade": grade[:40], "reason": reason[:300]}
    made, _new = ReceiptLine.objects.update_or_create(receipt=row, line=line, lot=lot, defaults=facts)
    words = ", ".join(f"{name} {_shown(value, by_weight)}" for name, value in told.items() if value)
    where = lot.number if lot else "–"
    machine.record(row, row.state, row.state, actor=actor, why=f"{line.line.title}, {where}: {words}")
    return made


def _check_absurd(weighed: int, ordered: int, by_weight: bool) -> None:
    expected = ordered * 1000 if by_weight else ordered
    if weighed > expected * ABSURD_TIMES:
        raise Refused(
            _(
                "%(weighed)s is more than %(times)s times what was ordered (%(ordered)s)."
                " Please look at the number again."
            ),
            field="weighed",
            weighed=_shown(weighed, by_weight),
            times=ABSURD_TIMES,
            ordered=_shown(expected, by_weight),
        )


def _check(told: Mapping[str, int], reason: str, by_weight: bool) -> None:
    if min(told.values()) < 0:
        raise Refused(_("Nothing weighs less than zero."), field="weighed")
    sorted_ = told["accepted"] + told["downgraded"] + told["rejected"] + told["shrinkage"]
    if sorted_ != told["weighed"]:
        raise Refused(
            _("Accepted, downgraded, rejected and lost come to %(sum)s, but %(weighed)s were weighed."),
            field="weighed",
            sum=_shown(sorted_, by_weight),
            weighed=_shown(told["weighed"], by_weight),
        )
    if told["accepted"] < told["weighed"] and not reason.strip():
        raise Refused(_("Write why not all of it was accepted: the pesantren reads it."), field="reason")


def _shown(amount: int, by_weight: bool) -> str:
    return f"{number_format(Decimal(amount) / 1000)} kg" if by_weight else str(amount)


@transaction.atomic
def note(*, receipt: GoodsReceipt, grader: str, text: str, actor: Actor) -> None:
    """Who graded, and what else there is to say. Raises Refused. Side effects: the row, history row."""
    row = _lock(receipt)
    GoodsReceipt.objects.filter(pk=row.pk).update(grader=grader[:100], note=text[:500])
    machine.record(row, row.state, row.state, actor=actor, why=f"grader: {grader}")


@transaction.atomic
def keep_photos(
    *, receipt: GoodsReceipt, photos: Sequence[bytes], key: UUID, drop: Collection[str] = ()
) -> int:
    """Keep photos (WebP from common.photos). `key` is the form's: the same ones sent again are the same rows.

    Returns how many came new; never more than twelve in all. Raises Refused. Side effects: rows and private files.
    """
    row = _lock(receipt)
    kept = {photo.key: photo for photo in row.photos.all()}
    for one in [one for one in kept if str(one) in drop]:
        photo_rows.remove(kept.pop(one))
    return photo_rows.keep(
        kept, photos, key=key, most=MOST_PHOTOS, make=lambda name: ReceiptPhoto(receipt=row, key=name)
    )


@transaction.atomic
def close(*, receipt: GoodsReceipt, actor: Actor) -> GoodsReceipt:
    """Say what counts; a second press finds it closed and does nothing.

    Accepted kilograms are rounded down to whole units, over all lots of a line, and never more than the line has.
    Money that waits for the packing house is released for what passed (the part is packed and handed over first, if
    it was not). Otherwise the part brings what passed, before it leaves: what is missing is not paid for. Handed over
    already, it moves no money: only what passed may travel, and the buyer signs for that. Of what an exporter sold the
    buyer gets the contract's price for what does not come (decision 0047). Downgraded goods are no part
    of this order: they go back to the pesantren (decision 0044).
    Side effects: state and history; those of release_on_receipt() or bring_less(); consignments hold no more than was
    accepted. Raises Refused while something is not weighed; fulfilment's NotPaid, IllegalMove, lots' NotOpen.
    """
    row = GoodsReceipt.objects.select_for_update(of=("self",), no_key=True).get(pk=receipt.pk)
    if row.state == states.RECEIPT_CLOSED:
        return row
    part = Fulfilment.objects.select_related("order", "partner").get(pk=row.part_id)
    lines = list(part.lines.select_related("line__product__unit").order_by("pk"))
    weighed = _weighed(row, lines)
    accepted = {line.pk: allowance.accepted_units(line, weighed[line.pk]) for line in lines}
    states.RECEIPT.move(row, states.RECEIPT_CLOSED, actor=actor, closed_at=timezone.now())
    if part.release_on == parts.ON_RECEIPT:
        _release(row, part, lines, weighed, accepted, actor)
    elif part.state in parts.NOT_LEFT and any(accepted[line.pk] < line.quantity for line in lines):
        fulfilment.bring_less(
            fulfilment=part, brings=accepted, why=_why(row, weighed), actor=actor, still_here=False
        )
    fit(receipt=row, actor=actor)
    return row


def _weighed(row: GoodsReceipt, lines: Sequence[FulfilmentLine]) -> dict[int, list[ReceiptLine]]:
    found: dict[int, list[ReceiptLine]] = {line.pk: [] for line in lines}
    for one in row.lines.select_related("lot").order_by("pk"):
        found[one.line_id].append(one)
    for line in lines:
        if line.quantity and not found[line.pk]:
            raise Refused(_("%(name)s is not weighed yet."), name=line.line.title_here)
    return found


def _why(row: GoodsReceipt, weighed: Mapping[int, Sequence[ReceiptLine]]) -> str:
    """The graders' words; without any, that less came than was ordered. History keeps the English."""
    told = [one.reason for rows in weighed.values() for one in rows if one.reason]
    return "; ".join(dict.fromkeys(told))[:280] or f"weighed at the packing house ({row.number})"


def _release(
    row: GoodsReceipt,
    part: Fulfilment,
    lines: Sequence[FulfilmentLine],
    weighed: Mapping[int, Sequence[ReceiptLine]],
    accepted: Mapping[int, int],
    actor: Actor,
) -> None:
    locked(part)  # with the exporter's own part, in the order of their ids (LOCKS.md)
    if part.state == parts.ACCEPTED:
        fulfilment.pack(fulfilment=part, actor=actor)
    if part.state == parts.PACKED:
        truck = row.pick_up.vehicle if row.pick_up else row.house.name
        fulfilment.hand_over(fulfilment=part, actor=actor, carrier=truck[:80], tracking_number=row.number)
    reasons = {
        line.pk: _why(row, {line.pk: weighed[line.pk]}) for line in lines if accepted[line.pk] < line.quantity
    }
    fulfilment.release_on_receipt(
        fulfilment=part,
        actor=actor,
        signed_name=(row.grader or actor.name)[:100],
        accepted=accepted,
        reasons=reasons,
        note=row.number,
    )
