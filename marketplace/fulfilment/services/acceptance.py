"""The buyer's signed receipt, whole or in part; it releases the money of what was accepted."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from marketplace.common.actor import SYSTEM, Actor
from marketplace.fulfilment import mails, states
from marketplace.fulfilment.models import Acceptance, Fulfilment, FulfilmentLine
from marketplace.fulfilment.services.following import follow
from marketplace.fulfilment.services.moves import arrive
from marketplace.ledger.money import Money
from marketplace.payments import held
from marketplace.payments import services as payments


class BadAcceptance(ValueError):
    """Quantities or reasons that do not fit what was delivered."""


@transaction.atomic
def sign(
    *,
    fulfilment: Fulfilment,
    actor: Actor,
    signed_name: str,
    accepted: Mapping[int, int],
    reasons: Mapping[int, str],
    note: str = "",
    by_clock: bool = False,
) -> Acceptance:
    """Sign for a part. `accepted` maps FulfilmentLine ids to accepted units; less than sent needs a reason.

    A part still on the way counts as delivered now: who signs has it. Accepted goods are owed to the
    pesantren, with the delivery fee; the rest is owed back to the buyer. All rejected: the delivery fee too.
    Side effects: Acceptance, quantities, history rows, journals, Refund, the order follows, mails.
    Raises BadAcceptance, IllegalMove.
    """
    fulfilment = Fulfilment.objects.select_for_update(of=("self",), no_key=True).get(pk=fulfilment.pk)
    if fulfilment.state == states.HANDED_OVER:
        arrive(fulfilment, actor)
    lines = list(fulfilment.lines.select_related("line__order", "fulfilment"))
    _check(lines, accepted, reasons)
    taken = Money(0, fulfilment.currency)
    for line in lines:
        taken += line.unit_price * accepted[line.pk]
        FulfilmentLine.objects.filter(pk=line.pk).update(
            accepted=accepted[line.pk], reason=reasons.get(line.pk, "")[:300]
        )
    end = states.RECEIVED if any(accepted.values()) else states.REJECTED
    states.FULFILMENT.move(fulfilment, end, actor=actor, why=note)
    receipt = Acceptance.objects.create(
        fulfilment=fulfilment, signed_name=signed_name, signed_at=timezone.now(), by_clock=by_clock, note=note
    )
    _settle(fulfilment, taken, actor)
    follow(fulfilment.order)
    told = {"taken": taken, "whole": taken == fulfilment.goods, "by_clock": by_clock}
    mails.part(fulfilment, "part_signed_buyer", **told)
    mails.to_members(fulfilment, "part_signed", **told)
    return receipt


def _check(lines: list[FulfilmentLine], accepted: Mapping[int, int], reasons: Mapping[int, str]) -> None:
    if set(accepted) != {line.pk for line in lines}:
        raise BadAcceptance("every line needs a quantity")
    for line in lines:
        if not 0 <= accepted[line.pk] <= line.quantity:
            raise BadAcceptance(f"line {line.pk}: {accepted[line.pk]} of {line.quantity}")
        if accepted[line.pk] < line.quantity and not reasons.get(line.pk, "").strip():
            raise BadAcceptance(f"line {line.pk}: a reason is needed")


def _settle(fulfilment: Fulfilment, taken: Money, actor: Actor) -> None:
    """Release what was accepted, owe back the rest."""
    order, nothing = fulfilment.order, Money(0, fulfilment.currency)
    delivery = fulfilment.fee if taken else nothing
    if taken:
        held.release(
            key=f"release/{fulfilment.number}",
            order_number=order.number,
            partner_id=fulfilment.partner_id,
            goods=taken,
            delivery=delivery,
        )
    payments.refund_part(
        order=order,
        partner_id=fulfilment.partner_id,
        goods=fulfilment.goods - taken,
        delivery=fulfilment.fee - delivery,
        key=f"rejected/{fulfilment.number}",
        reason="rejected",
        actor=actor,
    )


def close_claim(*, fulfilment: Fulfilment) -> None:
    """The claim clock ran out without a word: everything counts as accepted. Called by the timetable.

    Side effects: as sign(). Nothing happens before `claim_until` or when somebody signed meanwhile.
    """
    with transaction.atomic():
        locked = Fulfilment.objects.select_for_update(of=("self",), no_key=True).get(pk=fulfilment.pk)
        over = locked.claim_until and locked.claim_until <= timezone.now()
        if locked.state != states.DELIVERED or not over:
            return
        sign(
            fulfilment=locked,
            actor=SYSTEM,
            signed_name="—",
            accepted={line.pk: line.quantity for line in locked.lines.all()},
            reasons={},
            by_clock=True,
        )
