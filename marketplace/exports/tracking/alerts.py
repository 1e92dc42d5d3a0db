"""What is wrong, or soon will be, with one consignment. Pure; services.looking gathers the facts and raises alerts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from marketplace.exports import states
from marketplace.exports.goods.freshness import Fresh
from marketplace.exports.models import Alert, Consignment, Paper
from marketplace.exports.papers.gate import is_in_hand, is_open
from marketplace.exports.tracking.temperatures import Excursion
from marketplace.reference.working_days import JAKARTA

CUTOFF_NEAR = timedelta(hours=48)
# No word of goods under way for so long (assumed: a flight takes hours, a carrier by sea reports ports).
SILENT_AFTER = {states.AIR: timedelta(days=2), states.SEA: timedelta(days=7)}
HANDED_IN = frozenset({"FOH", "RCS", "MAN", "GTIN", "LOAD"})
KINDS = {
    str(kind)
    for kind in (
        Alert.Kind.PAPER_LATE,
        Alert.Kind.CUTOFF_NEAR,
        Alert.Kind.SILENCE,
        Alert.Kind.ETA_LATE,
        Alert.Kind.SHELF_LIFE,
        Alert.Kind.EXCURSION,
        Alert.Kind.PERMIT_ENDS,
        Alert.Kind.REST,
    )
}
Found = dict[tuple[str, str], dict[str, Any]]


@dataclass(frozen=True)
class Ends:
    """A paper, or a permit: until when it counts."""

    number: str
    last: date


@dataclass(frozen=True)
class Facts:
    """What is known about one consignment."""

    consignment: Consignment  # with its folded columns as they are now
    papers: list[Paper] = field(default_factory=list)
    fresh: list[Fresh] = field(default_factory=list)  # goods that spoil, as they would arrive
    permits: list[Ends] = field(default_factory=list)
    excursions: list[Excursion] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)  # parts of which some stands in no consignment
    happened: frozenset[str] = frozenset()  # codes of actual events
    last_news_at: datetime | None = None  # when the last event was recorded


def asks_what_happened(one: Consignment, now: datetime) -> bool:
    """Whether the events of this consignment matter now: it is here, and its cut-off is near."""
    return one.state in states.HERE and one.cutoff_at is not None and one.cutoff_at - now <= CUTOFF_NEAR


def asks_for_news(one: Consignment) -> bool:
    return one.state in (states.DEPARTED, states.ARRIVED)


def asks_how_fresh(one: Consignment) -> bool:
    """Once the consignee has the goods, they keep them."""
    return one.eta is not None and one.state != states.DELIVERED


def asks_for_permits(one: Consignment) -> bool:
    """Permits and papers must last until the goods are there."""
    return one.eta is not None and one.state not in (states.ARRIVED, states.DELIVERED)


def asks_for_the_rest(one: Consignment) -> bool:
    """Before it leaves, the papers' page says what would stay behind."""
    return one.state in states.UNDER_WAY


def holds(facts: Facts, now: datetime) -> Found:
    """(kind, about): details, of everything that holds at this moment."""
    if facts.consignment.state in states.ENDED:
        return {}
    found: Found = {}
    for rule in (_paper_late, _cutoff, _silence, _eta, _shelf_life, _excursion, _permit_ends, _rest):
        for kind, about, details in rule(facts, now):
            found[(str(kind), about)] = details
    return found


Rows = Iterable[tuple[str, str, dict[str, Any]]]


def _paper_late(facts: Facts, now: datetime) -> Rows:
    for paper in facts.papers:
        if is_open(paper) and paper.due_at is not None and paper.due_at < now:
            yield Alert.Kind.PAPER_LATE, paper.kind, {"due_at": paper.due_at.isoformat()}


def _cutoff(facts: Facts, now: datetime) -> Rows:
    one = facts.consignment
    if one.cutoff_at and asks_what_happened(one, now) and not facts.happened & HANDED_IN:
        yield Alert.Kind.CUTOFF_NEAR, "", {"cutoff_at": one.cutoff_at.isoformat()}


def _silence(facts: Facts, now: datetime) -> Rows:
    one = facts.consignment
    last = facts.last_news_at
    if asks_for_news(one) and last and now - last > SILENT_AFTER[one.mode]:
        yield Alert.Kind.SILENCE, "", {"since": last.isoformat()}


def _eta(facts: Facts, now: datetime) -> Rows:
    one = facts.consignment
    if one.eta is not None and one.window_last is not None and _day(one.eta) > one.window_last:
        details = {"eta": one.eta.isoformat(), "window_last": one.window_last.isoformat()}
        yield Alert.Kind.ETA_LATE, "", details


def _shelf_life(facts: Facts, now: datetime) -> Rows:
    """By the rule that plans are refused by (freshness.py), now with the arrival that is expected."""
    one = facts.consignment
    if one.eta is None or not asks_how_fresh(one):
        return
    for goods in facts.fresh:
        if not goods.is_enough:
            details = {"last": goods.keeps_until.isoformat(), "eta": one.eta.isoformat(), "left": goods.left}
            yield Alert.Kind.SHELF_LIFE, goods.about, details


def _excursion(facts: Facts, now: datetime) -> Rows:
    """One alert a logger, with its worst excursion: goods that swing around the limit are one trouble."""
    by_logger: dict[str, list[Excursion]] = {}
    for one in facts.excursions:
        by_logger.setdefault(one.logger, []).append(one)
    setpoint = facts.consignment.setpoint
    for logger, some in by_logger.items():
        worst = max(some, key=lambda each: abs(each.worst - (setpoint or 0)))
        details = {"celsius": str(worst.worst), "first": worst.first.isoformat(), "times": len(some)}
        yield Alert.Kind.EXCURSION, logger, details


def _permit_ends(facts: Facts, now: datetime) -> Rows:
    one = facts.consignment
    if one.eta is None or not asks_for_permits(one):
        return
    papers = [Ends(p.kind, p.valid_to) for p in facts.papers if p.valid_to and is_in_hand(p)]
    for ends in [*papers, *facts.permits]:
        if ends.last < _day(one.eta):
            details = {"last": ends.last.isoformat(), "eta": one.eta.isoformat()}
            yield Alert.Kind.PERMIT_ENDS, ends.number, details


def _rest(facts: Facts, now: datetime) -> Rows:
    for number in facts.missed if asks_for_the_rest(facts.consignment) else ():
        yield Alert.Kind.REST, number, {}


def _day(moment: datetime) -> date:
    return moment.astimezone(JAKARTA).date()
