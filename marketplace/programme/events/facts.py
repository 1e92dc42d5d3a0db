"""What a schedule follows from, read from the rows of an event."""

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from catalogue.models import Product
from marketplace.programme.events.scheduling import HAND, Facts, Meeting, Time
from marketplace.programme.models import Appointment, Event, Exhibit, Participation, Wish
from marketplace.programme.sectors import sector_paths

ROOT = 4  # letters of a sector in the path of its categories


def facts_of(event: Event, now: datetime) -> Facts:
    """Eight queries, whatever the size of the event. Those who said no are left out; those who have not answered come,
    as far as we know."""
    zone = ZoneInfo(event.time_zone)
    slots = event.slots.filter(is_break=False).order_by("starts_at").values_list("pk", "starts_at")
    wishes = Wish.objects.filter(exhibitor__event=event).values_list("exhibitor", "guest", "by")
    guests = event.guests.filter(declined_at=None).values_list("pk", "sectors")
    return Facts(
        exhibitors=_exhibitors(event),
        guests={pk: frozenset(sectors) for pk, sectors in guests.order_by("pk")},
        wishes=frozenset(wishes),
        times=tuple(Time(pk, at.astimezone(zone).date(), at <= now) for pk, at in slots),
        fixed=tuple(
            Meeting(row.exhibitor_id, row.guest_id, row.slot_id, row.why or HAND) for row in kept(event, now)
        ),
        most=event.most_meetings,
    )


def kept(event: Event, now: datetime) -> list[Appointment]:
    """What a new schedule does not touch: set by hand, held or missed, or begun."""
    stays = Q(is_fixed=True) | ~Q(state=Appointment.PLANNED) | Q(slot__starts_at__lte=now)
    return list(event.appointments.filter(stays).order_by("slot__starts_at", "pk"))


def _exhibitors(event: Event) -> dict[int, frozenset[str]]:
    """The sectors of what each shows; where nothing is chosen yet, of its registration."""
    rows = event.exhibitors.filter(declined_at=None).order_by("pk").values_list("pk", "partner")
    partners = dict(rows)
    roots = sector_paths()
    shown = Exhibit.objects.filter(exhibitor__in=partners).values_list("exhibitor", "product")
    paths = _paths({product for _exhibitor, product in shown})
    found: dict[int, set[str]] = defaultdict(set)
    for exhibitor, product in shown:
        found[exhibitor] |= {roots[path[:ROOT]] for path in paths[product] if path[:ROOT] in roots}
    registered = dict(
        Participation.objects.filter(year=event.year_id, partner__in=set(partners.values())).values_list(
            "partner", "sector"
        )
    )
    return {
        pk: frozenset(found[pk] or ({registered[partner]} if partner in registered else set()))
        for pk, partner in partners.items()
    }


def _paths(products: set[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = Product.objects.filter(pk__in=products).values_list("pk", "categories__path")
    for pk, path in rows:
        if path:
            found[pk].add(path)
    return found
