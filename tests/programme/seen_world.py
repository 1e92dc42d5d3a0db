"""Rows for tests of statistics: the historic years of the home province, and commitments of invented parties."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core.cache import cache

from marketplace.pesantren.models import Partner
from marketplace.programme import numbers, states
from marketplace.programme.models import (
    Award,
    Commitment,
    Event,
    Exhibitor,
    Figure,
    Guest,
    Participation,
    ProgrammeYear,
    Settlement,
)
from marketplace.reference.models import Province, Regency
from tests.factories.catalogue import make_pesantren, make_regency

SOURCE = ("Contoh Berita", "https://news.example.com/")
SUMS = {  # year: (rupiah, participants, first, last)
    2019: (1_400_000_000, 1074, None, None),
    2020: (21_020_000_000, 500, date(2020, 12, 5), date(2020, 12, 8)),
    2021: (136_500_000_000, 1000, date(2021, 8, 1), date(2021, 12, 31)),
    2022: (42_100_000_000, 270, date(2022, 11, 28), date(2022, 11, 28)),
}
ACCEPTED = {2019: 1074, 2020: 500, 2021: 1000, 2022: 270, 2023: 2174}


def home() -> Province:
    """West Java, with Kota Bandung and the regencies that a test asks for."""
    return make_regency("32.73").province


def figure(year: ProgrammeYear, code: str, value: int, **facts: Any) -> Figure:
    unit = Figure.RUPIAH if code in (Figure.POTENTIAL, Figure.POTENTIAL_DAY) else Figure.PESANTREN
    more = {"unit": unit, "source": SOURCE[0], "source_url": f"{SOURCE[1]}{year.year}/{code}"} | facts
    return Figure.objects.create(year=year, code=code, value=value, **more)


def past() -> dict[int, ProgrammeYear]:
    """2019 to 2023 as the press had them: participants of each, four sums, and the day of 2021 by itself."""
    province = home()
    found = {}
    for number, accepted in ACCEPTED.items():
        year = ProgrammeYear.objects.create(
            province=province, year=number, state=states.CLOSED, is_historic=True
        )
        figure(year, Figure.ACCEPTED, accepted)
        if number in SUMS:
            rupiah, participants, first, last = SUMS[number]
            window = {
                "window_id": f"jendela {number}",
                "window_en": f"window {number}",
                "window_ar": f"{number}",
            }
            figure(
                year, Figure.POTENTIAL, rupiah, participants=participants, first=first, last=last, **window
            )
        found[number] = year
    figure(found[2021], Figure.POTENTIAL_DAY, 6_200_000_000, window_id="hari acara")
    cache.clear()
    return found


def winner(year: ProgrammeYear, name: str, **facts: Any) -> Award:
    more = {"title": "Juara OPOP", "source": SOURCE[0], "source_url": SOURCE[1]} | facts
    return Award.objects.create(year=year, name=name, **more)


def old_event(year: ProgrammeYear, name: str, kind: str = Event.EXHIBITION, **facts: Any) -> Event:
    more = {"source": SOURCE[0], "source_url": SOURCE[1], "is_historic": True} | facts
    return an_event(year, name=name, kind=kind, state=states.CLOSED, **more)


def this_year(number: int = 2026, province: Province | None = None) -> ProgrammeYear:
    return ProgrammeYear.objects.create(province=province or home(), year=number, state=states.RUNNING)


def an_event(year: ProgrammeYear, **facts: Any) -> Event:
    more = {
        "number": numbers.event_number(),
        "name": "Contoh Temu Bisnis",
        "starts_on": date(2026, 6, 1),
    } | facts
    return Event.objects.create(province=year.province, year=year, **more)


def seller(code: str, regency: str = "32.73") -> Partner:
    return make_pesantren(f"contoh-{code}", regency=make_regency(regency), name=f"Pesantren Contoh {code}")


def participant(year: ProgrammeYear, nspp: str, regency: str = "32.73", **facts: Any) -> Participation:
    more = {
        "name": f"Pesantren Contoh {nspp}",
        "category": Participation.START_UP,
        "sector": "makanan",
    } | facts
    return Participation.objects.create(
        province=year.province, year=year, nspp=nspp, regency=make_regency(regency), **more
    )


def exhibitor(event: Event, partner: Partner) -> Exhibitor:
    now = datetime.now(UTC)
    found, _new = Exhibitor.objects.get_or_create(
        event=event, partner=partner, defaults={"token": numbers.token(), "accepted_at": now}
    )
    return found


def guest(event: Event, name: str, country: str = "ID") -> Guest:
    found, _new = Guest.objects.get_or_create(
        event=event, name=name, defaults={"country": country, "token": numbers.token()}
    )
    return found


def promised(event: Event, partner: Partner, buyer: str, rupiah: int, **facts: Any) -> Commitment:
    """Confirmed by both sides unless `state` says otherwise."""
    at = datetime(2026, 6, 1, 3, tzinfo=UTC)
    country = facts.pop("country", "ID")
    state = facts.pop("state", states.CONFIRMED)
    said = {"seller_said_at": at, "buyer_said_at": at} if state == states.CONFIRMED else {}
    more = said | {"recorded_at": at} | facts
    return Commitment.objects.create(
        number=numbers.commitment_number(),
        event=event,
        exhibitor=exhibitor(event, partner),
        guest=guest(event, buyer, country),
        state=state,
        what="Kopi",
        value=rupiah,
        rupiah=rupiah,
        seller_token=numbers.token(),
        buyer_token=numbers.token(),
        **more,
    )


def settled(commitment: Commitment, rupiah: int, both: bool = True) -> Settlement:
    at = commitment.recorded_at + timedelta(days=30)
    return Settlement.objects.create(
        commitment=commitment,
        token=uuid4().hex,
        rupiah=rupiah,
        settled_on=at.date(),
        file="private/programme/evidence/contoh",
        file_name="bukti.pdf",
        file_kind="application/pdf",
        said_by="seller",
        seller_said_at=at,
        buyer_said_at=at if both else None,
    )


def regencies(*codes: str) -> list[Regency]:
    return [make_regency(code) for code in codes]
