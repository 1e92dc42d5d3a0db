"""The programme for tests: an invented second province, years, officers, participants, events and what was promised."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from marketplace.programme import numbers, states
from marketplace.programme.models import (
    Commitment,
    Event,
    Exhibitor,
    Guest,
    Officer,
    Participation,
    ProgrammeYear,
)
from marketplace.reference.models import Province, Regency
from tests.factories.catalogue import make_pesantren, make_regency, make_user

HOME, OTHER = "32", "98"
_numbers = count(1)


def make_province(code: str = OTHER) -> Province:
    """The home province, or the invented one with two kabupaten that are on no map."""
    if code == HOME:
        return make_regency("32.73").province
    province = Province.objects.get_or_create(code=code, defaults={"name": "Provinsi Contoh"})[0]
    for number, name in (("01", "Contoh Utara"), ("02", "Contoh Selatan")):
        facts = {"kind": Regency.KABUPATEN, "name": name, "province": province}
        Regency.objects.get_or_create(code=f"{code}.{number}", defaults=facts)
    return province


def make_year(year: int = 2026, province: Province | None = None, **kw: Any) -> ProgrammeYear:
    """A year of the home province that is open for registration; every field may be given."""
    facts = {"state": states.OPEN, "target": 100, "is_fictional": True} | kw
    return ProgrammeYear.objects.get_or_create(
        province=province or make_province(HOME), year=year, defaults=facts
    )[0]


def make_officer(email: str = "officer@example.com", province: Province | None = None, **kw: Any) -> Any:
    """A person with the staff role "programme"; of the invented province, unless another is given."""
    person = make_user(email, staff_role="programme", **kw)
    Officer.objects.create(user=person, province=province or make_province(OTHER))
    return person


def make_participation(year: ProgrammeYear | None = None, **kw: Any) -> Participation:
    """One pesantren in a year; `reached` follows `state` unless it left. Every field may be given."""
    year, number = year or make_year(), next(_numbers)
    state = kw.get("state", states.REGISTERED)
    home = year.province.code == HOME
    facts = {
        "nspp": f"5100{number:08d}",
        "name": f"Pesantren Contoh {number}",
        "regency": make_regency("32.04") if home else year.province.regencies.order_by("code").first(),
        "district": "Soreang" if home else "",
        "category": Participation.START_UP,
        "sector": "makanan",
        "product": "Roti",
        "contact": "Contoh Pengurus",
        "phone": "+6281234567890",
        "reached": states.REGISTERED if state == states.LEFT else state,
        "left_why": "uji" if state == states.LEFT else "",
    }
    return Participation.objects.create(province=year.province, year=year, **(facts | kw))


def make_event(year: ProgrammeYear | None = None, **kw: Any) -> Event:
    """A temu bisnis of one day in Kota Bandung, open for wishes, today."""
    year = year or make_year()
    today = timezone.localdate()
    facts = {
        "number": numbers.event_number(),
        "name": f"Temu Bisnis Contoh {next(_numbers)}",
        "state": states.OPEN,
        "city": "Bandung",
        "starts_on": today,
        "ends_on": today,
        "is_fictional": True,
    }
    return Event.objects.create(province=year.province, year=year, **(facts | kw))


def make_exhibitor(event: Event | None = None, partner: Any = None, **kw: Any) -> Exhibitor:
    """A pesantren that said it comes."""
    number = next(_numbers)
    facts = {"token": numbers.token(), "booth": f"B{number}", "accepted_at": timezone.now()} | kw
    return Exhibitor.objects.create(
        event=event or make_event(), partner=partner or make_pesantren(f"contoh-peserta-{number}"), **facts
    )


def make_guest(event: Event | None = None, **kw: Any) -> Guest:
    """A buyer that said it comes; known by name alone unless `company` is given."""
    number = next(_numbers)
    facts = {
        "name": f"PT Contoh Pembeli {number}",
        "email": f"tamu{number}@example.com",
        "sectors": ["makanan"],
        "token": numbers.token(),
        "accepted_at": timezone.now(),
    }
    return Guest.objects.create(event=event or make_event(), **(facts | kw))


def make_commitment(
    exhibitor: Exhibitor | None = None,
    guest: Guest | None = None,
    rupiah: int = 10_000_000,
    state: str = states.CONFIRMED,
    **kw: Any,
) -> Commitment:
    """What both promised, confirmed by both unless another state is given."""
    exhibitor = exhibitor or make_exhibitor()
    guest = guest or make_guest(exhibitor.event)
    now = timezone.now()
    said = {"seller_said_at": now, "buyer_said_at": now} if state == states.CONFIRMED else {}
    closed = {"closed_why": "uji", "closed_at": now} if state == states.CLOSED else {}
    facts = {
        "number": numbers.commitment_number(),
        "event": exhibitor.event,
        "state": state,
        "what": "Roti",
        "value": rupiah,
        "rupiah": rupiah,
        "seller_token": numbers.token(),
        "buyer_token": numbers.token(),
        "due_on": timezone.localdate() + timedelta(days=30),
    }
    return Commitment.objects.create(exhibitor=exhibitor, guest=guest, **(facts | said | closed | kw))
