"""Papers that others issue: uploaded by the desk or through a link, compared with the facts, accepted or rejected."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.exports import identifiers, states
from marketplace.exports.models import Consignment, Paper, PaperVersion
from marketplace.exports.papers import facts, rules
from marketplace.exports.papers.errors import Faulty, NeedsFirst, PaperError
from marketplace.exports.papers.papering import Dossier, local_day, part_of
from marketplace.exports.papers.scans import as_pdf
from marketplace.exports.services.issuing import not_too_early, reissue
from marketplace.exports.services.papers import lock, require
from marketplace.ledger.money import Money


@dataclass(frozen=True)
class Stated:
    """What is written on an issued paper."""

    number: str
    issued_on: date
    valid_to: date | None = None


@transaction.atomic
def upload(*, paper: Paper, file: "File[bytes]", stated: Stated, actor: Actor) -> PaperVersion:
    """Keep an issued paper as a version; a coordinator checks it next.

    Side effects: PaperVersion, history row, the consignment's transport number or booking where it has none, papers
    made here that show it reissued, schedule, refold.
    Raises WrongFile, Faulty, NeedsFirst, TooEarly, NotAmendable, IllegalMove, PaperError.
    """
    kind = rules.kinds()[paper.kind]
    if kind.made_here:
        raise PaperError([_("This paper is made here: issue it.")])
    content = as_pdf(file)
    row = lock(paper.consignment)
    if row.state in states.ENDED:
        raise PaperError([_("This consignment has ended.")])
    _check_stated(stated)
    mine = Paper.objects.get(pk=paper.pk)
    before = Dossier(row)
    if first := before.missing_first(mine):
        raise NeedsFirst(first)
    if [one for one in before.outdated() if one.pk != mine.pk]:
        raise PaperError([_("The facts changed after papers were issued. Reissue those first.")])
    not_too_early(mine, row)
    _take_number(row, mine, stated)
    version = _keep(mine, Dossier(row), content, actor)
    reissue(row, actor, "", but=mine.pk)  # what shows the number that it brought, and nothing else
    Paper.objects.filter(pk=mine.pk).update(
        number=stated.number, issued_on=stated.issued_on, valid_to=stated.valid_to, why=""
    )
    require(consignment=row, actor=actor)
    paper.refresh_from_db()
    return version


def _check_stated(stated: Stated) -> None:
    """Raises Faulty, naming the field."""
    if not stated.number.strip():
        raise Faulty([_("Write the number of the paper.")], "number")
    if stated.issued_on > local_day():
        raise Faulty([_("Its date lies in the future.")], "issued_on")
    if stated.valid_to and stated.valid_to < stated.issued_on:
        raise Faulty([_("It would end before it was issued.")], "valid_to")
    if stated.valid_to and stated.valid_to < local_day():
        raise Faulty([_("It is no longer valid.")], "valid_to")


def _take_number(row: Consignment, paper: Paper, stated: Stated) -> None:
    """The number of an AWB or B/L, and of a booking, is a fact of the consignment. Raises Faulty for another, and for
    one whose check digit is wrong."""
    field = {"transport_document": "transport_number", "booking": "booking"}.get(paper.kind)
    if field is None:
        return
    known = getattr(row, field)
    if known and _bare(known) != _bare(stated.number):
        text = _("The consignment has another number: %(number)s. Mend the one that is wrong.")
        raise Faulty([text % {"number": known}], "number")
    if not known:
        number = _checked(row, field, stated.number)
        Consignment.objects.filter(pk=row.pk).update(**{field: number})
        setattr(row, field, number)


def _checked(row: Consignment, field: str, number: str) -> str:
    if field != "transport_number":
        return number[:40]
    try:
        return identifiers.transport_number(number, row.mode)
    except ValidationError as error:
        raise Faulty([str(one) for one in error.messages], "number") from error


def _bare(number: str) -> str:
    return "".join(one for one in number.upper() if one.isalnum())


def _keep(paper: Paper, dossier: Dossier, content: bytes, actor: Actor) -> PaperVersion:
    part = part_of(paper.kind, dossier.facts)
    newest = paper.versions.order_by("-number").first()
    version = PaperVersion.objects.create(
        paper=paper,
        number=newest.number + 1 if newest else 1,
        facts=part,
        facts_sha256=facts.fingerprint(part),
        pdf=ContentFile(content, f"{uuid4()}.pdf"),
        sha256=sha256(content).hexdigest(),
        is_uploaded=True,
        actor_id=actor.id,
        actor_name=actor.name,
    )
    states.PAPER.move(paper, states.ISSUED, actor=actor, checked_by=None, checked_at=None)
    return version


@transaction.atomic
def accept(*, paper: Paper, seen: Mapping[str, int], actor: Actor, person: Any) -> None:
    """A coordinator has read it: `seen` are the figures on it (asked_of tells which), compared with the facts.

    Side effects: history row, alternatives no longer asked for, schedule, refold. Raises Faulty, IllegalMove.
    """
    row = lock(paper.consignment)
    mine = Paper.objects.get(pk=paper.pk)
    dossier = Dossier(row)
    found = differences(mine, dossier, seen)
    if found:
        raise Faulty(found)
    states.PAPER.move(mine, states.ACCEPTED, actor=actor, checked_by=person, checked_at=timezone.now())
    require(consignment=row, actor=actor)
    paper.refresh_from_db()


def asked_of(paper: Paper) -> list[str]:
    """Which figures of this paper a coordinator types off it: each is compared with the facts."""
    against = rules.kinds()[paper.kind].against
    return [
        *(["packages", "gross_g"] if "weights" in against else []),
        *(["fob"] if "values" in against else []),
    ]


def differences(paper: Paper, dossier: Dossier, seen: Mapping[str, int]) -> list[str]:
    """In words: what the paper says, and what the facts say."""
    total, money = dossier.facts["totals"], dossier.facts["values"]
    found = []
    if dossier.is_outdated(paper):
        found.append(_("The facts changed after it was uploaded. Ask for a new one."))
    for name in asked_of(paper):
        ours = money["fob"] if name == "fob" else total[name]
        theirs = seen.get(name)
        if theirs != ours:
            found.append(_sentence(name, theirs, ours, money["currency"]))
    return found


def _sentence(name: str, theirs: int | None, ours: int, currency: str) -> str:
    words = {
        "packages": _("Packages: the paper says %(theirs)s, the facts say %(ours)s."),
        "gross_g": _("Gross weight: the paper says %(theirs)s kg, the facts say %(ours)s kg."),
        "fob": _("FOB value: the paper says %(theirs)s, the facts say %(ours)s."),
    }

    def written(figure: int | None) -> str:
        if figure is None:
            return "–"
        if name == "fob":
            return str(Money(figure, currency))
        return str(
            number_format(Decimal(figure) / 1000 if name == "gross_g" else figure, force_grouping=True)
        )

    return words[name] % {"theirs": written(theirs), "ours": written(ours)}


@transaction.atomic
def reject(*, paper: Paper, why: str, actor: Actor, person: Any) -> None:
    """It does not fit; a new one is needed. Side effects: history row, clearance taken back, schedule, refold.

    Raises PaperError without a reason, IllegalMove.
    """
    why = why.strip()[:300]
    if not why:
        raise PaperError([_("Write what does not fit.")])
    row = lock(paper.consignment)
    states.PAPER.move(
        paper, states.REJECTED, actor=actor, why=why, checked_by=person, checked_at=timezone.now()
    )
    Paper.objects.filter(pk=paper.pk).update(why=why)
    require(consignment=row, actor=actor)
    paper.refresh_from_db()
