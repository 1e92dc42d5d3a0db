"""Fictional promises of the demonstration: a dozen in several states, some of them linked to the demonstration's own
fictional orders and contracts. Everything is made through the services that the pages use; a second time nothing new.
"""

from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image

from marketplace.common.actor import SYSTEM
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.pesantren.models import Partner
from marketplace.programme import numbers, states
from marketplace.programme.models import Commitment, Event, Exhibitor, Guest, Lead, ProgrammeYear
from marketplace.programme.services import commitments, leads, links, settlements
from marketplace.programme.services.commitments import Promise, version
from marketplace.programme.services.links import LinkError
from marketplace.programme.states import BUYER, SELLER
from marketplace.reference.models import Province
from marketplace.reference.working_days import JAKARTA, today
from marketplace.sourcing.models import Contract
from offtakers.models import Company

# (what, quantity, unit, rupiah, kind, what happens: r recorded, s seller said yes, c confirmed, d different,
#  x closed, e settled elsewhere and confirmed, w settled elsewhere and waiting)
PROMISES = [
    ("Keripik singkong contoh", 2_000, "bungkus", 30_000_000, Commitment.COMMITMENT, "r"),
    ("Kopi sangrai contoh", 500, "kg", 75_000_000, Commitment.LOI, "s"),
    ("Sarung tenun contoh", 400, "potong", 62_000_000, Commitment.PO, "c"),
    ("Ikan lele beku contoh", 3_000, "kg", 96_000_000, Commitment.COMMITMENT, "d"),
    ("Madu contoh", 300, "botol", 27_000_000, Commitment.LOI, "x"),
    ("Beras contoh", 10_000, "kg", 130_000_000, Commitment.CONTRACT, "e"),
    ("Roti contoh", 6_000, "potong", 18_000_000, Commitment.COMMITMENT, "w"),
    ("Anyaman bambu contoh", 250, "potong", 21_000_000, Commitment.COMMITMENT, "c"),
]
MOST_LINKED = 4
BUYERS = [
    "CV Contoh Katering Sejahtera",
    "PT Contoh Ritel Nusantara",
    "Contoh Hotel Bandung",
    "Contoh Foods LLC",
]


PAST = "Temu Bisnis Contoh musim lalu (fiktif)"
DAYS_AGO = 30


def past_event() -> Event | None:
    """The fictional temu bisnis a month ago at which all this was promised; made once. None without home province."""
    province = Province.objects.filter(code=settings.HOME_PROVINCE).first()
    if province is None:
        return None
    day = today() - timedelta(days=DAYS_AGO)
    year = ProgrammeYear.objects.get_or_create(
        province=province, year=day.year, defaults={"state": states.RUNNING, "is_fictional": True}
    )[0]
    facts = {
        "number": numbers.event_number(),
        "year": year,
        "address": "Gedung Contoh, Jl. Contoh No. 1",
        "starts_on": day,
        "ends_on": day,
        "state": states.CLOSED,
    }
    return Event.objects.get_or_create(province=province, name=PAST, is_fictional=True, defaults=facts)[0]


def put(event: Event) -> int:
    """Make what is not there yet; how many promises the event has then. Needs fictional pesantren; only for an event
    marked as fictional."""
    sellers = list(Partner.objects.filter(is_fictional=True, sells=True).order_by("code")[:8])
    if not event.is_fictional or not sellers:
        return 0
    for nth, (what, quantity, unit, rupiah, kind, way) in enumerate(PROMISES):
        promise = Promise(
            kind=kind,
            what=what,
            value=Money(rupiah),
            quantity=quantity,
            unit=unit,
            due_on=today() + timedelta(days=30),
        )
        partner = sellers[nth % len(sellers)]
        _walk(_record(event, partner, _guest(event, BUYERS[nth % len(BUYERS)]), promise, nth), way)
    _linked(event)
    _leads(event)
    return event.commitments.count()


def _key(event: Event, nth: object) -> UUID:
    return uuid5(NAMESPACE_URL, f"demo-commitment/{event.number}/{nth}")


def _record(event: Event, partner: Partner, guest: Guest, promise: Promise, nth: object) -> Commitment:
    came = _on_the_day(event)
    facts = {"token": numbers.token(), "accepted_at": came, "checked_in_at": came}
    exhibitor = Exhibitor.objects.get_or_create(event=event, partner=partner, defaults=facts)[0]
    return commitments.record(
        event=event,
        exhibitor=exhibitor,
        guest=guest,
        promise=promise,
        key=_key(event, nth),
        actor=SYSTEM,
        recorded_at=_on_the_day(event),
    )


def _on_the_day(event: Event) -> datetime | None:
    """Ten in the morning of an event that is over; else now."""
    day = event.ends_on
    return datetime.combine(day, time(10), JAKARTA) if day and day < today() else None


def _guest(event: Event, name: str) -> Guest:
    found = Guest.objects.filter(event=event, name=name).first()
    country = "AE" if name.endswith("LLC") else "ID"
    return found or Guest.objects.create(event=event, name=name, country=country, token=numbers.token())


def _walk(made: Commitment, way: str) -> None:
    """From recorded to where it shall stand; only if it has not begun yet."""
    if made.state != "recorded" or made.seller_said_at:
        return
    if way == "d":
        commitments.dispute(commitment=made, side=BUYER, why="Jumlahnya 2.000 kg (contoh)", actor=SYSTEM)
    elif way != "r":
        sides = (SELLER,) if way == "s" else (SELLER, BUYER)
        for side in sides:
            commitments.confirm(commitment=made, side=side, seen=version(made), actor=SYSTEM)
    if way == "x":
        commitments.close(commitment=made, why="Pembeli memilih pemasok lain (contoh)", actor=SYSTEM)
    if way in "ew":
        row = settlements.report(
            commitment=made,
            by=SELLER,
            rupiah=made.rupiah * 9 // 10,
            settled_on=today(),
            file=_paper(),
            actor=SYSTEM,
        )
        if way == "e":
            settlements.answer(settlement=row, side=BUYER, is_so=True, actor=SYSTEM)


def _paper() -> Any:
    """A white picture in place of a transfer slip."""
    content = BytesIO()
    Image.new("RGB", (200, 100), "white").save(content, "PNG")
    file: Any = ContentFile(content.getvalue(), name="bukti-contoh.png")
    file.kind = "png"
    return file


def _linked(event: Event) -> None:
    """Promises of the demonstration's own companies that became its own contracts and orders."""
    taken = 0
    for contract in Contract.objects.filter(seller__is_fictional=True, commitment_link=None).order_by("pk"):
        if taken < MOST_LINKED // 2:
            taken += _became(
                event, contract.company, contract.seller, f"contract-{contract.pk}", contract=contract
            )
    orders = Order.objects.filter(
        dues__company__isnull=False, commitment_link=None, sold_by=None, call_off=None
    )
    for order in orders.distinct().order_by("pk"):
        if taken < MOST_LINKED:
            company = Company.objects.get(pk=order.dues.exclude(company=None).values("company")[:1])
            part = order.fulfilments.filter(partner__is_fictional=True).order_by("pk").first()
            if part:
                taken += _became(event, company, part.partner, f"order-{order.pk}", order=order)


def _became(event: Event, company: Company, partner: Partner, nth: str, **what: Any) -> bool:
    guest = Guest.objects.filter(event=event, company=company).first() or Guest.objects.create(
        event=event,
        company=company,
        name=company.name,
        country=company.country,
        token=numbers.token(),
    )
    promise = Promise(kind=Commitment.COMMITMENT, what="Pasokan contoh", value=Money(50_000_000))
    made = _record(event, partner, guest, promise, nth)
    _walk(made, "c")
    try:
        links.link(commitment=made, actor=SYSTEM, **what)
    except LinkError:
        return False
    return True


def _leads(event: Event) -> None:
    for nth, (company, wants, days) in enumerate(
        [("Contoh Trading LLC", "Kopi arabika contoh, 2 ton", 0), ("Contoh Gıda A.Ş.", "Gula aren contoh", 5)]
    ):
        facts = {
            "company": company,
            "wants": wants,
            "country": "AE" if "LLC" in company else "TR",
            "email": f"lead{nth}@example.com",
            "follow_on": today() + timedelta(days=days),
        }
        if not Lead.objects.filter(key=_key(event, f"lead-{nth}")).exists():
            leads.note(event=event, facts=facts, key=_key(event, f"lead-{nth}"), actor=SYSTEM)
