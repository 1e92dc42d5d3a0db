"""Before the goods leave, the pesantren says that it brings less than was ordered (decision 0034); of goods that travel
in stages whoever sends them may say it later, as long as their money is held (0056)."""

from collections.abc import Mapping

from django.db import transaction

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import mails, signals, states
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine, ShortDelivery
from marketplace.fulfilment.services import exporter, lots, tempo
from marketplace.fulfilment.services.moves import decline
from marketplace.ledger.money import Money
from marketplace.payments import services as payments
from marketplace.payments.models import Due
from marketplace.pesantren.services.goods import put_back


class BadQuantities(ValueError):
    """Quantities that do not fit what the part still brings; a second press of the button, too."""


def lock_to_fall_short(fulfilment: Fulfilment) -> tuple[Due | None, list[Due], Fulfilment]:
    """The bill, the open balances and the part, as bring_less() locks them (LOCKS.md); it may be called after this."""
    order = fulfilment.order
    due, balances = tempo.locked_due(order), payments.lock_balances(order)
    return due, balances, exporter.locked(fulfilment)


@transaction.atomic
def bring_less(
    *,
    fulfilment: Fulfilment,
    brings: Mapping[int, int],
    why: str,
    actor: Actor,
    still_here: bool = False,
    in_stages: bool = False,
) -> ShortDelivery | None:
    """So many units come of each line (FulfilmentLine id → units); what is missing is not paid for.

    Its price goes back to the buyer at once; on tempo it comes off the open bill, of a schedule off the open
    balances first. Of what an exporter sold that is the contract's price: the pesantren's part falls by its own, the
    exporter bears the difference. The delivery fee stays. Nothing left at all: the part is declined, fee and all, and
    nothing is returned. The missing goods leave the stock count, unless they are `still_here`: then they are only
    free again.
    `in_stages`: some of it is on its way and the rest never follows. Then it may be said of a part that is handed over,
    too, unless that paid for it already; goods that are `still_here` come back into the count.
    Side effects: ShortDelivery, quantities, stock, Refund or Due and journal, PriceDifference, history rows, signal,
    mails. Raises IllegalMove before the part is accepted and once it has left, BadQuantities.
    """
    due, balances, locked = lock_to_fall_short(fulfilment)
    has_left = locked.state == states.HANDED_OVER and locked.released_at is None
    if locked.state not in states.MAY_FALL_SHORT and not (in_stages and has_left):
        raise IllegalMove(fulfilment, locked.state, states.SHORT)
    lines = list(locked.lines.select_related("line__stockrecord", "line__order", "fulfilment"))
    lines.sort(key=lambda line: (line.line.stockrecord_id or 0, line.pk))
    missing = _missing(lines, brings)
    if not any(brings[line.pk] for line in lines):
        gone = [] if still_here else [line.pk for line in lines]
        decline(fulfilment=fulfilment, actor=actor, why=why, gone=gone)
        return None
    bears = exporter.reckon(locked, missing, balances=balances)
    told = _write(locked, missing, why, still_here)
    for line, units in missing.items():
        if not has_left:
            _take_from_stock(line, units, told, actor)
        elif still_here and line.line.stockrecord:  # the hand-over took it out
            put_back(record=line.line.stockrecord, quantity=units, actor=actor, why="short delivery")
    lots.fit(locked)
    machine.record(fulfilment, locked.state, states.SHORT, actor=actor, why=why)
    bill = None if tempo.is_paid(due) else due
    exporter.take_off(bears)
    exporter.give_back(
        part=locked,
        goods=told.total,
        delivery=Money(0, locked.currency),
        bears=bears,
        due=due,
        balances=balances,
        reason="missing",
        key=f"missing/{locked.number}/{told.number}",
        why=why,
        actor=actor,
    )
    back = told.total + (bears.amount if bears else told.total * 0)
    mails.part_short(locked, told, list(missing), due=bill, balance=bool(balances), back=back)
    signals.part_changed.send(Fulfilment, part=locked, actor=actor)
    return told


def _missing(lines: list[FulfilmentLine], brings: Mapping[int, int]) -> dict[FulfilmentLine, int]:
    """Units by line that will not come, only lines of which some are missing."""
    if set(brings) != {line.pk for line in lines}:
        raise BadQuantities("every line needs a quantity")
    for line in lines:
        if not 0 <= brings[line.pk] <= line.quantity:
            raise BadQuantities(f"line {line.pk}: {brings[line.pk]} of {line.quantity}")
    found = {line: line.quantity - brings[line.pk] for line in lines if brings[line.pk] < line.quantity}
    if not found:
        raise BadQuantities("nothing is missing")
    return found


def _write(
    part: Fulfilment, missing: Mapping[FulfilmentLine, int], why: str, still_here: bool
) -> ShortDelivery:
    amount = sum((line.worth(units) for line, units in missing.items()), Money(0, part.currency))
    for line, units in missing.items():
        line.quantity, line.short = line.quantity - units, line.short + units
        line.save(update_fields=["quantity", "short"])
    return ShortDelivery.objects.create(
        fulfilment=part,
        number=part.short_deliveries.count() + 1,
        lines=[{"line": line.pk, "quantity": units} for line, units in missing.items()],
        amount=amount.minor,
        currency=part.currency,
        still_here=still_here,
        why=why[:300],
    )


def _take_from_stock(line: FulfilmentLine, units: int, told: ShortDelivery, actor: Actor) -> None:
    """Not reserved any more; gone from the count as well if the goods do not exist."""
    if told.still_here:
        line.line.cancel_allocation(units)
        return
    line.line.consume_allocation(units)
    if line.line.made_by is None and line.line.can_track_allocations:
        record = line.line.stockrecord
        record.refresh_from_db(fields=["num_in_stock"])
        before, after = str(record.num_in_stock + units), str(record.num_in_stock)
        machine.record(record, before, after, actor=actor, why="stock: short delivery")
