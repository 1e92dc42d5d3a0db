"""Demands as a pesantren reads them: why one fits, what is missing, how far its own answer is. Words, no rows."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from marketplace.common.figures import grouped
from marketplace.sourcing import matching, queries, states
from marketplace.sourcing.models import Demand, Invited, Negotiation
from marketplace.sourcing.readiness import Lack, Readiness
from marketplace.sourcing.records import NEEDED

MOST_POINTS = matching.FREE + matching.SEASON + matching.RECORD + matching.DISTANCE


@dataclass(frozen=True)
class Fit:
    """One good of a demand that one listing fits: why, in short sentences, and what is missing."""

    told: Invited
    why: list[str]
    lacks: list[Lack]

    @property
    def points(self) -> int:
        return self.told.score

    @property
    def barring(self) -> list[Lack]:
        """Without these no answer can be sent."""
        return [one for one in self.lacks if one.forbids]

    @property
    def wanting(self) -> list[Lack]:
        """These are asked for, too; an answer is possible without."""
        return [one for one in self.lacks if not one.forbids]

    @property
    def to_send(self) -> bool:
        """Whether a paper is missing that the pesantren can send in."""
        return any(one.is_paper for one in self.lacks)


@dataclass
class Row:
    """One demand in the list: what it fits, and what this pesantren answered."""

    demand: Demand
    fits: list[Fit] = field(default_factory=list)
    talks: list[Negotiation] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return bool(self.demand.takes_answers)  # type: ignore[attr-defined]

    @property
    def is_refused(self) -> bool:
        return bool(self.fits) and all(fit.told.refused_at for fit in self.fits)

    @property
    def lacks(self) -> bool:
        return any(fit.barring for fit in self.fits)

    @property
    def answer(self) -> tuple[str, str] | None:
        """The state of the latest version, in words, with its tone; nothing while there is none."""
        versions = [quote for talk in self.talks for quote in talk.quotes.all()]
        if not versions:
            return None
        last = max(versions, key=lambda quote: quote.pk)
        tones = {states.ACCEPTED: "good", states.DRAFT: "warn", states.SENT: "plain"}
        return str(last.get_state_display()), tones.get(last.state, "plain")


def rows(user: Any, demands: Iterable[Demand]) -> list[Row]:
    """Of these demands; what is missing by the papers of today. Some queries, however many they are."""
    found = {demand.pk: Row(demand) for demand in demands}
    told = list(queries.told(user).filter(demand__in=found))
    papers = Readiness([one.product for one in told if one.product])
    for one in told:
        demand = found[one.demand_id].demand
        found[one.demand_id].fits.append(_fit(one, _lacks(one, demand, papers)))
    for talk in queries.talks_of(user).filter(demand__in=found).exclude(kind=Negotiation.OFFER):
        found[talk.demand_id].talks.append(talk)
    return list(found.values())


def of_partners(row: Row, last: date) -> list[dict[str, Any]]:
    """The demand's own page: by pesantren what fits and what is missing on the last day of the demand."""
    papers = Readiness([fit.told.product for fit in row.fits if fit.told.product], last)
    by_partner: dict[int, dict[str, Any]] = defaultdict(lambda: {"fits": [], "talks": []})
    for fit in row.fits:
        here = by_partner[fit.told.partner_id]
        here["partner"] = fit.told.partner
        here["fits"].append(Fit(fit.told, fit.why, _lacks(fit.told, row.demand, papers)))
    for talk in row.talks:
        by_partner[talk.partner_id]["partner"] = talk.partner
        by_partner[talk.partner_id]["talks"].append(talk)
    for here in by_partner.values():
        here["is_refused"] = bool(here["fits"]) and all(fit.told.refused_at for fit in here["fits"])
        here["lacks"] = any(fit.barring for fit in here["fits"])
        here["drafts"] = [
            quote for talk in here["talks"] for quote in talk.quotes.all() if quote.state == "draft"
        ]
    return list(by_partner.values())


def _lacks(one: Invited, demand: Demand, papers: Readiness) -> list[Lack]:
    return papers.lacks(one.product, demand) if one.product else []


def _fit(one: Invited, lacks: list[Lack]) -> Fit:
    return Fit(one, list(filter(None, _why(one))), lacks)


def _why(one: Invited) -> list[str]:
    facts, unit = one.facts, one.line.unit.name
    return [
        _free(facts.get("free"), one.line.quantity, unit),
        _season(facts.get("months") or []),
        _far(facts),
        _kept(facts),
    ]


def _free(free: int | None, wanted: int, unit: str) -> str:
    if free is None:
        return _("You have not said how much you have.")
    return _("Free in these days: %(free)s of %(wanted)s %(unit)s.") % {
        "free": grouped(min(free, wanted)),
        "wanted": grouped(wanted),
        "unit": unit,
    }


def _season(months: list[int]) -> str:
    names = ", ".join(str(MONTHS[month]) for month in months if month in MONTHS)
    return _("Harvest in the asked months: %(months)s.") % {"months": names or "–"}


def _far(facts: dict[str, Any]) -> str:
    return _("Distance: %(km)s km.") % {"km": facts["km"]} if facts.get("km") is not None else ""


def _kept(facts: dict[str, Any]) -> str:
    if facts.get("fill") is None:
        text = _("Deliveries so far: %(n)s. Your record counts from %(needed)s on.")
        return text % {"n": facts.get("deliveries", 0), "needed": NEEDED}
    if facts.get("on_time") is None:
        return _("Accepted of what was ordered: %(fill)s %%.") % {"fill": facts["fill"] // 10}
    text = _("Accepted of what was ordered: %(fill)s %%. In time: %(time)s %%.")
    return text % {"fill": facts["fill"] // 10, "time": facts["on_time"] // 10}
