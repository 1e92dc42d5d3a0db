"""How papers stand to one another and to the facts: read, never written here."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.exports import documents, states
from marketplace.exports.documents.base import Head
from marketplace.exports.models import Consignment, Paper, PaperVersion
from marketplace.exports.papers import facts, rules
from marketplace.exports.papers.facts import Facts
from marketplace.exports.papers.gate import is_open
from marketplace.reference.working_days import JAKARTA

# What stands before the number of a paper made here.
PREFIX = {
    "proforma_invoice": "PI",
    "commercial_invoice": "INV",
    "packing_list": "PL",
    "shipping_marks": "SM",
    "letter_of_instruction": "SLI",
    "peb_data": "PEBD",
    "insurance_request": "INS",
    "phyto_request": "PHY",
    "origin_request": "SKA",
}

# Reasons that this programme writes; people's own are in their words.
NO_LONGER_ASKED, INSTEAD, CHANGED = "no rule asks for it", "another paper does", "facts changed"


def why_of(paper: Paper) -> str:
    """Why it is not needed or does not fit, in the reader's language where this programme says so."""
    words = {
        NO_LONGER_ASKED: _("No rule asks for it any more."),
        INSTEAD: _("Another paper does instead."),
        CHANGED: _("The facts changed after it was issued."),
    }
    return words.get(paper.why, paper.why)


def part_of(kind: str, base: Facts) -> Facts:
    """What a paper of this kind shows, or is compared with."""
    return facts.shown(base, documents.shows(kind, rules.kinds()[kind].against))


@dataclass
class Dossier:
    """All papers of one consignment with their newest versions and the facts as they are now."""

    consignment: Consignment

    @cached_property
    def papers(self) -> dict[str, Paper]:
        rows = {row.kind: row for row in Paper.objects.filter(consignment=self.consignment)}
        return {code: rows[code] for code in rules.order() if code in rows}

    @cached_property
    def newest(self) -> dict[int, PaperVersion]:
        """The newest version of each paper, by the paper's id."""
        found = PaperVersion.objects.filter(paper__consignment=self.consignment).order_by("number")
        return {row.paper_id: row for row in found}

    @cached_property
    def facts(self) -> Facts:
        return facts.facts_of(self.consignment)

    def missing_first(self, paper: Paper) -> list[Paper]:
        """Papers that must be in hand before this one is issued; what is not needed at all is not asked for."""
        wanted = [self.papers[code] for code in rules.kinds()[paper.kind].needs_first if code in self.papers]
        return [one for one in wanted if is_open(one)]

    def is_outdated(self, paper: Paper) -> bool:
        """Whether it was issued before the facts it shows changed."""
        version = self.newest.get(paper.pk)
        if version is None or paper.state not in states.IN_HAND:
            return False
        return facts.fingerprint(part_of(paper.kind, self.facts)) != version.facts_sha256

    def outdated(self) -> list[Paper]:
        """In the order in which they are made anew."""
        return [paper for paper in self.papers.values() if self.is_outdated(paper)]


def head_of(paper: Paper, version: int, base: Facts, is_draft: bool = False) -> Head:
    return Head(
        number=paper.number or own_number(paper),
        issued_on=paper.issued_on,
        version=version,
        issuer=base["exporter"]["name"],
        consignment=base["consignment"]["number"],
        is_draft=is_draft,
    )


def own_number(paper: Paper) -> str:
    """For instance INV-X26-7KQ3MX; it stays through amendments."""
    return f"{PREFIX[paper.kind]}-{paper.consignment.number}"


def local_day(moment: datetime | None = None) -> Any:
    return (moment or timezone.now()).astimezone(JAKARTA).date()
