"""When goods are in season: twelve months for the strip, and the same in words."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.reference.working_days import today


@dataclass(frozen=True)
class Month:
    label: str
    in_season: bool
    is_now: bool


def span(first: object, last: object) -> str:
    """A range in words fit for both directions of writing."""
    # Translators: in Arabic with words (من … إلى …): a bare dash turns the range round.
    return _("%(first)s–%(last)s") % {"first": first, "last": last}


def strip(harvest: Collection[int]) -> list[Month]:
    """The twelve months; empty where no season is known or needed."""
    if not harvest:
        return []
    now = today().month
    return [Month(_label(number), number in harvest, number == now) for number in range(1, 13)]


def _label(month: int) -> str:
    """ "Jan"; Arabic has no short names and can't be cut, so there the number stands."""
    return str(month) if get_language() == "ar" else str(MONTHS_3[month])[:3].capitalize()


def in_season(harvest: Collection[int]) -> bool:
    return today().month in harvest


def next_harvest(harvest: Collection[int]) -> str:
    """The month in which the next harvest begins, for goods that are out of season; else ""."""
    now = today().month
    if not harvest or now in harvest:
        return ""
    return str(MONTHS[min(harvest, key=lambda month: (month - now) % 12)])


def runs(harvest: Collection[int]) -> list[tuple[int, int]]:
    """Months as runs over the turn of the year: {12, 1, 2, 7} gives (7, 7), (12, 2)."""
    months = set(harvest)
    if len(months) == 12:
        return [(1, 12)]
    starts = sorted(month for month in months if (month - 2) % 12 + 1 not in months)
    found = []
    for start in starts:
        last = start
        while last % 12 + 1 in months:
            last = last % 12 + 1
        found.append((start, last))
    return found


def text(harvest: Collection[int], perishable: bool, sells: bool) -> str:
    """ "Harvest December–April"; goods without a season say so only where that is known."""
    if len(set(harvest)) == 12 or (not harvest and sells and not perishable):
        return _("Available all year")
    if not harvest:
        return _("Season not stated") if perishable else ""
    parts = [str(MONTHS[a]) if a == b else span(MONTHS[a], MONTHS[b]) for a, b in runs(harvest)]
    return _("Harvest %(months)s") % {"months": _(", ").join(parts)}
