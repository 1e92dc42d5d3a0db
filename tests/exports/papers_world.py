"""A consignment whose papers can be made: exporter known to customs, HS codes, booking, a fixed plan."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pypdf import PdfWriter

from catalogue.models import ProductClass
from marketplace.common.actor import Actor
from marketplace.exports.models import Consignment, ExporterIdentity
from marketplace.exports.papers import rules
from marketplace.exports.papers.facts import facts_of
from marketplace.exports.services import issuing, papers, uploads
from marketplace.reference.working_days import today
from tests.factories.catalogue import make_user
from tests.factories.exports import DESK, Desk, a_consignment, desk

HS = {"manggis": "0804.50.30", "jengkol": "0708.90.00", "rambutan": "0810.90.30"}


def known_to_customs(of: Desk) -> ExporterIdentity:
    return ExporterIdentity.objects.create(
        exporter=of.exporter,
        name="Koperasi Contoh Eksportir",
        address="Jl. Contoh No. 1, Kabupaten Bandung, Jawa Barat, Indonesia",
        npwp="0013000666091000",
        nib="1234567890123",
        customs_office="KPPBC Contoh Soekarno-Hatta",
    )


def fresh() -> None:
    """The factory's classes have no meaning; rules ask for one."""
    ProductClass.objects.filter(products__commodity__code__in=HS).update(slug="fresh_produce")


def ready_consignment(of: Desk | None = None, **changes: Any) -> Consignment:
    """With goods, and everything that papers ask for."""
    of = of or desk()
    known_to_customs(of)
    fresh()
    made = a_consignment(of, **changes)
    for line in made.lines.select_related("part__line__product__commodity"):
        commodity = line.part.line.product.commodity
        line.hs_origin = HS[commodity.code]
        line.save(update_fields=["hs_origin"])
    return made


def a_pdf(text: str = "Contoh") -> SimpleUploadedFile:
    """One empty page that opens."""
    writer, made = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": text})
    writer.write(made)
    return SimpleUploadedFile("contoh.pdf", made.getvalue(), content_type="application/pdf")


def upload(made: Consignment, kind: str, **stated: Any) -> None:
    number = made.transport_number or "126-12345675" if kind == "transport_document" else f"{kind}-1"[:60]
    facts = {"number": number, "issued_on": today(), **stated}
    uploads.upload(paper=made.papers.get(kind=kind), file=a_pdf(), stated=uploads.Stated(**facts), actor=DESK)


def figures(made: Consignment) -> dict[str, int]:
    """What a paper that fits says."""
    facts = facts_of(made)
    total = facts["totals"]
    return {"packages": total["packages"], "gross_g": total["gross_g"], "fob": facts["values"]["fob"]}


def bring(made: Consignment, *kinds: str) -> None:
    """Issue, or upload and accept, these papers through the services, one after another."""
    second = get_user_model().objects.filter(email="kedua@example.com").first() or make_user(
        "kedua@example.com"
    )
    for kind in kinds:
        paper = made.papers.get(kind=kind)
        if rules.kinds()[kind].made_here:
            issuing.issue(paper=paper, actor=DESK)
            if rules.kinds()[kind].two_people:
                issuing.confirm(paper=paper, actor=Actor.of(second), person=second)
        else:
            upload(made, kind)
            paper.refresh_from_db()
            uploads.accept(paper=paper, seen=figures(made), actor=DESK, person=None)


def get_ready(made: Consignment) -> None:
    """It leaves in five days, and every paper that is due before departure is in hand."""
    leaves = timezone.now() + timedelta(days=5)
    Consignment.objects.filter(pk=made.pk).update(departs_at=leaves, arrives_at=leaves + timedelta(hours=30))
    made.refresh_from_db()
    papers.require(consignment=made, actor=DESK)
    needed = {paper.kind for paper in made.papers.filter(needed_before__in=["loading", "departure"])}
    bring(made, *(kind for kind in rules.order() if kind in needed))
    made.refresh_from_db()
