"""The one writer of what is folded about a consignment: state, expected arrival, delay, what is due next."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.exports import signals, states
from marketplace.exports.models import Alert, Consignment
from marketplace.exports.papers import gate
from marketplace.exports.services.alerting import bring_in_line, end_alerts, raise_alert
from marketplace.exports.tracking import queries as tracking
from marketplace.exports.tracking.alerts import Found
from marketplace.exports.tracking.due import next_due
from marketplace.exports.tracking.folding import Fold
from marketplace.fulfilment import states as part_states

WORTH_TELLING = timedelta(days=1)  # by so much the expected arrival must move before the buyer hears of it


@transaction.atomic
def refold(*, consignment: Consignment, actor: Actor, why: str = "") -> None:
    """Bring the kept columns up to what events, papers and decisions say now; called after each change of them.

    Side effects: the columns of the row and of `consignment`, a history row where the state changed, alerts (breach,
    contradictions), signals of news. Never raises.
    """
    locked = Consignment.objects.select_for_update(of=("self",), no_key=True)
    row = locked.select_related("origin", "destination").get(pk=consignment.pk)
    before, now = row.state, tracking.fold_of(row)
    _breaches(row, now)
    values = columns(row, now)
    Consignment.objects.filter(pk=row.pk).update(**values)
    for name, value in values.items():
        setattr(consignment, name, value)
    if before != now.state:
        machine.record(consignment, before, now.state, actor=actor, why=why)
        signals.moved.send(Consignment, consignment=consignment, before=before, after=now.state, fold=now)
    _tell_eta(consignment, row.eta_told, now)
    about: Found = {(str(Alert.Kind.CONTRADICTION), name): {} for name in now.contradictions}
    kinds = {str(Alert.Kind.CONTRADICTION)}
    bring_in_line(consignment=consignment, kinds=kinds, holds=about, now=timezone.now())


def columns(row: Consignment, now: Fold) -> dict[str, Any]:
    """The folded columns as they must be (`audit` compares). Three queries."""
    claims = tracking.parts_of(row).filter(state=part_states.DELIVERED)
    until = claims.aggregate(first=Min("claim_until"))["first"]
    due_at, due = next_due(row, now, row.papers.all(), until)
    return {
        "state": now.state,
        "eta": now.eta,
        "late_minutes": now.late_minutes,
        "last_event_at": now.last_event_at,
        "next_due_at": due_at,
        "next_due": due,
        "is_breach": now.left_at is not None and _breach_alerts(row).exists(),
    }


def _breach_alerts(row: Consignment) -> Any:
    found = Alert.objects.filter(consignment=row, kind=Alert.Kind.BREACH)
    return found.exclude(details__has_key="not_left")


def _breaches(row: Consignment, now: Fold) -> None:
    """At the first word that it left: an alert for each paper that was due. Taken back: it has not left after all."""
    if now.left_at is None:
        end_alerts(consignment=row, kind=Alert.Kind.BREACH, not_left=True)
    elif row.state in states.HERE or row.state == states.CANCELLED:
        for paper in gate.unready(row, before=states.BEFORE_DEPARTURE, at=now.left_at):
            raise_alert(
                consignment=row, kind=Alert.Kind.BREACH, about=paper.kind, left_at=now.left_at.isoformat()
            )


def _tell_eta(consignment: Consignment, told: datetime | None, now: Fold) -> None:
    """The departure tells the day of arrival; after that a change is told once it is large, from what was told last."""
    if now.state != states.DEPARTED or now.eta is None:
        return
    if told is not None and abs(now.eta - told) <= WORTH_TELLING:
        return
    Consignment.objects.filter(pk=consignment.pk).update(eta_told=now.eta)
    consignment.eta_told = now.eta
    if told is not None:
        signals.eta_changed.send(Consignment, consignment=consignment, before=told, after=now.eta)
