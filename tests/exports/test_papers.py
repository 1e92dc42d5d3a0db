"""What a consignment needs, when, and that nothing is cleared to load without it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove, history
from marketplace.exports import states
from marketplace.exports.models import Consignment, Paper, PaperVersion
from marketplace.exports.papers import gate, rules
from marketplace.exports.papers.errors import (
    Faulty,
    NeedsFirst,
    NotAmendable,
    PaperError,
    SamePerson,
    TooEarly,
)
from marketplace.exports.papers.gate import NotReady
from marketplace.exports.papers.papering import Dossier
from marketplace.exports.papers.queries import rows_of
from marketplace.exports.services import clearing, issuing, papers, uploads
from marketplace.exports.signals import consignment_changed
from marketplace.reference.working_days import today
from tests.exports.papers_world import a_pdf, bring, get_ready, ready_consignment, upload
from tests.factories.catalogue import make_user
from tests.factories.exports import DESK

pytestmark = pytest.mark.django_db


def kinds_of(made: Consignment) -> set[str]:
    return {paper.kind for paper in made.papers.all() if paper.state != states.NOT_NEEDED}


def test_papers_follow_goods_way_and_plan() -> None:
    made = ready_consignment()
    consignment_changed.send(Consignment, consignment=made, actor=DESK)
    assert {"phytosanitary", "origin_iuae", "mofa_attestation"} <= kinds_of(made)
    assert "insurance_certificate" not in kinds_of(made)
    npe = made.papers.get(kind="npe")
    assert npe.due_at == made.departs_at
    assert npe.start_at < npe.due_at
    Consignment.objects.filter(pk=made.pk).update(
        incoterm="CIP", country="IT", destination=made.destination, departs_at=None
    )
    papers.require(consignment=made, actor=DESK)
    assert {"insurance_certificate", "rex_statement"} <= kinds_of(made)
    assert "origin_iuae" not in kinds_of(made)
    assert made.papers.get(kind="npe").due_at is None
    papers.require(consignment=made, actor=DESK)  # any number of times
    assert made.papers.count() == len(kinds_of(made))


def test_what_is_issued_stays() -> None:
    made = ready_consignment(incoterm="CIP", insurance=5_000)
    papers.require(consignment=made, actor=DESK)
    bring(made, "commercial_invoice", "insurance_request")
    Consignment.objects.filter(pk=made.pk).update(incoterm="CPT")
    papers.require(consignment=made, actor=DESK)
    kept = made.papers.get(kind="insurance_request")
    assert kept.state == states.ISSUED
    assert not made.papers.filter(kind="insurance_certificate").exists()


def test_waived_with_a_reason_until_it_is_asked_for_again() -> None:
    made = ready_consignment()
    papers.require(consignment=made, actor=DESK)
    permit = made.papers.get(kind="import_permit")
    with pytest.raises(PaperError):
        papers.waive(paper=permit, why="  ", actor=DESK)
    papers.waive(paper=permit, why="Pembeli: tidak perlu", actor=DESK)
    papers.require(consignment=made, actor=DESK)
    permit.refresh_from_db()
    assert (permit.state, permit.why, permit.due_at) == (states.NOT_NEEDED, "Pembeli: tidak perlu", None)
    assert permit not in gate.unready(made, before="loading", at=timezone.now())
    papers.ask_again(paper=permit, actor=DESK)
    permit.refresh_from_db()
    assert (permit.state, permit.why) == (states.REQUIRED, "")
    bring(made, "commercial_invoice")
    with pytest.raises(IllegalMove):
        papers.waive(paper=made.papers.get(kind="commercial_invoice"), why="uji", actor=DESK)


def test_one_of_two_papers_is_enough_and_a_rejected_one_brings_the_other_back() -> None:
    made = ready_consignment()
    for line in made.lines.select_related("part__line__product__product_class"):
        kind = line.part.line.product.product_class
        type(kind).objects.filter(pk=kind.pk).update(slug="craft")
    papers.require(consignment=made, actor=DESK)
    bring(made, "fumigation")
    assert made.papers.get(kind="phytosanitary").state == states.NOT_NEEDED
    uploads.reject(paper=made.papers.get(kind="fumigation"), why="Salah barang", actor=DESK, person=None)
    assert made.papers.get(kind="phytosanitary").state == states.REQUIRED


def test_needs_first_is_enforced_and_what_the_peb_may_not_do_early() -> None:
    made = ready_consignment()
    papers.require(consignment=made, actor=DESK)
    with pytest.raises(NeedsFirst) as error:
        upload(made, "origin_iuae")
    assert {paper.kind for paper in error.value.papers} >= {"peb", "npe", "transport_document"}
    bring(made, "commercial_invoice", "packing_list", "letter_of_instruction", "booking")
    with pytest.raises(TooEarly):  # it leaves in ten days
        issuing.issue(paper=made.papers.get(kind="peb_data"), actor=DESK)
    leave_in(made, days=5)
    issuing.issue(paper=made.papers.get(kind="peb_data"), actor=Actor(1, "Satu"))
    with pytest.raises(NeedsFirst):  # nobody else has confirmed it
        upload(made, "peb")
    with pytest.raises(SamePerson):
        issuing.confirm(paper=made.papers.get(kind="peb_data"), actor=Actor(1, "Satu"), person=None)
    other = make_user("ketiga@example.com")
    issuing.confirm(paper=made.papers.get(kind="peb_data"), actor=Actor.of(other), person=other)
    upload(made, "peb")
    assert made.papers.get(kind="peb").state == states.ISSUED


def leave_in(made: Consignment, days: int) -> None:
    leaves = timezone.now() + timedelta(days=days)
    Consignment.objects.filter(pk=made.pk).update(departs_at=leaves, arrives_at=leaves + timedelta(hours=30))
    made.refresh_from_db()
    papers.require(consignment=made, actor=DESK)


def test_cleared_with_every_paper_and_taken_back_when_one_falls_away() -> None:
    made = ready_consignment()
    get_ready(made)
    clearing.clear_to_load(consignment=made, actor=DESK)
    assert made.state == states.CLEARED
    phyto = made.papers.get(kind="phytosanitary")
    uploads.reject(paper=phyto, why="Nama salah", actor=DESK, person=None)
    made.refresh_from_db()
    assert (made.cleared_at, made.state) == (None, states.BOOKED)
    with pytest.raises(NotReady) as error:
        clearing.clear_to_load(consignment=made, actor=DESK)
    assert [paper.kind for paper in error.value.papers] == ["phytosanitary"]
    assert history(made).last().after == states.BOOKED


def test_a_paper_must_be_valid_on_the_day_of_departure() -> None:
    made = ready_consignment()
    get_ready(made)
    Paper.objects.filter(consignment=made, kind="phytosanitary").update(valid_to=today() + timedelta(days=2))
    with pytest.raises(NotReady) as error:  # it leaves in five days
        clearing.clear_to_load(consignment=made, actor=DESK)
    assert [paper.kind for paper in error.value.papers] == ["phytosanitary"]
    Paper.objects.filter(consignment=made, kind="phytosanitary").update(valid_to=today() - timedelta(days=1))
    papers.expire()
    assert made.papers.get(kind="phytosanitary").state == states.EXPIRED


def test_not_cleared_while_the_facts_contradict_a_paper() -> None:
    made = ready_consignment()
    get_ready(made)
    line = made.lines.first()
    line.gross_g += 500
    line.save()
    with pytest.raises(NotReady) as error:
        clearing.clear_to_load(consignment=made, actor=DESK)
    assert error.value.papers == []
    assert any("Packing list" in one or "Daftar kemasan" in one for one in error.value.faults)


def test_an_amendment_reissues_what_changed_and_nothing_else() -> None:
    made = ready_consignment()
    papers.require(consignment=made, actor=DESK)
    bring(made, "proforma_invoice", "commercial_invoice", "packing_list", "shipping_marks")
    line = made.lines.first()
    line.unit_value += 10
    line.save()
    touched = issuing.amend(consignment=made, actor=DESK, why="Harga diperbaiki")
    assert {paper.kind for paper in touched} == {"proforma_invoice", "commercial_invoice"}
    versions = {
        paper.kind: list(paper.versions.values_list("number", flat=True))
        for paper in made.papers.filter(versions__isnull=False).distinct()
    }
    assert versions == {
        "proforma_invoice": [1, 2],
        "commercial_invoice": [1, 2],
        "packing_list": [1],
        "shipping_marks": [1],
    }
    first, second = PaperVersion.objects.filter(paper__kind="commercial_invoice").order_by("number")
    assert (first.facts["values"]["fob"], second.facts["values"]["fob"]) == (181_500, 187_500)
    assert second.why == "Harga diperbaiki"
    assert first.pdf.name != second.pdf.name


def test_a_filed_peb_never_changes_its_fixed_fields_and_no_longer_fits_other_facts() -> None:
    made = ready_consignment()
    get_ready(made)
    identity = made.exporter.export_identity
    identity.customs_office = "Kantor lain"
    identity.save()
    with pytest.raises(NotAmendable):
        issuing.amend(consignment=made, actor=DESK, why="Kantor pabean lain")
    identity.customs_office = "KPPBC Contoh Soekarno-Hatta"
    identity.save()
    line = made.lines.first()
    line.unit_value += 10
    line.save()
    touched = {paper.kind for paper in issuing.amend(consignment=made, actor=DESK, why="Harga")}
    assert {"commercial_invoice", "peb_data", "peb"} <= touched
    assert "packing_list" not in touched
    assert made.papers.get(kind="peb").state == states.REJECTED


def test_faults_gate_drafts_and_issues() -> None:
    made = ready_consignment()
    papers.require(consignment=made, actor=DESK)
    made.lines.update(hs_origin="")
    invoice = made.papers.get(kind="commercial_invoice")
    assert issuing.preview(paper=invoice).startswith(b"%PDF")
    issuing.draft(paper=invoice, actor=DESK)
    with pytest.raises(Faulty):
        issuing.issue(paper=invoice, actor=DESK)
    second = made.lines.all()[1]
    second.first_mark += 1
    second.save()
    with pytest.raises(Faulty):
        issuing.preview(paper=invoice)
    assert not PaperVersion.objects.exists()


def test_the_desk_sees_late_and_blocking_papers_first(django_assert_max_num_queries: Any) -> None:
    made = ready_consignment()
    papers.require(consignment=made, actor=DESK)
    bring(made, "commercial_invoice", "packing_list")
    Paper.objects.filter(consignment=made, kind="import_permit").update(
        due_at=timezone.now() - timedelta(hours=1)
    )
    with django_assert_max_num_queries(11):
        rows = rows_of(
            Dossier(
                Consignment.objects.select_related("exporter", "company", "origin", "destination").get(
                    pk=made.pk
                )
            )
        )
    assert rows[0].kind.code == "import_permit"
    assert rows[0].is_late
    assert {row.kind.code for row in rows if row.is_blocking} == {"letter_of_instruction", "phyto_request"}
    assert rows[-1].kind.code in {"commercial_invoice", "packing_list"}
    assert rows[0].is_today


STEPS = ["clear", "price", "weight", "reject", "expire", "amend", "waive", "renew"]


def test_never_cleared_without_every_paper_and_papers_always_agree() -> None:
    """Whatever happens in whatever order: a cleared consignment has every paper, valid on the day it leaves, and the
    papers in hand show the same facts."""
    made = world_for_properties()

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 40)), min_size=3, max_size=7))
    def whatever(steps: list[tuple[str, int]]) -> None:
        with transaction.atomic():  # each example begins with the same world
            made.refresh_from_db()
            for step, number in steps:
                take(made, step, number)
                made.refresh_from_db()
                assert_cleared_rightly(made)
                assert_agree(made)
            transaction.set_rollback(True)

    whatever()


def assert_cleared_rightly(made: Consignment) -> None:
    if made.cleared_at:
        assert gate.unready(made, before="departure", at=timezone.now()) == []
        assert gate.unready(made, before="departure", at=made.departs_at) == []
        assert Dossier(made).outdated() == []


def world_for_properties() -> Consignment:
    made = ready_consignment()
    get_ready(made)
    return made


def take(made: Consignment, step: str, number: int) -> None:
    held = list(made.papers.filter(state__in=states.IN_HAND).order_by("pk"))
    one = held[number % len(held)]
    line = made.lines.all()[number % 3]
    if step == "clear":
        try:
            clearing.clear_to_load(consignment=made, actor=DESK)
        except NotReady:
            return
    elif step == "price":
        line.unit_value += 1
        line.save()
        consignment_changed.send(Consignment, consignment=made, actor=DESK)
    elif step == "weight":
        line.gross_g += 100
        line.save()
        consignment_changed.send(Consignment, consignment=made, actor=DESK)
    elif step == "reject":
        uploads.reject(paper=one, why="uji", actor=DESK, person=None)
    elif step == "expire":
        Paper.objects.filter(pk=one.pk).update(valid_to=today() - timedelta(days=1))
        papers.expire()
    elif step == "waive":
        missing = made.papers.filter(state=states.REJECTED).first()
        if missing:
            papers.waive(paper=missing, why="uji", actor=DESK)
    elif step == "amend":
        issuing.amend(consignment=made, actor=DESK, why="uji")
    else:
        renew(made, number)


def renew(made: Consignment, number: int) -> None:
    """Issue one paper made here again, with whatever facts there are now."""
    made_here = [paper for paper in made.papers.order_by("pk") if rules.kinds()[paper.kind].made_here]
    paper = made_here[number % len(made_here)]
    try:
        issuing.issue(paper=paper, actor=DESK)
    except (PaperError, IllegalMove):
        return


def assert_agree(made: Consignment) -> None:
    """Of papers in hand, every field that two newest versions both show has one value."""
    dossier, seen = Dossier(made), {}
    for paper in dossier.papers.values():
        if paper.state not in states.IN_HAND:
            continue
        for section, shown in dossier.newest[paper.pk].facts.items():
            rows = shown if isinstance(shown, list) else [shown]
            for place, row in enumerate(rows):
                for name, value in row.items():
                    assert seen.setdefault((section, place, name), value) == value, (
                        paper.kind,
                        section,
                        name,
                    )


def test_a_wrong_file_changes_nothing() -> None:
    made = ready_consignment()
    papers.require(consignment=made, actor=DESK)
    bring(made, "letter_of_instruction")
    booking = made.papers.get(kind="booking")
    for name, content in [
        ("a.pdf", b"%PDF-1.7 broken"),
        ("a.pdf", b"<html>"),
        ("a.png", b"\x89PNG\r\n\x1a\n"),
    ]:
        with pytest.raises(PaperError):
            uploads.upload(
                paper=booking,
                file=SimpleUploadedFile(name, content),
                stated=uploads.Stated("B-1", today()),
                actor=DESK,
            )
    booking.refresh_from_db()
    assert (booking.state, booking.versions.count()) == (states.REQUIRED, 0)
    assert a_pdf().size
