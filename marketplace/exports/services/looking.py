"""The timetable looks at each open consignment: gathers the facts, raises what holds, ends what no longer does."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Max, Q

from catalogue.permits import states as permit_states
from catalogue.permits.models import Permit
from marketplace.common.actor import SYSTEM
from marketplace.exports import states
from marketplace.exports.goods import allowance, freshness
from marketplace.exports.models import Alert, Consignment
from marketplace.exports.papers.gate import is_open
from marketplace.exports.services.alerting import bring_in_line, end_alerts
from marketplace.exports.services.clearing import recheck
from marketplace.exports.tracking import alerts
from marketplace.exports.tracking import queries as tracking
from marketplace.exports.tracking.alerts import Ends, Facts
from marketplace.exports.tracking.folding import in_force
from marketplace.exports.tracking.temperatures import excursions
from marketplace.fulfilment import states as part_states


@transaction.atomic
def look(*, key: int, now: datetime) -> None:
    """Of the consignment with this id. Side effects: alerts raised (each once, with a signal) and ended.

    A clearance ends that no longer holds, as when a pesantren declined its part meanwhile (clearing.recheck). Beside
    that fourteen queries at most, whatever it holds, and some for each alert that begins or ends.
    Raises Consignment.DoesNotExist.
    """
    row = Consignment.objects.select_for_update(of=("self",), no_key=True)
    found = row.select_related("origin", "destination").get(pk=key)
    facts = facts_of(found, now)
    bring_in_line(consignment=found, kinds=alerts.KINDS, holds=alerts.holds(facts, now), now=now)
    _end_what_is_over(facts)
    recheck(consignment=found, actor=SYSTEM)


def facts_of(consignment: Consignment, now: datetime) -> Facts:
    """What the rules ask of a consignment where it is: one query each, and none for what no rule asks now."""
    one = consignment
    return Facts(
        consignment=one,
        papers=list(one.papers.order_by("pk")),
        fresh=freshness.of(one) if alerts.asks_how_fresh(one) else [],
        permits=list(_permits(one)) if alerts.asks_for_permits(one) else [],
        excursions=excursions(list(tracking.readings_of(one)), one.setpoint)
        if one.setpoint is not None
        else [],
        happened=_happened(one) if alerts.asks_what_happened(one, now) else frozenset(),
        missed=_missed(one) if alerts.asks_for_the_rest(one) else [],
        last_news_at=one.events.aggregate(last=Max("recorded_at"))["last"]
        if alerts.asks_for_news(one)
        else None,
    )


def _missed(consignment: Consignment) -> list[str]:
    """Numbers of its parts of which some stands in no consignment: they are not delivered before that is settled."""
    parts = consignment.lines.values("part__fulfilment")
    missed = {way.line.fulfilment.number for way in allowance.ways(parts) if way.is_missed}
    return sorted(missed)


def _happened(consignment: Consignment) -> frozenset[str]:
    """Codes of what happened and was not taken back."""
    events = in_force([tracking.seen(one) for one in tracking.events_of(consignment)])
    return frozenset(one.code for one in events if one.classifier == states.ACT)


def _permits(consignment: Consignment) -> Iterable[Ends]:
    """Of each pesantren and kind the day on which the first of its listings in this consignment has no permit left."""
    products = consignment.lines.values("part__line__product")
    confirmed = Permit.objects.filter(products__in=products, state=permit_states.CONFIRMED)
    longest = confirmed.order_by().values("partner__code", "kind", "products")
    longest = longest.annotate(last=Max("expires_on"), lasting=Count("pk", filter=Q(expires_on=None)))
    first: dict[str, date] = {}
    for one in longest.filter(lasting=0):
        about = f"{one['kind']} {one['partner__code']}"
        first[about] = min(first.get(about, one["last"]), one["last"])
    return [Ends(about, last) for about, last in sorted(first.items())]


def _end_what_is_over(facts: Facts) -> None:
    """A breach needs nobody any more once the paper is there, a refused hand-over once the part has left."""
    one, kinds = facts.consignment, (Alert.Kind.BREACH, Alert.Kind.HAND_OVER)
    raised = list(Alert.objects.filter(consignment=one, kind__in=kinds, ended_at=None))
    over = {(Alert.Kind.BREACH, paper.kind) for paper in facts.papers if not is_open(paper)}
    if any(alert.kind == Alert.Kind.HAND_OVER for alert in raised):
        left = (part for part in tracking.parts_of(one) if part.state not in part_states.NOT_LEFT)
        over |= {(Alert.Kind.HAND_OVER, part.number) for part in left}
    for alert in raised:
        if (alert.kind, alert.about) in over or one.state in states.ENDED:
            end_alerts(consignment=one, kind=alert.kind, about=alert.about)
