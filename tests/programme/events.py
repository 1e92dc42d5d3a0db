"""A small event for tests: two pesantren with goods, two buyers, times on one day."""

from dataclasses import dataclass
from datetime import time, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from marketplace.common.actor import Actor
from marketplace.pesantren.models import Partner
from marketplace.programme.events import times
from marketplace.programme.models import Event, Exhibitor, Guest, Slot, Wish
from marketplace.programme.services import slots
from tests.factories.catalogue import make_pesantren, make_product, make_regency, make_sector
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


def the_real_event() -> Event:
    """200 pesantren, 77 buyers, two days of 24 times, some 3,000 wishes, as rows."""
    chance, first = Random(2022), in_days(10)
    event = make_event(starts_on=first, ends_on=in_days(11))
    regency = make_regency("32.04")
    partners = Partner.objects.bulk_create(
        Partner(code=f"contoh-{n}", name=f"Pesantren Contoh {n}", regency=regency, is_fictional=True)
        for n in range(200)
    )
    sellers = Exhibitor.objects.bulk_create(
        Exhibitor(event=event, partner=partner, token=f"e{partner.pk}") for partner in partners
    )
    buyers = Guest.objects.bulk_create(
        Guest(event=event, name=f"PT Contoh {n}", token=f"g{n}") for n in range(77)
    )
    wished = [(seller, buyer, "guest") for buyer in buyers for seller in chance.sample(sellers, 25)]
    wished += [(seller, buyer, "exhibitor") for seller in sellers for buyer in chance.sample(buyers, 6)]
    Wish.objects.bulk_create(Wish(exhibitor=seller, guest=buyer, by=by) for seller, buyer, by in wished)
    plan = times.Plan(first, in_days(11), time(8), time(16), 20)
    slots.generate(event=event, plan=plan, actor=DESK)
    return event
