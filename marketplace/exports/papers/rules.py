"""Which papers goods need, by class × destination × mode × Incoterm, as dated data (data/paper_*.csv).

`is_assumed` marks what no source of ours says; a customs broker and the authority have the last word.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.exports import states
from marketplace.exports.tables import ANYWHERE as ANY
from marketplace.exports.tables import rows

STAGES = [states.BEFORE_LOADING, states.BEFORE_DEPARTURE, states.BEFORE_ARRIVAL]


@dataclass(frozen=True)
class Kind:
    """One kind of paper: who issues it, how long that takes, what must be there first."""

    code: str
    names: tuple[tuple[str, str], ...]  # (language, name)
    issuer: str
    issuers: tuple[tuple[str, str], ...]  # (language, the same in words of that language)
    lead_days: int  # working days
    lead_is_sourced: bool
    needs_first: tuple[str, ...]
    opens_days: int | None  # not earlier than so many days before departure
    after_departure: bool  # it can usually be asked for only once the goods have left
    dcsa_code: str  # document type of DCSA's shipment events; "": it has none
    made_here: bool
    two_people: bool  # another person than its issuer confirms it
    against: tuple[str, ...]  # which facts an uploaded one is compared with (documents.AGAINST)

    def __str__(self) -> str:
        return self.name_in(get_language() or "id")

    def name_in(self, language: str) -> str:
        return dict(self.names).get(language[:2]) or dict(self.names)["en"]

    @property
    def issuer_here(self) -> str:
        return dict(self.issuers).get((get_language() or "id")[:2]) or self.issuer

    def label_of(self, state: str) -> str:
        """A paper's state in words: ours needs no check once it is issued, unless a second person must agree."""
        if state == states.ISSUED and self.made_here and not self.two_people:
            return _("Issued")
        return str(dict(states.PAPER_CHOICES)[state])

    @property
    def name_en(self) -> str:
        return self.name_in("en")


@dataclass(frozen=True)
class Goods:
    """What rules ask of one line of goods."""

    class_code: str
    commodity: str
    hs: str  # digits only

    def is_meant(self, tokens: Iterable[str]) -> bool:
        """By `*`, a product class, "commodity:kopi", or how the HS code begins: "hs:0901"."""
        return any(self._fits(token) for token in tokens)

    def _fits(self, token: str) -> bool:
        sort, colon, value = token.partition(":")
        if not colon:
            return token in (ANY, self.class_code)
        return value == self.commodity if sort == "commodity" else self.hs.startswith(value)


@dataclass(frozen=True)
class Rule:
    """From `valid_from` to `valid_until` (both included) these goods need this paper on this way."""

    goods: tuple[str, ...]
    country: str
    mode: str
    incoterms: tuple[str, ...]
    kind: str
    any_of: str  # rules of one group: one of their papers is enough
    needed_before: str
    valid_from: date
    valid_until: date | None
    source: str
    is_assumed: bool

    def holds(self, goods: Iterable[Goods], *, country: str, mode: str, incoterm: str, day: date) -> bool:
        if day < self.valid_from or (self.valid_until and day > self.valid_until):
            return False
        if self.country not in (ANY, country) or self.mode not in (ANY, mode):
            return False
        if ANY not in self.incoterms and incoterm not in self.incoterms:
            return False
        return ANY in self.goods or any(one.is_meant(self.goods) for one in goods)


@dataclass(frozen=True)
class Need:
    """One paper that is needed: its strictest rule, and the papers that would do instead."""

    rule: Rule
    instead: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        return self.rule.kind


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """All kinds by their code, in the order in which papers are made."""
    found = {}
    for row in rows("paper_kinds"):
        found[row["code"]] = Kind(
            code=row["code"],
            names=tuple((code, row[f"name_{code}"]) for code in ("id", "en", "ar")),
            issuer=row["issuer"],
            issuers=tuple((code, row[f"issuer_{code}"]) for code in ("id", "ar")),
            lead_days=int(row["lead_days"]),
            lead_is_sourced=row["lead_is_sourced"] == "yes",
            needs_first=tuple(row["needs_first"].split()),
            opens_days=int(row["opens_days"]) if row["opens_days"] else None,
            after_departure=row["after_departure"] == "yes",
            dcsa_code=row["dcsa_code"],
            made_here=row["made_here"] == "yes",
            two_people=row["two_people"] == "yes",
            against=tuple(row["against"].split()),
        )
    return found


@lru_cache(maxsize=1)
def all_rules() -> tuple[Rule, ...]:
    return tuple(
        Rule(
            goods=tuple(row["goods"].split()),
            country=row["country"],
            mode=row["mode"],
            incoterms=tuple(row["incoterms"].split()),
            kind=row["kind"],
            any_of=row["any_of"],
            needed_before=row["needed_before"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
            source=row["source"],
            is_assumed=row["is_assumed"] == "yes",
        )
        for row in rows("paper_rules")
    )


@lru_cache(maxsize=1)
def peb_fields() -> tuple[str, ...]:
    """What a filed PEB never gets corrected: a wrong one is cancelled and filed anew."""
    return tuple(row["field"] for row in rows("peb_fields_that_cannot_be_amended"))


@lru_cache(maxsize=1)
def order() -> tuple[str, ...]:
    """Codes of all kinds, each after what it needs first."""
    found: list[str] = []

    def visit(code: str) -> None:
        if code not in found:
            for first in kinds()[code].needs_first:
                visit(first)
            found.append(code)

    for code in kinds():
        visit(code)
    return tuple(found)


def needs(goods: list[Goods], *, country: str, mode: str, incoterm: str, day: date) -> dict[str, Need]:
    """Every paper that is needed, by its kind; of several rules for one kind the strictest and best sourced counts."""
    holding = [
        rule
        for rule in all_rules()
        if rule.holds(goods, country=country, mode=mode, incoterm=incoterm, day=day)
    ]
    # A paper that is needed in any case also satisfies every group it belongs to.
    certain = {rule.kind for rule in holding if not rule.any_of}
    groups: dict[str, set[str]] = {}
    for rule in holding:
        if rule.any_of:
            groups.setdefault(rule.any_of, set()).add(rule.kind)
    found: dict[str, Need] = {}
    for rule in sorted(holding, key=_strictness):
        others = groups.get(rule.any_of, set())
        if rule.any_of and others & certain:
            continue
        found.setdefault(
            rule.kind, Need(rule, frozenset(others - {rule.kind}) if rule.any_of else frozenset())
        )
    return found


def _strictness(rule: Rule) -> tuple[bool, int, bool]:
    return bool(rule.any_of), STAGES.index(rule.needed_before), rule.is_assumed
