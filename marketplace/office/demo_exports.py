"""The fictional exports of the demonstration: fruit for Dubai whose papers are being gathered, sarongs at sea.

Parties, prices and papers are invented. Everything is made through the services that the pages use.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from catalogue.models import Product
from marketplace.common.actor import SYSTEM, Actor
from marketplace.exports import states, tariffs
from marketplace.exports.goods import units
from marketplace.exports.models import Consignment, ConsignmentLine, Event
from marketplace.exports.papers import facts, rules
from marketplace.exports.services import (
    clearing,
    consignments,
    events,
    goods,
    identities,
    issuing,
    pick_ups,
    receiving,
    uploads,
)
from marketplace.exports.services.events import Told
from marketplace.fulfilment import services as fulfilment
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.fulfilment.services.contracted import Bought, ContractTerms, place_contracted
from marketplace.fulfilment.services.placing import Buyer
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.orders.sold import Sold
from marketplace.orders.utils import texts
from marketplace.payments import services as payments
from marketplace.payments import states as due_states
from marketplace.people.models import User
from marketplace.pesantren.models import Partner
from marketplace.reference.models import Port
from marketplace.reference.working_days import today
from offtakers.models import Company

EXPORTER, IMPORTER, SECOND = "contoh-eksportir", "importer@example.com", "export2@example.com"
# listing: (kilograms or pieces, US cents for one)
FRUIT = {
    "contoh-manggis-super": (300, 260),
    "contoh-rambutan": (100, 130),
    "contoh-salak": (80, 120),
    "contoh-jengkol": (50, 360),
}
CLOTH = {"contoh-sarung-tenun": (100, 1_100)}
IDENTITY = {
    "name": "Koperasi Contoh Eksportir (fiktif)",
    "address": "Jl. Contoh No. 2, Kota Bandung, Jawa Barat, Indonesia",
    "npwp": "0000000000000000",
    "nib": "0000000000000",
    "rex": "",
    "customs_office": "KPPBC Contoh Soekarno-Hatta",
    "export_type": "Ekspor biasa",
    "facility": "Tanpa fasilitas",
}


def put() -> bool:
    """Make them, unless the importer has a consignment already. True if they were made."""
    company = Company.objects.filter(members__user__email=IMPORTER).first()
    exporter = Partner.objects.filter(code=EXPORTER, is_exporter=True).first()
    if company is None or exporter is None or Consignment.objects.filter(company=company).exists():
        return False
    identities.keep(exporter=exporter, facts=IDENTITY, actor=SYSTEM)
    order = _paid(_order(company, exporter))
    fruit, cloth = order.fulfilments.order_by("pk")
    for part in (fruit, cloth):
        fulfilment.accept(fulfilment=part, actor=SYSTEM)
        fulfilment.pack(fulfilment=part, actor=SYSTEM)
    _receive(exporter, fruit)
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    _fruit(exporter, company, fruit, now + timedelta(days=2))
    _cloth(exporter, company, cloth, now - timedelta(days=6))
    return True


def _order(company: Company, exporter: Partner) -> Order:
    """The exporter sells: the importer does not read the pesantren's prices, nor they its name."""
    person = User.objects.get(email=IMPORTER)
    lines, sold = [], []
    for name, (quantity, cents) in (FRUIT | CLOTH).items():
        product, price = Product.objects.select_related("unit").get(slug=name), Money(cents, "USD")
        lines.append(Bought(product.stockrecords.get(), quantity, price, sold_price=price))
        sold.append(Sold(str(product.title_en), quantity, texts(product.unit, "name"), price))
    return place_contracted(
        buyer=Buyer(company.name, IMPORTER, company.phone, "en", person),
        lines=lines,
        terms=ContractTerms(
            currency="USD",
            channel="export",
            claim_hours=48,
            release_on="acceptance",
            ready_on=today(),
            arrives_to=today() + timedelta(days=21),
            delivery_name="CPT Dubai (AEDXB)",
            kind="cargo",
            sold_by=exporter,
            sold=sold,
        ),
        steps=[payments.Step(due_states.FULL, 10_000, timezone.now() + timedelta(days=7))],
        place_key=uuid5(NAMESPACE_URL, "demo-exports"),
        actor=Actor.of(person),
    )


def _paid(order: Order) -> Order:
    """The importer's transfer arrived, and the office said whose it is."""
    for due in order.dues.all():
        money = payments.record_receipt(
            amount=due.missing,
            received_on=today(),
            payer="CONTOH TRADING LLC",
            bank_reference="SWIFT-CONTOH-EKSPOR",
            note=due.reference,
            actor=SYSTEM,
        )
        payments.match(receipt=money, due=due, actor=SYSTEM)
    return order


def _receive(exporter: Partner, part: Fulfilment) -> None:
    """A truck brought the fruit; of 300 kg manggis 290 passed."""
    house = pick_ups.keep_house(
        exporter=exporter,
        name="Rumah Kemas Contoh",
        address="Jl. Contoh No. 3",
        regency=exporter.regency,
        actor=SYSTEM,
    )
    truck = pick_ups.plan(
        house=house, day=today(), vehicle="D 0000 XX", stops=[pick_ups.Stop(part)], actor=SYSTEM
    )
    pick_ups.arrive(pick_up=truck, actor=SYSTEM)
    receipt = receiving.open_receipt(
        part=part, house=house, pick_up=truck, actor=SYSTEM, grader="Contoh Juru Timbang"
    )
    for line in part.lines.select_related("line__product"):
        whole = line.quantity * 1000
        less = 10_000 if line.line.product.slug == "contoh-manggis-super" else 0
        amounts = {"weighed": whole, "accepted": whole - less, "rejected": less}
        why = "getah kuning" if less else ""
        receiving.weigh(receipt=receipt, line=line, lot=None, amounts=amounts, reason=why, actor=SYSTEM)
    receiving.close(receipt=receipt, actor=SYSTEM)


def _wanted(part: Fulfilment, each: int, packing: str, tare_g: int, size: tuple[int, int, int]) -> Any:
    """All that is left of a part, so many units to a package."""
    rows = part.lines.select_related("fulfilment__order", "line__product__commodity", "line__product__unit")
    return [_line(line, each, packing, tare_g, size) for line in rows.order_by("pk")]


def _line(
    line: FulfilmentLine, each: int, packing: str, tare_g: int, size: tuple[int, int, int]
) -> goods.Wanted:
    product = line.line.product
    packages = -(-line.quantity // each)
    net = units.net_g(line) * line.quantity
    words = {
        "description": str(product.title_en)[:120],
        "unit_value": line.unit_price.minor,
        "packing": packing,
        "packages": packages,
        "net_g": net,
        "gross_g": net + packages * tare_g,
        "hs_origin": tariffs.code_of(product, "ID"),
        "hs_destination": tariffs.code_of(product, "AE"),
    }
    sizes = dict(zip(("length_mm", "width_mm", "height_mm"), size, strict=True))
    return goods.Wanted(line, None, line.quantity, words | sizes)


def _make(exporter: Partner, company: Company, wanted: Any, plan: Mapping[str, Any]) -> Consignment:
    common = {"incoterm": "CPT", "country": "AE", "window_last": today() + timedelta(days=21)}
    return consignments.make(
        exporter=exporter,
        company=company,
        consignee=company.places.filter(kind="consignee").first(),
        currency="USD",
        plan={**common, **plan},
        wanted=wanted,
        actor=SYSTEM,
    )


def _fruit(exporter: Partner, company: Company, part: Fulfilment, leaves: datetime) -> None:
    """Booked on a flight; some papers are made, others are missing."""
    made = _make(
        exporter,
        company,
        _wanted(part, 10, ConsignmentLine.Packing.BASKET, 600, (400, 300, 200)),
        {
            "mode": states.AIR,
            "place": "Dubai (AEDXB)",
            "origin": Port.objects.get(code="IDCGK"),
            "destination": Port.objects.get(code="AEDXB"),
            "setpoint": 13,
            "carrier": "Contoh Air Cargo",
            "voyage": "XX 123",
            "booking": "CONTOH-AIR-1",
            "transport_number": "176-00000011",
            "cutoff_at": leaves - timedelta(hours=10),
            "departs_at": leaves,
            "arrives_at": leaves + timedelta(hours=14),
            "freight": 85_000,
        },
    )
    _bring(made, "proforma_invoice", "commercial_invoice", "packing_list", "letter_of_instruction", "booking")


def _cloth(exporter: Partner, company: Company, part: Fulfilment, left: datetime) -> None:
    """Left six days ago with all its papers."""
    made = _make(
        exporter,
        company,
        _wanted(part, 20, ConsignmentLine.Packing.CARTON, 900, (600, 400, 400)),
        {
            "mode": states.SEA,
            "place": "Jebel Ali (AEJEA)",
            "origin": Port.objects.get(code="IDJKT"),
            "destination": Port.objects.get(code="AEJEA"),
            "carrier": "Contoh Line",
            "voyage": "MV Contoh 012W",
            "booking": "CONTOH-SEA-1",
            "transport_number": "CONTOHBL0001",
            "container": "CSQU3054383",
            "cutoff_at": left - timedelta(days=1),
            "departs_at": left,
            "arrives_at": left + timedelta(days=17),
            "freight": 12_000,
        },
    )
    before = {paper.kind for paper in made.papers.exclude(needed_before=states.BEFORE_ARRIVAL)}
    _bring(made, *(kind for kind in rules.order() if kind in before))
    clearing.clear_to_load(consignment=made, actor=SYSTEM)
    for code, at in (("GTIN", left - timedelta(days=1)), ("LOAD", left - timedelta(hours=6)), ("DEPA", left)):
        told = Told(code=code, at=at, source=Event.HAND, source_id=f"demo-{code}", offset_minutes=420)
        events.record(consignment=made, told=told, actor=SYSTEM)


def _bring(made: Consignment, *kinds: str) -> None:
    """Issue these papers, or upload and accept what others would issue."""
    person = User.objects.get(email=SECOND)
    for kind in kinds:
        paper = made.papers.get(kind=kind)
        if rules.kinds()[kind].made_here:
            issuing.issue(paper=paper, actor=SYSTEM)
            if rules.kinds()[kind].two_people:
                issuing.confirm(paper=paper, actor=Actor.of(person), person=person)
            continue
        numbers = {"transport_document": made.transport_number, "booking": made.booking}
        stated = uploads.Stated(numbers.get(kind, f"CONTOH-{kind}"[:60].upper()), today())
        uploads.upload(paper=paper, file=_scan(rules.kinds()[kind].name_en), stated=stated, actor=SYSTEM)
        uploads.accept(paper=paper, seen=_figures(made), actor=SYSTEM, person=person)
    made.refresh_from_db()


def _figures(made: Consignment) -> dict[str, int]:
    found = facts.facts_of(made)
    total = found["totals"]
    return {"packages": total["packages"], "gross_g": total["gross_g"], "fob": found["values"]["fob"]}


def _scan(name: str) -> Any:
    """A page that says what it is."""
    picture, file = Image.new("RGB", (840, 1188), "white"), BytesIO()
    words = f"CONTOH / EXAMPLE\n\n{name}\n\nAn invented paper."
    ImageDraw.Draw(picture).text((60, 60), words, fill="black", font_size=32)
    picture.save(file, "PNG")
    return ContentFile(file.getvalue(), name="contoh.png")
