"""The fictional temu bisnis of the demonstration: in a few weeks, two days, with its schedule.

Everybody in it is invented, and it is made through the services that the pages use.
"""

from datetime import date, time, timedelta
from typing import Any

from django.conf import settings

from marketplace.common.actor import SYSTEM
from marketplace.pesantren.models import Partner
from marketplace.programme import states
from marketplace.programme.events import queries as event_queries
from marketplace.programme.events import times
from marketplace.programme.models import Event, Exhibitor, Guest, Participation, ProgrammeYear
from marketplace.programme.services import (
    catalogues,
    events,
    exhibitors,
    guests,
    schedules,
    slots,
    wishes,
)
from marketplace.programme.services.exhibitors import Samples
from marketplace.reference.models import Province, Regency
from marketplace.reference.working_days import is_working_day, today
from offtakers.models import Company

NAME = "Temu Bisnis Contoh (fiktif)"
BANDUNG = "32.73"
MOST_EXHIBITORS, GOODS = 12, 3
MEMBER = "pesantren@example.com"  # of the demonstration: its pesantren comes
THURSDAY = 3
# More who come, without goods on sale here: name, kabupaten or kota, sector of its registration.
MORE = (
    ("Pesantren Contoh Roti", "32.04", "makanan"),
    ("Pesantren Contoh Madu", "32.05", "peternakan"),
    ("Pesantren Contoh Batik", "32.06", "fesyen"),
    ("Pesantren Contoh Bambu", "32.73", "kerajinan"),
    ("Pesantren Contoh Lele", "32.01", "perikanan"),
    ("Pesantren Contoh Sirup", "32.04", "minuman"),
    ("Pesantren Contoh Beras", "32.05", "pertanian"),
    ("Pesantren Contoh Mukena", "32.06", "fesyen"),
    ("Pesantren Contoh Sapi", "32.01", "peternakan"),
)
# name, country, language, sectors, what it looks for
GUESTS = (
    (
        "Contoh Ritel Nusantara (fiktif)",
        "ID",
        "id",
        ["makanan", "minuman"],
        "Keripik dan kopi, 500 pak sebulan",
    ),
    (
        "Contoh Hotel Parahyangan (fiktif)",
        "ID",
        "id",
        ["pertanian", "makanan"],
        "Sayur dan buah segar tiap minggu",
    ),
    ("Contoh Busana Muslim (fiktif)", "ID", "id", ["fesyen"], "Sarung dan mukena untuk 12 toko"),
    ("Contoh Koperasi Pegawai (fiktif)", "ID", "id", ["perdagangan"], "Beras dan gula untuk 800 anggota"),
    ("Contoh Foods Trading (fictional)", "AE", "ar", ["pertanian"], "Mangosteen and salak, weekly by air"),
    (
        "Contoh Import House (fictional)",
        "NL",
        "en",
        ["minuman"],
        "Coffee, green beans, one container a quarter",
    ),
)


def put() -> bool:
    """Make it, unless it is there already or there is nobody to come. True if it was made."""
    province = Province.objects.filter(code=settings.HOME_PROVINCE).first()
    partners = _partners(province) if province else []
    if province is None or not partners or Event.objects.filter(name=NAME, is_fictional=True).exists():
        return False
    event = _event(province)
    partners = [*partners, *_more(event)][:MOST_EXHIBITORS]
    rows = exhibitors.invite(event=event, partners=partners, actor=SYSTEM)
    events.move(event=event, to=states.OPEN, actor=SYSTEM)
    event.refresh_from_db()
    sellers = [_exhibitor(row, n) for n, row in enumerate(rows)]
    buyers = [*_companies(event), *_typed(event)]
    _wish(sellers, buyers)
    slots.generate(event=event, plan=_plan(event), actor=SYSTEM)
    schedules.make(row=schedules.ask(event=event, actor=SYSTEM))
    catalogues.ask(event=event, language="id")
    return True


def _partners(province: Province) -> list[Partner]:
    """Fictional ones that sell; the one whose member the demonstration signs in comes first."""
    rows = Partner.objects.filter(
        regency__province=province, is_fictional=True, sells=True, suspended_at=None
    )
    rows = rows.filter(products__is_public=True).distinct()
    mine = set(rows.filter(members__user__email=MEMBER).values_list("pk", flat=True))
    found = sorted(rows.select_related("regency"), key=lambda row: (row.pk not in mine, row.pk))
    return found[:MOST_EXHIBITORS]


def _more(event: Event) -> list[Partner]:
    """Fictional pesantren of the year, told by the sectors they registered with."""
    found = []
    for n, (name, regency, sector) in enumerate(MORE, start=1):
        place = Regency.objects.filter(code=regency, province=event.province).first()
        if place is None:
            continue
        facts = {"name": name, "regency": place, "is_fictional": True}
        partner = Partner.objects.get_or_create(code=f"contoh-peserta-{n}", defaults=facts)[0]
        if not Participation.objects.filter(province=event.province, partner=partner).exists():
            Participation.objects.create(
                province=event.province,
                year=event.year,
                nspp=f"9999000000{n:02d}",
                name=name,
                regency=place,
                category=Participation.START_UP,
                sector=sector,
                partner=partner,
            )
        found.append(partner)
    return found


def _event(province: Province) -> Event:
    year = ProgrammeYear.objects.get_or_create(
        province=province,
        year=today().year,
        is_historic=False,
        defaults={"state": states.OPEN, "is_fictional": True},
    )[0]
    first = _a_thursday(today() + timedelta(days=10))
    facts = {
        "year": year,
        "kind": Event.TEMU_BISNIS,
        "mode": Event.BOTH,
        "name": NAME,
        "country": "ID",
        "city": "",
        "regency": Regency.objects.filter(code=BANDUNG).first(),
        "address": "Gedung Contoh, Jl. Contoh No. 1",
        "link": "https://example.com/temu-bisnis",
        "starts_on": first,
        "ends_on": first + timedelta(days=1),
        "time_zone": "Asia/Jakarta",
        "minutes": 20,
        "most_meetings": 8,
    }
    made = events.keep(event=None, province=province, facts=facts, actor=SYSTEM)
    Event.objects.filter(pk=made.pk).update(is_fictional=True)
    made.refresh_from_db()
    return made


def _a_thursday(day: date) -> date:
    """With the Friday behind it, so that the break of its prayer is seen; neither is a holiday."""
    day += timedelta(days=(THURSDAY - day.weekday()) % 7)
    while not (is_working_day(day) and is_working_day(day + timedelta(days=1))):
        day += timedelta(days=7)
    return day


def _plan(event: Event) -> times.Plan:
    assert event.starts_on is not None
    assert event.ends_on is not None
    breaks = (
        times.Break(time(12), time(13), "Zuhur dan makan siang", on_friday=False),
        times.Break(time(11, 30), time(13), "Salat Jumat dan makan siang", on_friday=True),
    )
    return times.Plan(event.starts_on, event.ends_on, time(9), time(15), event.minutes, breaks)


def _exhibitor(row: Exhibitor, n: int) -> Exhibitor:
    """In its booth, with a few products; the last has not answered yet."""
    row.event.refresh_from_db()
    exhibitors.place(exhibitor=row, booth=f"A{n + 1}", note="", actor=SYSTEM)
    goods = event_queries.goods_of(row.partner)[:GOODS]
    shown = {product.pk: Samples(taken=10) for product in goods}
    exhibitors.show(exhibitor=row, goods=shown, actor=SYSTEM)
    if n < MOST_EXHIBITORS - 1:
        exhibitors.answer(side=row, comes=True, actor=SYSTEM)
    return row


def _companies(event: Event) -> list[Guest]:
    """The demonstration's own companies; their people find the invitation in their account."""
    rows = Company.objects.filter(name__icontains="contoh", state="verified").order_by("pk")[:2]
    found = []
    for company in rows:
        language = "id" if company.country == "ID" else "en"
        found.append(guests.add_company(event=event, company=company, language=language, actor=SYSTEM))
    return found


def _typed(event: Event) -> list[Guest]:
    found = []
    for n, (name, country, language, sectors, looks_for) in enumerate(GUESTS):
        facts: dict[str, Any] = {
            "name": name,
            "country": country,
            "contact": f"Contoh Tamu {n + 1}",
            "email": f"tamu{n + 1}@example.com",
            "language": language,
            "sectors": sectors,
            "looks_for": looks_for,
        }
        row = guests.add(event=event, facts=facts, actor=SYSTEM)
        exhibitors.answer(side=row, comes=True, actor=SYSTEM)
        found.append(row)
    return found


def _wish(sellers: list[Exhibitor], buyers: list[Guest]) -> None:
    """Some wishes of both, some of one side, and a buyer whom everybody would like to meet."""
    for n, buyer in enumerate(buyers):
        wanted = {sellers[(n * 2 + step) % len(sellers)].pk for step in range(4)}
        wishes.choose(side=buyer, shown=[row.pk for row in sellers], wanted=wanted)
    for n, seller in enumerate(sellers):
        wanted = {buyers[(n // 2) % len(buyers)].pk, buyers[(n + 3) % len(buyers)].pk, buyers[0].pk}
        wishes.choose(side=seller, shown=[row.pk for row in buyers], wanted=wanted)
