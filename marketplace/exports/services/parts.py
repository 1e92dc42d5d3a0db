"""Parts of orders follow their consignment: handed over when it leaves, delivered when the consignee has it.

Fulfilment's own rules stay: what it refuses (a balance is open, a lot was recalled, nothing is packed) raises an alert
here, and the event stays recorded. Called outside a consignment's lock: parts lock money and orders first.
"""

from contextlib import suppress

from django.db import transaction
from django.utils import timezone

from catalogue.lots.services import NotOpen
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.exports import states
from marketplace.exports.goods import allowance
from marketplace.exports.models import Alert, Consignment
from marketplace.exports.services.alerting import end_alerts, raise_alert
from marketplace.exports.services.following import refold
from marketplace.exports.tracking import queries as tracking
from marketplace.fulfilment import services as fulfilment
from marketplace.fulfilment import states as part_states
from marketplace.fulfilment.models import Fulfilment
from marketplace.payments.exceptions import PaymentError

KIND = Alert.Kind.HAND_OVER


def follow(*, consignment: Consignment, actor: Actor) -> None:
    """Bring the parts to where the consignment is, and close it once all are signed for. Safe to run twice.

    Side effects: those of fulfilment's hand_over() and deliver(), alerts for what it refused, closing.
    """
    if consignment.state in states.UNDER_WAY:
        for part in tracking.parts_of(consignment):
            _hand_over(consignment, part, actor)
    if consignment.state == states.DELIVERED:
        for part in tracking.parts_of(consignment).filter(state=part_states.HANDED_OVER):
            _deliver(part, actor)
        close_if_signed(consignment=consignment, actor=actor)


def _hand_over(consignment: Consignment, part: Fulfilment, actor: Actor) -> None:
    if part.state not in part_states.NOT_LEFT:
        end_alerts(consignment=consignment, kind=KIND, about=part.number)
        return
    if part.release_on == part_states.ON_HAND_OVER and not _has_left(part):
        raise_alert(consignment=consignment, kind=KIND, about=part.number, why="not_all")
        return
    carrier = consignment.carrier or consignment.get_mode_display()
    try:
        fulfilment.hand_over(
            fulfilment=part,
            actor=actor,
            carrier=str(carrier)[:80],
            tracking_number=(consignment.transport_number or consignment.number)[:60],
        )
    except (IllegalMove, fulfilment.NotPaid, NotOpen, PaymentError) as refused:
        raise_alert(consignment=consignment, kind=KIND, about=part.number, why=_why(refused))
    else:
        end_alerts(consignment=consignment, kind=KIND, about=part.number)


def _has_left(part: Fulfilment) -> bool:
    """Whether all of it has: where the hand-over pays, the first of several consignments pays for no other."""
    return all(way.left >= way.most for way in allowance.ways([part.pk]))


def _why(refused: Exception) -> str:
    if isinstance(refused, fulfilment.NotPaid | PaymentError):
        return "not_paid"
    return "recalled" if isinstance(refused, NotOpen) else "not_packed"


def _deliver(part: Fulfilment, actor: Actor) -> None:
    """Goods that travel in several consignments are delivered with the last of them, and not before all of them travel:
    what stands in no consignment yet is waited for (decision 0056)."""
    on_the_way = Consignment.objects.filter(lines__part__fulfilment=part).exclude(
        state__in=[states.DELIVERED, *states.ENDED]
    )
    if on_the_way.exists() or any(way.is_missed for way in allowance.ways([part.pk])):
        return
    with suppress(IllegalMove):  # somebody signed for it meanwhile
        fulfilment.deliver(fulfilment=part, actor=actor)


@transaction.atomic
def close_if_signed(*, consignment: Consignment, actor: Actor) -> bool:
    """Once every part is signed for (or refused, or over otherwise), the consignment is closed.

    Side effects: the time of closing, the fold with its history.
    """
    row = Consignment.objects.select_for_update(of=("self",), no_key=True).get(pk=consignment.pk)
    ends = set(tracking.parts_of(row).values_list("state", flat=True))
    if row.state != states.DELIVERED or not ends or not ends <= part_states.ENDED:
        refold(consignment=consignment, actor=actor)  # the last day to sign is due next
        return False
    Consignment.objects.filter(pk=row.pk).update(closed_at=timezone.now())
    refold(consignment=consignment, actor=actor)
    return True
