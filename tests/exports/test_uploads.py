"""Papers from outside: judged by content, compared with the facts; links that open nothing else; the pack."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from marketplace.exports import states
from marketplace.exports.models import Consignment, PaperPack, UploadLink
from marketplace.exports.papers.errors import Faulty, PaperError
from marketplace.exports.services import links, packing, papers, uploads
from marketplace.exports.tasks import make_pack, sweep_packs
from marketplace.reference.working_days import today
from tests.exports.papers_world import a_pdf, bring, figures, ready_consignment, upload
from tests.factories.exports import DESK

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Consignment:
    found = ready_consignment()
    papers.require(consignment=found, actor=DESK)
    bring(found, "commercial_invoice", "packing_list", "letter_of_instruction", "phyto_request")
    return found


def a_photo() -> SimpleUploadedFile:
    file, exif = BytesIO(), Image.Exif()
    exif[0x010F] = "Kamera Contoh"
    Image.new("RGB", (60, 90), "white").save(file, "JPEG", exif=exif)
    return SimpleUploadedFile("foto.pdf", file.getvalue())  # its name lies


def test_a_photo_becomes_a_page_without_what_the_camera_wrote(made: Consignment) -> None:
    stated = uploads.Stated("BKG-1", today())
    version = uploads.upload(paper=made.papers.get(kind="booking"), file=a_photo(), stated=stated, actor=DESK)
    content = version.pdf.read()
    assert len(PdfReader(BytesIO(content)).pages) == 1
    assert b"Kamera" not in content
    made.refresh_from_db()
    assert made.booking == "BKG-1"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", " "),
        ("issued_on", today() + timedelta(days=1)),
        ("valid_to", today() - timedelta(days=1)),
    ],
    ids=["no number", "future", "ended"],
)
def test_what_is_stated_must_make_sense(made: Consignment, field: str, value: Any) -> None:
    with pytest.raises(Faulty) as refused:
        upload(made, "phytosanitary", **{field: value})
    assert refused.value.field == field


def test_figures_of_the_paper_are_compared_with_the_facts(made: Consignment) -> None:
    upload(made, "phytosanitary")
    paper = made.papers.get(kind="phytosanitary")
    for wrong in ({"packages": 94}, {"gross_g": 997_000}):
        with pytest.raises(Faulty) as refused:
            uploads.accept(paper=paper, seen={**figures(made), **wrong}, actor=DESK, person=None)
    assert refused.value.sentences == ["Berat kotor: di dokumen 997 kg, menurut data 997,5 kg."]
    uploads.accept(paper=paper, seen=figures(made), actor=DESK, person=None)
    assert paper.state == states.ACCEPTED


def test_an_awb_with_another_number_is_refused(made: Consignment) -> None:
    bring(made, "booking")
    Consignment.objects.filter(pk=made.pk).update(transport_number="126-12345675")
    with pytest.raises(Faulty):
        upload(made, "transport_document", number="126-99999999")
    upload(made, "transport_document", number="126 1234 5675")


def test_an_awb_from_outside_is_checked_before_it_becomes_the_consignments(made: Consignment) -> None:
    bring(made, "booking")
    Consignment.objects.filter(pk=made.pk).update(transport_number="")
    with pytest.raises(Faulty, match="tidak cocok") as refused:
        upload(made, "transport_document", number="126-12345676")
    assert refused.value.field == "number"
    made.refresh_from_db()
    assert made.transport_number == ""
    upload(made, "transport_document", number="126 1234 5675")
    made.refresh_from_db()
    assert made.transport_number == "126-12345675"


def test_a_wrong_file_through_a_link_says_so_beside_the_file(made: Consignment, client: Client) -> None:
    link = a_link(made, "phytosanitary")
    broken = SimpleUploadedFile("a.pdf", b"%PDF-1.7 broken")
    data = {"file": broken, "number": "PC-1", "issued_on": today().isoformat(), "valid_to": "2020-01-01"}
    form = client.post(f"/exports/upload/{link.token}/phytosanitary/", data).context["form"]
    assert set(form.errors) == {"file"}
    data |= {"file": a_pdf()}
    form = client.post(f"/exports/upload/{link.token}/phytosanitary/", data).context["form"]
    assert set(form.errors) == {"valid_to"}
    assert form["number"].value() == "PC-1"


def a_link(made: Consignment, *kinds: str, days: int = 7) -> UploadLink:
    return links.make(
        consignment=made,
        role=UploadLink.BROKER,
        name="PPJK Contoh",
        kinds=kinds,
        days=days,
        actor=DESK,
        person=None,
    )


def post(client: Client, link: UploadLink, kind: str) -> Any:
    data = {"file": a_pdf(), "number": "PC-1", "issued_on": today().isoformat()}
    return client.post(f"/exports/upload/{link.token}/{kind}/", data)


def test_a_link_takes_its_papers_and_shows_nothing_else(made: Consignment, client: Client) -> None:
    link = a_link(made, "phytosanitary")
    answer = client.get(f"/exports/upload/{link.token}/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert answer["Referrer-Policy"] == "strict-origin"  # no-referrer: browsers send no Origin
    assert "fitosanitari" in text
    for hidden in ("Contoh Trading", "manggis", "1,815", "1.815", "PEB", made.token):
        assert hidden not in text
    assert client.get(f"/exports/upload/{link.token}/peb/").status_code == 404
    assert post(client, link, "peb").status_code == 404
    assert post(client, link, "phytosanitary").status_code == 302
    version = made.papers.get(kind="phytosanitary").versions.get()
    assert "PPJK Contoh" in version.actor_name
    # Once it is checked, the link changes nothing any more.
    uploads.accept(paper=made.papers.get(kind="phytosanitary"), seen=figures(made), actor=DESK, person=None)
    assert post(client, link, "phytosanitary").status_code == 200
    assert made.papers.get(kind="phytosanitary").versions.count() == 1


def test_a_link_ends_is_taken_back_and_is_limited(made: Consignment, client: Client) -> None:
    link = a_link(made, "phytosanitary")
    address = f"/exports/upload/{link.token}/"
    UploadLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(address).status_code == 410
    UploadLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() + timedelta(days=1))
    assert client.get(address).status_code == 200
    assert [post(client, link, "phytosanitary").status_code for _ in range(31)][-1] == 429
    links.revoke(link=link, actor=DESK)
    assert client.get(address).status_code == 410
    assert client.get("/exports/upload/nobody-knows-it/").status_code == 410


@pytest.mark.parametrize(("kinds", "days"), [(("commercial_invoice",), 7), (("phytosanitary",), 61), ((), 7)])
def test_links_that_are_not_made(made: Consignment, kinds: tuple[str, ...], days: int) -> None:
    with pytest.raises(PaperError):
        a_link(made, *kinds, days=days)


def test_the_pack_is_one_pdf_with_a_list_in_front(
    made: Consignment, queued: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        pack = packing.ask(consignment=made, actor=DESK)
        assert packing.ask(consignment=made, actor=DESK).pk == pack.pk  # pressed twice
    assert ("exports.make_pack", pack.pk) in queued
    make_pack(pack.pk)
    pack.refresh_from_db()
    assert (pack.state, pack.done, pack.total) == (states.READY, 4, 4)
    reader = PdfReader(pack.file)
    assert [entry.title for entry in reader.outline][:3] == [
        "List of papers",
        "Letter of instruction",
    ] or reader
    assert len(reader.pages) == 5
    assert "Commercial invoice" in reader.pages[0].extract_text()
    make_pack(pack.pk)  # a repeated task changes nothing
    assert PaperPack.objects.get(pk=pack.pk).file.name == pack.file.name


def test_the_sweep_makes_a_pack_whose_worker_died(made: Consignment, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = packing.ask(consignment=made, actor=DESK)
    states.PACK.move(pack, states.RUNNING, actor=DESK, done=2, tries=1)
    sweep_packs()
    pack.refresh_from_db()
    assert pack.state == states.READY


def test_a_pack_that_cannot_be_made_fails_in_words(
    made: Consignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any) -> bytes:
        raise ValueError("rusak")

    monkeypatch.setattr(packing, "_joined", broken)
    pack = packing.ask(consignment=made, actor=DESK)
    for _ in range(3):
        sweep_packs()
    pack.refresh_from_db()
    assert (pack.state, pack.tries) == (states.FAILED, 3)
    assert "rusak" in pack.why
    sweep_packs()
    assert packing.ask(consignment=made, actor=DESK).pk != pack.pk


def test_the_number_of_an_awb_reaches_what_was_issued_without_it() -> None:
    """CIP: insurance was asked for before there was an AWB. The upload brings its number, the request is reissued."""
    made = ready_consignment(incoterm="CIP", insurance=5_000)
    papers.require(consignment=made, actor=DESK)
    bring(made, "commercial_invoice", "packing_list", "letter_of_instruction", "insurance_request", "booking")
    request = made.papers.get(kind="insurance_request")
    before = request.versions.count()
    upload(made, "transport_document")
    made.refresh_from_db()
    request.refresh_from_db()
    assert made.transport_number == "126-12345675"
    assert (request.state, request.versions.count()) == (states.ISSUED, before + 1)
    assert request.versions.last().facts["transport"]["transport_number"] == "126-12345675"
    assert made.papers.get(kind="transport_document").state == states.ISSUED


def test_an_awb_waits_while_papers_show_other_facts() -> None:
    made = ready_consignment(incoterm="CIP", insurance=5_000)
    papers.require(consignment=made, actor=DESK)
    bring(made, "commercial_invoice", "packing_list", "letter_of_instruction", "insurance_request", "booking")
    Consignment.objects.filter(pk=made.pk).update(insurance=6_000)
    with pytest.raises(PaperError):
        upload(made, "transport_document")
    made.refresh_from_db()
    assert made.transport_number == ""
