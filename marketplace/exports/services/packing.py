"""The pack: all papers of a consignment as one PDF with a list in front, made in the background.

The row is the queue. Whoever makes a pack holds an advisory lock of PostgreSQL: it ends with the worker, so the sweep
finds a pack whose worker died, and two workers never make the same one.
"""

import logging
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pypdf import PdfReader, PdfWriter

from marketplace.common import pdf
from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.alone import alone
from marketplace.common.queue import enqueue
from marketplace.exports import states
from marketplace.exports.documents import base
from marketplace.exports.documents.base import Head
from marketplace.exports.models import Consignment, Paper, PaperPack, PaperVersion
from marketplace.exports.papers import rules
from marketplace.exports.papers.errors import PaperError
from marketplace.exports.papers.papering import Dossier

log = logging.getLogger(__name__)
LOCKS = 0x7041  # the first half of our advisory locks: "pA"
MOST_TRIES = 3


def ask(*, consignment: Consignment, actor: Actor, person: Any = None) -> PaperPack:
    """Have the pack made; one that is asked for already is given back. Side effects: PaperPack, task on commit.

    Raises PaperError where no paper is issued yet.
    """
    papers = consignment.papers.filter(state__in=states.IN_HAND).count()
    if not papers:
        raise PaperError([_("No paper is issued yet.")])
    try:
        with transaction.atomic():
            pack = PaperPack.objects.create(consignment=consignment, total=papers, by=person)
            enqueue("exports.make_pack", pack.pk)
    except IntegrityError:  # one at a time: paper_pack_one_at_a_time
        return consignment.packs.get(state__in=[states.ASKED, states.RUNNING])
    return pack


def make(*, pack: PaperPack) -> None:
    """Make it, or go on where a worker stopped: from the front, since nothing half-made is kept. Safe to run twice.

    Side effects: progress, file, history rows. Never raises for a paper that cannot be read: after three tries the pack
    has failed, with the reason.
    """
    with alone(LOCKS, pack.pk) as mine:
        pack.refresh_from_db()
        if not mine or pack.state not in {states.ASKED, states.RUNNING}:
            return
        if pack.state == states.ASKED:
            states.PACK.move(pack, states.RUNNING, actor=SYSTEM)
        if pack.tries >= MOST_TRIES:
            _fail(pack, pack.why or "the worker stopped three times")
            return
        PaperPack.objects.filter(pk=pack.pk).update(tries=pack.tries + 1)
        try:
            content = _joined(pack)
        except Exception as error:
            log.exception("Pack %s could not be made", pack.pk)
            PaperPack.objects.filter(pk=pack.pk).update(why=f"{type(error).__name__}: {error}"[:300])
            if pack.tries + 1 >= MOST_TRIES:
                _fail(pack, f"{type(error).__name__}: {error}"[:300])
            return
        pack.file.save(f"{uuid4()}.pdf", ContentFile(content), save=False)
        states.PACK.move(pack, states.READY, actor=SYSTEM, file=pack.file.name, ended_at=timezone.now())


def _fail(pack: PaperPack, why: str) -> None:
    states.PACK.move(pack, states.FAILED, actor=SYSTEM, why=why, ended_at=timezone.now())
    PaperPack.objects.filter(pk=pack.pk).update(why=why[:300])


def _joined(pack: PaperPack) -> bytes:
    """Paper after paper in the order in which they are made, each with its bookmark; progress is written as it goes."""
    dossier = Dossier(pack.consignment)
    held = [paper for paper in dossier.papers.values() if paper.state in states.IN_HAND]
    rows = [(paper, dossier.newest[paper.pk]) for paper in held if paper.pk in dossier.newest]
    PaperPack.objects.filter(pk=pack.pk).update(total=len(rows), done=0)
    writer = PdfWriter()
    front = PdfReader(BytesIO(_front(dossier, rows)))
    writer.append(front, outline_item="List of papers", import_outline=False)
    for done, (paper, version) in enumerate(rows, start=1):
        with version.pdf.open("rb") as file:
            content = PdfReader(BytesIO(file.read()))
        writer.append(content, outline_item=rules.kinds()[paper.kind].name_en, import_outline=False)
        PaperPack.objects.filter(pk=pack.pk).update(done=done)
    writer.add_metadata({"/Title": f"Papers of consignment {pack.consignment.number}"})
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def _front(dossier: Dossier, rows: list[tuple[Paper, PaperVersion]]) -> bytes:
    facts = dossier.facts
    head = Head(
        facts["consignment"]["number"],
        timezone.localdate(),
        1,
        facts["exporter"]["name"],
        facts["consignment"]["number"],
    )
    content = base.plain(
        "Papers of the consignment",
        boxes=[base.box("exporter", facts["exporter"]), base.box("consignee", facts["consignee"])],
        facts=base.way(facts),
        columns=[
            {"head": "No.", "beside": "", "width": "auto", "end": True},
            {"head": "Paper", "beside": "", "width": "1fr", "end": False},
            {"head": "Number", "beside": "", "width": "auto", "end": False},
            {"head": "Date", "beside": "", "width": "auto", "end": False},
            {"head": "Version", "beside": "", "width": "auto", "end": True},
        ],
        rows=[_row(place, paper, version) for place, (paper, version) in enumerate(rows, start=1)],
        signatures=[],
    )
    return pdf.render("export_paper", {**content, "head": head.as_data(), "operator": {"name": head.issuer}})


def _row(place: int, paper: Paper, version: PaperVersion) -> list[str]:
    kind = rules.kinds()[paper.kind]
    day = base.day(paper.issued_on) if paper.issued_on else "–"
    return [str(place), f"{kind.name_en}\n{kind.issuer}", paper.number or "–", day, str(version.number)]
