"""Goods that stand in no consignment and never travel: the desk says so, and nobody waits or pays for them any more."""

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.common.queue import enqueue
from marketplace.common.refused import Refused
from marketplace.exports.goods import allowance
from marketplace.fulfilment import services as fulfilment
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine


@transaction.atomic
def leave_behind(*, line: FulfilmentLine, units: int, why: str, still_here: bool, actor: Actor) -> None:
    """The `units` of this line that stand in no consignment do not travel: what consignments hold is all that comes.

    Their price goes back to the buyer as for any short delivery, and the part is delivered with what travels. `units`
    is what the person saw. Raises Refused if it is another number by now, or if the part's money was paid out already:
    then the buyer signs for what came, and a credit note gives back the rest. Fulfilment's IllegalMove, the ledger's
    NotEnough.
    Side effects: those of fulfilment's bring_less(); consignments with the order's goods follow in the background.
    """
    part = Fulfilment.objects.select_related("order").get(pk=line.fulfilment_id)
    fulfilment.lock_to_fall_short(part)
    ways = allowance.ways([part.pk])
    mine = next((way for way in ways if way.line.pk == line.pk), None)
    if mine is None or mine.rest != units or not any(way.held for way in ways):
        raise Refused(_("Somebody changed these goods just now. Please look again."))
    if not mine.is_missed:
        raise Refused(
            _(
                "The money of %(part)s is settled already, so nothing is taken back here. The buyer signs for what"
                " came; what is missing goes back to it by a credit note."
            ),
            part=part.number,
        )
    brings = {each.line.pk: each.line.quantity for each in ways} | {line.pk: mine.held}
    others = part.lines.exclude(pk__in=brings).values_list("pk", "quantity")
    fulfilment.bring_less(
        fulfilment=part,
        brings=brings | dict(others),
        why=why,
        actor=actor,
        still_here=still_here,
        in_stages=True,
    )
    enqueue("exports.follow_order", part.order_id)
