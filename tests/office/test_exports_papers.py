"""The desk's pages of papers: the list, one paper through its life, who may do what."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.common.actor import Actor
from marketplace.exports import states
from marketplace.exports.models import Consignment, ExporterIdentity, UploadLink
from marketplace.exports.services import issuing, packing, papers
from marketplace.exports.tasks import make_pack, remind_papers
from marketplace.notices.models import Mail
from marketplace.people.models import User
from marketplace.reference.working_days import today
from tests.exports.papers_world import a_pdf, bring, get_ready, ready_consignment
from tests.factories.catalogue import make_user
from tests.factories.exports import DESK, a_coordinator

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Consignment:
    found = ready_consignment()
    papers.require(consignment=found, actor=DESK)
    return found


@pytest.fixture
def desk_client(client: Client) -> Client:
    client.force_login(a_coordinator())
    return client


def at(name: str, *args: Any) -> str:
    return reverse(f"office:{name}", args=args)


def test_the_list_names_what_is_due_needs_first_and_what_is_assumed(
    made: Consignment, desk_client: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(25):
        text = desk_client.get(at("export-papers", made.number)).content.decode()
    assert "Sertifikat fitosanitari" in text
    assert "Badan Karantina Indonesia" in text
    made.lines.filter(position=2).update(first_mark=5)
    text = desk_client.get(at("export-papers", made.number)).content.decode()
    assert text.count("<li>") > 2  # what does not fit, in sentences


def test_one_paper_from_draft_to_version(made: Consignment, desk_client: Client) -> None:
    args = (made.number, "commercial_invoice")
    draft = desk_client.get(at("export-paper-draft", *args))
    assert draft.content.startswith(b"%PDF")
    desk_client.post(at("export-paper-issue", *args))
    assert made.papers.get(kind="commercial_invoice").state == states.ISSUED
    for ending in ("pdf", "xlsx"):
        file = desk_client.get(at("export-paper-file", *args, 1, ending))
        assert b"".join(file.streaming_content)[:4] in {b"%PDF", b"PK\x03\x04"}
    assert desk_client.get(at("export-paper-file", *args, 2, "pdf")).status_code == 404
    assert desk_client.get(at("export-paper-file", *args, 1, "exe")).status_code == 404
    line = made.lines.first()
    line.unit_value += 5
    line.save()
    assert str(made.papers.count())
    desk_client.post(at("export-papers-amend", made.number), {"why": "Harga"})
    assert made.papers.get(kind="commercial_invoice").versions.last().why == "Harga"


def test_a_paper_from_outside_is_uploaded_and_checked(made: Consignment, desk_client: Client) -> None:
    bring(made, "packing_list", "phyto_request")
    args = (made.number, "phytosanitary")
    sent = {"upload-file": a_pdf(), "upload-number": "PC-7", "upload-issued_on": today().isoformat()}
    wrong = desk_client.post(at("export-paper-upload", *args), {**sent, "upload-number": ""})
    assert wrong.status_code == 200
    assert "upload-number_error" in wrong.content.decode()
    desk_client.post(at("export-paper-upload", *args), {**sent, "upload-file": a_pdf()})
    figures = {"check-packages": "95", "check-gross_g": "997,4", "check-read": "on"}
    wrong = desk_client.post(at("export-paper-check", *args), figures)
    assert "di dokumen 997,4 kg, menurut data 997,5 kg" in wrong.content.decode()
    assert (
        desk_client.post(at("export-paper-check", *args), {**figures, "check-gross_g": "997,5"}).status_code
        == 302
    )
    assert made.papers.get(kind="phytosanitary").state == states.ACCEPTED
    desk_client.post(at("export-paper-reject", *args), {"reject-why": "Nama salah"})
    assert made.papers.get(kind="phytosanitary").why == "Nama salah"


def test_whoever_issued_it_is_told_that_another_confirms(made: Consignment, desk_client: Client) -> None:
    get_ready(made)
    person = User.objects.get(email="koordinator@example.com")
    issuing.issue(paper=made.papers.get(kind="peb_data"), actor=Actor.of(person))
    page, confirm = (
        at("export-paper", made.number, "peb_data"),
        at("export-paper-confirm", made.number, "peb_data"),
    )
    text = desk_client.get(page).content.decode()
    assert ("koordinator lain" in text, confirm in text) == (True, False)
    desk_client.post(confirm)
    assert made.papers.get(kind="peb_data").state == states.ISSUED
    desk_client.force_login(a_coordinator("ketiga@example.com"))
    assert confirm in desk_client.get(page).content.decode()
    desk_client.post(confirm)
    assert made.papers.get(kind="peb_data").state == states.ACCEPTED


def test_coordinators_are_reminded_each_morning(made: Consignment) -> None:
    a_coordinator()
    Mail.objects.all().delete()  # of the order behind it
    moment = timezone.now()
    made.papers.update(start_at=moment + timedelta(days=2), due_at=moment + timedelta(days=4))
    remind_papers()
    assert not Mail.objects.exists()
    made.papers.filter(kind="import_permit").update(start_at=moment, due_at=moment - timedelta(hours=2))
    made.papers.filter(kind="npe").update(start_at=moment, due_at=moment + timedelta(days=1))
    remind_papers()
    remind_papers()  # once a day
    mail = Mail.objects.get()
    text = mail.text
    assert "2 dokumen ekspor" in mail.subject
    assert text.index(f"{made.number}: Izin impor dari pembeli, terlambat sejak") < text.index("NPE")
    assert "pemesanan ruang muat" not in text


def test_waived_and_asked_for_again(made: Consignment, desk_client: Client) -> None:
    args = (made.number, "import_permit")
    assert desk_client.post(at("export-paper-waive", *args), {"waive-why": ""}).status_code == 200
    desk_client.post(at("export-paper-waive", *args), {"waive-why": "Tidak diminta"})
    assert made.papers.get(kind="import_permit").state == states.NOT_NEEDED
    desk_client.post(at("export-paper-ask", *args))
    assert made.papers.get(kind="import_permit").state == states.REQUIRED


def test_cleared_links_and_pack(made: Consignment, desk_client: Client) -> None:
    text = desk_client.post(at("export-clear", made.number), follow=True).content.decode()
    assert "PEB" in text
    made.refresh_from_db()
    assert made.cleared_at is None
    get_ready(made)
    desk_client.post(at("export-clear", made.number))
    made.refresh_from_db()
    assert made.state == states.CLEARED
    link = {"role": "broker", "name": "PPJK Contoh", "kinds": ["origin_iuae"], "days": "7"}
    desk_client.post(at("export-links", made.number), link)
    made_link = UploadLink.objects.get()
    assert made_link.token in desk_client.get(at("export-links", made.number)).content.decode()
    desk_client.post(at("export-link-revoke", made.number, made_link.pk))
    assert made_link.token not in desk_client.get(at("export-links", made.number)).content.decode()
    desk_client.post(at("export-pack", made.number))
    pack = made.packs.get()
    text = desk_client.get(at("export-papers", made.number)).content.decode()
    assert ('id="all-papers" data-progress' in text, "js/progress" in text, "<progress" in text) == (
        True,
    ) * 3
    assert desk_client.get(at("export-pack-file", made.number, pack.pk)).status_code == 404
    make_pack(pack.pk)
    text = desk_client.get(at("export-papers", made.number)).content.decode()
    assert ('id="all-papers"' in text, "data-progress" in text, "js/progress" in text) == (True, False, False)
    assert desk_client.get(at("export-pack-file", made.number, pack.pk)).status_code == 200


def test_how_customs_know_the_exporter(made: Consignment, desk_client: Client) -> None:
    ExporterIdentity.objects.all().delete()
    facts = {
        "name": "Koperasi Contoh",
        "address": "Jl. Contoh 2",
        "npwp": "12",
        "nib": "1234567890123",
        "customs_office": "KPPBC Contoh",
        "export_type": "Ekspor biasa",
        "facility": "Tanpa fasilitas",
    }
    assert desk_client.post(at("export-identity", made.number), facts).status_code == 200
    desk_client.post(at("export-identity", made.number), {**facts, "npwp": "0013000666091000"})
    assert ExporterIdentity.objects.get().name == "Koperasi Contoh"


def test_the_office_reads_and_does_nothing(made: Consignment, client: Client) -> None:
    client.force_login(make_user("kantor@example.com", staff_role="office"))
    text = client.get(at("export-papers", made.number)).content.decode()
    assert at("export-clear", made.number) not in text
    assert client.get(at("export-paper", made.number, "peb")).status_code == 200
    for name, args in [
        ("export-clear", ()),
        ("export-paper-issue", ("commercial_invoice",)),
        ("export-pack", ()),
        ("export-papers-set-up", ()),
    ]:
        assert client.post(at(name, made.number, *args)).status_code == 404
    assert not packing.PaperPack.objects.exists()
    client.force_login(make_user("orang@example.com"))
    assert client.get(at("export-papers", made.number)).status_code == 404
