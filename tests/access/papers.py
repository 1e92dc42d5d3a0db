"""For the access table: a consignment with one issued paper, one to upload, a pack and a link."""

from typing import Any

from django.core.files.base import ContentFile

from marketplace.exports.models import PaperPack, PaperVersion, UploadLink
from marketplace.fulfilment.models import Fulfilment
from offtakers.models import Company
from tests.factories.exports import a_piece


def with_papers(company: int, part: Fulfilment) -> dict[str, Any]:
    made = a_piece(
        Company.objects.get(pk=company), part, "contoh-berkas", incoterm="FCA", place="Jakarta (IDCGK)"
    )
    paper = made.papers.create(kind="packing_list", needed_before="loading", state="issued")
    made.papers.create(kind="booking", needed_before="loading")
    PaperVersion.objects.create(
        paper=paper, number=1, facts_sha256="0" * 64, actor_name="–", pdf=ContentFile(b"%PDF-1.7", "uji.pdf")
    )
    pack = PaperPack.objects.create(consignment=made, state="ready", file=ContentFile(b"%PDF-1.7", "uji.pdf"))
    link = UploadLink.objects.create(
        consignment=made, role="forwarder", name="Contoh", kinds=["booking"], expires_at=made.departs_at
    )
    return {
        "papers_of": made.number,
        "paper": "packing_list",
        "paper_version": 1,
        "paper_ending": "pdf",
        "paper_pack": pack.pk,
        "upload_link": link.pk,
        "upload_token": link.token,
        "paper_to_upload": "booking",
    }
