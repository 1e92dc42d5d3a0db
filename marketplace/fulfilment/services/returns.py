"""Goods that the buyer did not keep and that come back to the pesantren. No money moves here: a signature or a
credit note has settled that already (decision 0034)."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment, Return, ReturnLine
from marketplace.fulfilment.services.short import BadQuantities
from marketplace.pesantren.services import put_back


def expect(
    *, fulfilment: Fulfilment, units: Mapping[int, int], actor: Actor, credit_note: str = ""
) -> Return | None:
    """So many units (by FulfilmentLine id) should come back. Nothing for a service, or for no units.

    The caller has locked the part. Side effects: Return, history row.
    """
    if not fulfilment.ships:
        return None
    own = fulfilment.lines.filter(pk__in=[line for line, count in units.items() if count])
    wanted = {line: units[line] for line in own.values_list("pk", flat=True)}
    if not wanted:
        return None
    place = fulfilment.returns.count() + 1
    back = Return.objects.create(
        number=f"{fulfilment.number}-R{place}",
        fulfilment=fulfilment,
        credit_note=credit_note,
        created=timezone.now(),
    )
    ReturnLine.objects.bulk_create(
        ReturnLine(back=back, line_id=line, quantity=count) for line, count in wanted.items()
    )
    machine.record(back, "", states.EXPECTED, actor=actor, why=credit_note)
    return back


@transaction.atomic
def take_in(
    *, back: Return, came: Mapping[int, int], sellable: Mapping[int, int], note: str, actor: Actor
) -> None:
    """The goods are back: `came` and, of these, `sellable` units by ReturnLine id. What can be sold is in stock again.

    Side effects: quantities, stock, history rows. Raises IllegalMove if it was said before, BadQuantities; if nothing
    came, that is write_off().
    """
    lines = list(back.lines.select_related("line__line__stockrecord"))
    lines.sort(key=lambda line: (line.line.line.stockrecord_id or 0, line.pk))
    for line in lines:
        if not 0 <= sellable.get(line.pk, 0) <= came.get(line.pk, 0) <= line.quantity:
            raise BadQuantities(f"line {line.pk}: {came.get(line.pk)} of {line.quantity}")
    if not any(came.values()):
        raise BadQuantities("nothing came")
    states.RETURN.move(back, states.ARRIVED, actor=actor, why=note, note=note[:300], ended_at=timezone.now())
    for line in lines:
        line.came, line.sellable = came.get(line.pk, 0), sellable.get(line.pk, 0)
        line.save(update_fields=["came", "sellable"])
        if record := line.line.line.stockrecord:
            put_back(record=record, quantity=line.sellable, actor=actor, why="returned")


@transaction.atomic
def write_off(*, back: Return, why: str, actor: Actor) -> None:
    """The goods do not come back. Side effects: history row. Raises IllegalMove if it was said before."""
    states.RETURN.move(
        back, states.WRITTEN_OFF, actor=actor, why=why, note=why[:300], ended_at=timezone.now()
    )
