"""Reading promises and leads. The first argument is who asks: a province, or a person."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from marketplace.pesantren.access import pesantren_of
from marketplace.programme import states
from marketplace.programme.events.queries import UNSEEN, day_there
from marketplace.programme.models import Commitment, Event, Exhibitor, Guest, Lead, Settlement
from marketplace.programme.states import BUYER, SELLER
from marketplace.programme.sums import of_commitments
from marketplace.reference.models import Province
from marketplace.reference.working_days import today
from offtakers.access import company_of

ROWS = ("event", "exhibitor__partner", "guest__company")


def of_province(province: Province) -> QuerySet[Commitment]:
    return Commitment.objects.filter(event__province=province).select_related(*ROWS)


def of_pesantren(user: Any) -> QuerySet[Commitment]:
    """Of the pesantren this person works for."""
    mine = Commitment.objects.filter(exhibitor__partner__in=pesantren_of(user))
    return mine.select_related(*ROWS)


def to_confirm(user: Any) -> QuerySet[Commitment]:
    """Promises that the pesantren of this person has not confirmed. For its inbox."""
    return of_pesantren(user).filter(state=states.RECORDED, seller_said_at=None)


def paid_elsewhere(user: Any) -> QuerySet[Settlement]:
    """What others say was paid to the pesantren of this person, and it has not answered. For its inbox."""
    mine = Settlement.objects.filter(commitment__exhibitor__partner__in=pesantren_of(user))
    return mine.filter(seller_said_at=None, refused_why="")


def of_buyer(user: Any) -> QuerySet[Commitment]:
    """Of the company this person acts for now."""
    company = company_of(user)
    if company is None:
        return Commitment.objects.none()
    return Commitment.objects.filter(guest__company=company).select_related(*ROWS)


def by_token(token: str) -> tuple[Commitment, str] | None:
    """The promise and the side whose link this is."""
    found = (
        Commitment.objects.filter(Q(seller_token=token) | Q(buyer_token=token)).select_related(*ROWS).first()
    )
    if found is None:
        return None
    return found, SELLER if found.seller_token == token else BUYER


def floor_events(user: Any) -> QuerySet[Event]:
    """Events at which this person's pesantren exhibits: there its members record promises themselves."""
    mine = Exhibitor.objects.filter(partner__in=pesantren_of(user), declined_at=None)
    return Event.objects.filter(exhibitors__in=mine).exclude(state=states.CANCELLED).distinct()


def recorded_on(found: QuerySet[Commitment], first: date | None, last: date | None) -> QuerySet[Commitment]:
    """Recorded on these days, in the zone of their event: as the three sums count days."""
    found = found.alias(recorded_on=day_there(F("recorded_at"), "event__"))
    if first:
        found = found.filter(recorded_on__gte=first)
    return found.filter(recorded_on__lte=last) if last else found


def unseen(province: Province) -> QuerySet[Guest]:
    """Buyers that a pesantren noted at its own stand and the office has not looked at: their promises do not count."""
    return Guest.objects.filter(UNSEEN, event__province=province)


def is_unseen(guest: Guest) -> bool:
    return guest.added_by_seller and not guest.looked_at and not guest.checked_in_at


def settlements_to_answer(commitment: Commitment, side: str) -> QuerySet[Settlement]:
    """What the other side says was settled, and this one has not answered."""
    return commitment.settlements.filter(**{f"{side}_said_at": None}, refused_why="")


def leads_of(province: Province) -> QuerySet[Lead]:
    return Lead.objects.filter(event__province=province).select_related("event", "exhibitor__partner")


def leads_due(province: Province, day: date | None = None) -> QuerySet[Lead]:
    """Somebody shall write or call today, or should have. For the office's today."""
    open_ = leads_of(province).filter(state__in=[states.NEW, states.FOLLOWED])
    return open_.filter(follow_on__lte=day or today(province.zone)).order_by("follow_on", "pk")


@dataclass(frozen=True)
class FromLeads:
    """What leads of one exhibition became: from the first word to what was accepted and paid."""

    event: Event
    leads: int
    turned: int
    commitments: int
    realised: int


def from_leads(province: Province) -> list[FromLeads]:
    """By event, the newest first; only events with leads. Constant queries."""
    counted = Count("leads", distinct=True)
    turned = Count("leads", filter=Q(leads__state=states.TURNED), distinct=True)
    events = Event.objects.filter(province=province).annotate(counted=counted, turned=turned)
    led = Commitment.objects.filter(event__province=province, lead__isnull=False)
    came = of_commitments(led)
    by_event: dict[int, list[int]] = {}
    for pk, event in led.values_list("pk", "event"):
        by_event.setdefault(event, []).append(pk)
    return [
        FromLeads(
            event,
            event.counted,
            event.turned,
            len(by_event.get(event.pk, [])),
            sum(came[pk][1] for pk in by_event.get(event.pk, [])),
        )
        for event in events.filter(counted__gt=0).order_by("-starts_on", "-pk")
    ]
