"""A small event for tests: two pesantren with goods, two buyers, times on one day."""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from django.utils import timezone

from marketplace.common.actor import Actor
from marketplace.programme import times
from marketplace.programme.models import Event, Exhibitor, Guest, Slot
from marketplace.programme.services import slots
from tests.factories.catalogue import make_pesantren, make_product, make_sector
from tests.factories.programme import make_event, make_exhibitor, make_guest

DESK = Actor(id=None, name="Petugas")


@dataclass
class Meeting:
    event: Event
    sellers: list[Exhibitor]
    buyers: list[Guest]
    slots: list[Slot]
    goods: list[Any]


def in_days(days: int) -> Any:
    return timezone.localdate() + timedelta(days=days)


def a_meeting(days: int = 10, minutes: int = 60, **kw: Any) -> Meeting:
    """In so many days, from nine to twelve; meetings of an hour unless told otherwise."""
    day = in_days(days)
    event = make_event(starts_on=day, ends_on=day, **kw)
    sellers, goods = [], []
    for n in (1, 2):
        partner = make_pesantren(f"contoh-hadir-{n}")
        goods.append(make_product(partner, f"Roti {n}", sector=make_sector("makanan", "Makanan")))
        sellers.append(make_exhibitor(event, partner, booth=f"A{n}"))
    buyers = [make_guest(event, sectors=[]) for _n in (1, 2)]
    plan = times.Plan(day, day, time(9), time(12), minutes)
    slots.generate(event=event, plan=plan, actor=DESK)
    return Meeting(event, sellers, buyers, list(event.slots.all()), goods)


def begun(meeting: Meeting) -> None:
    """Every time of it lies an hour back."""
    for n, slot in enumerate(meeting.slots):
        start = timezone.now() - timedelta(hours=len(meeting.slots) - n)
        Slot.objects.filter(pk=slot.pk).update(starts_at=start, ends_at=start + timedelta(minutes=50))
