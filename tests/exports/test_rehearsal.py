"""The first export to Dubai, rehearsed with fictional parties, from the call-off to the buyer's signature.

Fruit travels at 13 °C by air, sarongs dry by sea: two consignments of one order. Of 600 kg manggis the packing house
accepts 590, and the buyer 580.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.utils import timezone, translation

from catalogue.lots.models import Lot
from marketplace.common.actor import Actor
from marketplace.exports.models import Alert, Consignment, ConsignmentLine, Event
from marketplace.exports.papers import rules
from marketplace.exports.papers.gate import NotReady
from marketplace.exports.services import clearing, consignments, events, goods, issuing, receiving, uploads
from marketplace.exports.services.events import Told
from marketplace.exports.tracking import tasks as tracking_tasks
from marketplace.fulfilment import services as fulfilment
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.office.export_values import agreed, terms_of
from marketplace.payments.models import Refund
from tests.exports.papers_world import a_pdf, figures
from tests.factories.catalogue import make_user
from tests.factories.exports import DESK, a_port
from tests.factories.lots import a_lot
from tests.factories.rehearsal import Rehearsal, rehearsal
from tests.fulfilment.steps import total

HS = {"manggis": "08045030", "rambutan": "08109030", "salak": "08109091", "jengkol": "07089000"}
SARONG = "62114230"


def line_of(of: Rehearsal, code: str) -> FulfilmentLine:
    rows = FulfilmentLine.objects.select_related("fulfilment__order", "fulfilment__partner", "line__product")
    return rows.get(fulfilment__order=of.order, line__product__commodity__code=code)


def receive(of: Rehearsal) -> dict[str, Lot]:
    """Packed by the pesantren, then weighed: of 612 kg manggis 590.4 pass; everything else does."""
    lots = {code: a_lot(line_of(of, code).line.product, 1000) for code in HS}
    for part in (of.fruit, of.fashion):
        fulfilment.pack(fulfilment=part, actor=DESK)
    receipt = receiving.open_receipt(part=of.fruit, house=of.house, actor=DESK, grader="Contoh Juru Timbang")
    for code in HS:
        line = line_of(of, code)
        passed = {"weighed": line.quantity * 1000, "accepted": line.quantity * 1000}
        short = {"weighed": 612_000, "accepted": 590_400, "downgraded": 12_000, "rejected": 8_000}
        receiving.weigh(
            receipt=receipt,
            line=line,
            lot=lots[code],
            amounts={**short, "shrinkage": 1_600} if code == "manggis" else passed,
            grade="A",
            reason="di bawah mutu" if code == "manggis" else "",
            actor=DESK,
        )
    receiving.close(receipt=receipt, actor=DESK)
    return lots


def wanted(of: Rehearsal, code: str, lot: Lot | None) -> goods.Wanted:
    """Fruit in baskets of 10 kg, sarongs in bales of 20; FOB values as the contract gives them."""
    line = line_of(of, code)
    each, net = (10, 1000) if lot else (20, 350)
    packages = -(-line.quantity // each)
    facts = {
        "description": f"Fresh {code}" if lot else "Cotton sarongs",
        "unit_value": terms_of(of.order).unit_value(line),
        "packing": ConsignmentLine.Packing.BASKET if lot else ConsignmentLine.Packing.BALE,
        "packages": packages,
        "net_g": line.quantity * net,
        "gross_g": line.quantity * net + packages * 500,
        "length_mm": 400,
        "width_mm": 300,
        "height_mm": 200,
        "hs_origin": HS.get(code, SARONG),
    }
    return goods.Wanted(line, lot, line.quantity, facts)


def consign(of: Rehearsal, some: list[goods.Wanted], **plan: Any) -> Consignment:
    """Freight beside the FOB value, so that the invoice comes to what the contract says."""
    freight, _none = terms_of(of.order).freight_and_insurance([(one.part, one.quantity) for one in some])
    common = {"incoterm": "CPT", "country": "AE", "freight": freight, "carrier": "Contoh Angkut"}
    return consignments.make(
        exporter=of.exporter,
        company=of.company,
        currency="USD",
        plan={**common, **plan},
        wanted=some,
        actor=DESK,
    )


def noon_in(days: int) -> datetime:
    """Noon of Jakarta, so that the day of arrival does not depend on the hour of the test."""
    then = timezone.localtime() + timedelta(days=days)
    return then.replace(hour=12, minute=0, second=0, microsecond=0)


def two_consignments(
    of: Rehearsal, lots: dict[str, Lot], leaves: datetime
) -> tuple[Consignment, Consignment]:
    fruit = consign(
        of,
        [wanted(of, code, lots[code]) for code in HS],
        mode="air",
        place="Dubai (AEDXB)",
        origin=a_port("IDCGK"),
        destination=a_port("AEDXB"),
        setpoint=13,
        booking="CONTOH-AIR-1",
        transport_number="176-12345675",
        cutoff_at=leaves - timedelta(hours=12),
        departs_at=leaves,
        arrives_at=leaves + timedelta(hours=30),
    )
    dry = consign(
        of,
        [wanted(of, "sarung", None)],
        mode="sea",
        place="Jebel Ali (AEJEA)",
        origin=a_port("IDJKT"),
        destination=a_port("AEJEA"),
        booking="CONTOH-SEA-1",
        transport_number="CONTOHBL1",
        container="CSQU3054383",
        cutoff_at=leaves - timedelta(hours=12),
        departs_at=leaves,
        arrives_at=leaves + timedelta(days=16),
    )
    return fruit, dry


def bring(made: Consignment, stage: str) -> None:
    """Issue, or upload and accept, every paper that is needed before this stage, in the order of their making."""
    second = get_user_model().objects.filter(email="kedua@example.com").first()
    second = second or make_user("kedua@example.com")
    stages = rules.STAGES[: rules.STAGES.index(stage) + 1]
    numbers = {"transport_document": made.transport_number, "booking": made.booking}
    for kind in rules.order():
        paper = made.papers.filter(kind=kind, needed_before__in=stages, state="required").first()
        if paper is None:
            continue
        if rules.kinds()[kind].made_here:
            issuing.issue(paper=paper, actor=DESK)
            if rules.kinds()[kind].two_people:
                issuing.confirm(paper=paper, actor=Actor.of(second), person=second)
            continue
        stated = uploads.Stated(numbers.get(kind, f"{kind}-1"), timezone.localdate())
        uploads.upload(paper=paper, file=a_pdf(), stated=stated, actor=DESK)
        uploads.accept(paper=paper, seen=figures(made), actor=DESK, person=None)
    made.refresh_from_db()


def happens(made: Consignment, code: str, at: datetime) -> None:
    """Somebody at the desk says so, when it happens."""
    told = Told(code=code, at=at, source=Event.HAND, source_id=f"{made.number}-{code}")
    with time_machine.travel(at + timedelta(minutes=10)):
        events.record(consignment=made, told=told, actor=DESK)
    made.refresh_from_db()


def sign(part: Fulfilment, short: int = 0) -> None:
    """The buyer takes everything but so many kilograms of manggis."""
    lines = list(part.lines.select_related("line__product__commodity"))
    taken = {line.pk: line.quantity for line in lines}
    bad = [line.pk for line in lines if short and line.line.product.commodity.code == "manggis"]
    taken |= {pk: taken[pk] - short for pk in bad}
    reasons = dict.fromkeys(bad, "busuk")
    fulfilment.sign(
        fulfilment=part, actor=DESK, signed_name="Contoh Importir", accepted=taken, reasons=reasons
    )


@pytest.mark.django_db
def test_the_first_export_once_more() -> None:
    with translation.override("en"):
        of = rehearsal()
        assert of.order.total == Money(302_740, "USD")
        lots = receive(of)
        assert line_of(of, "manggis").quantity == 590
        fruit, dry = two_consignments(of, lots, noon_in(days=3))
        _papers(of, fruit, dry)
        _way(of, fruit, dry)
        _end(of, fruit, dry)


def _papers(of: Rehearsal, fruit: Consignment, dry: Consignment) -> None:
    """Two invoices come to the contract's price; nothing is loaded before its papers are there."""
    lines = ConsignmentLine.objects.select_related("part__fulfilment", "part__line")
    value = sum(line.value.minor for line in lines)
    assert value + fruit.freight + dry.freight == agreed(lines) == 302_740 - 10 * 259
    assert sum(line.net_g for line in fruit.lines.all()) == 1_140_000  # 590 + 300 + 200 + 50 kg
    assert [line.last_mark for line in fruit.lines.all()] == [59, 89, 109, 114]
    for made in (fruit, dry):
        with pytest.raises(NotReady):
            clearing.clear_to_load(consignment=made, actor=DESK)
        bring(made, "loading")
        if made.mode == "air":  # the air waybill is due before departure
            with pytest.raises(NotReady, match=r"^transport_document$"):
                clearing.clear_to_load(consignment=made, actor=DESK)
        bring(made, "departure")
        clearing.clear_to_load(consignment=made, actor=DESK)
        assert made.state == "cleared"
    assert fruit.papers.get(kind="phytosanitary").state == "accepted"
    assert not dry.papers.filter(kind="phytosanitary").exists()
    assert dry.papers.get(kind="vgm").state == "accepted"


def _way(of: Rehearsal, fruit: Consignment, dry: Consignment) -> None:
    assert fruit.departs_at
    assert fruit.arrives_at
    assert dry.arrives_at
    happens(fruit, "DEP", fruit.departs_at)
    happens(dry, "DEPA", fruit.departs_at)
    for made, part in ((fruit, of.fruit), (dry, of.fashion)):
        part.refresh_from_db()
        assert (made.state, made.is_breach, part.state) == ("departed", False, "handed_over")
    with time_machine.travel(fruit.departs_at + timedelta(hours=2)):
        bring(fruit, "arrival")
        bring(dry, "arrival")
    assert fruit.papers.get(kind="origin_iuae").state == "accepted"
    happens(fruit, "ARR", fruit.arrives_at + timedelta(hours=2))
    assert (fruit.state, fruit.late_minutes) == ("arrived", 120)
    happens(fruit, "DLV", fruit.arrives_at + timedelta(hours=8))
    happens(dry, "ARRI", dry.arrives_at)
    happens(dry, "GTOT", dry.arrives_at + timedelta(days=1))
    of.fruit.refresh_from_db()
    assert (fruit.state, dry.state, of.fruit.state) == ("delivered", "delivered", "delivered")


def _end(of: Rehearsal, fruit: Consignment, dry: Consignment) -> None:
    """The buyer takes 580 of 590 kg manggis; what is signed for is released, the rest goes back, both are closed."""
    assert fruit.arrives_at
    service = of.order.fulfilments.get(partner=of.exporter)
    with time_machine.travel(fruit.arrives_at + timedelta(hours=20)):
        sign(of.fruit, short=10)
        tracking_tasks.follow_parts()
        fruit.refresh_from_db()
        dry.refresh_from_db()
        assert (fruit.state, dry.state) == ("closed", "delivered")
        sign(Fulfilment.objects.get(pk=of.fashion.pk))
        fulfilment.deliver(fulfilment=service, actor=DESK)
        sign(service)
        tracking_tasks.follow_parts()
    of.order.refresh_from_db()
    dry.refresh_from_db()
    assert (of.order.status, dry.state) == ("completed", "closed")
    assert line_of(of, "manggis").accepted == 580
    fruits = 580 * 125 + 300 * 94 + 200 * 75 + 50 * 156
    added = 156_740 - 20 * (259 - 125)  # the exporter's, of 580 kg: twice ten kilograms came back
    assert total(Kind.PAYABLE, "USD") == fruits + 40 * 500 + added == 302_740 - 20 * 259
    assert sorted(row.amount for row in Refund.objects.all()) == [10 * 259, 10 * 259]
    assert total(Kind.REFUND_DUE, "USD") == 20 * 259
    assert not Alert.objects.filter(ended_at=None, kind__in=["breach", "contradiction", "hand_over"]).exists()
    assert [row.number for row in Consignment.objects.filter(is_breach=True)] == []
    assert audit() == []
