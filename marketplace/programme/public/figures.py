"""The years known from sources: each figure with its window, its participants and its source, none added to another.

The one sum that is made here is that of the participants: a pesantren joins once in all years, so it is right to add.
"""

from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext as _

from marketplace.common.figures import grouped
from marketplace.programme.history import WEST_JAVA, is_divided_by_us
from marketplace.programme.models import Figure, ProgrammeYear
from marketplace.programme.wording import each, short
from marketplace.reference.models import Province

AN_EVENT = 7  # days at most; a longer window was counted over months
EVENT, LONGER, UNKNOWN = "event", "longer", "unknown"


@dataclass(frozen=True)
class Fact:
    """One published figure, ready to be read."""

    code: str
    label: str
    value: int
    text: str
    is_about: bool
    participants: int | None
    is_divided_by_us: bool  # participants of the whole year, not named by the source
    window: str
    window_kind: str
    source: str
    source_url: str

    @property
    def per_pesantren(self) -> int | None:
        return each(self.value, self.participants) if self.participants else None


@dataclass(frozen=True)
class Year:
    """One year of the province with its facts, by code."""

    year: int
    note: str
    facts: dict[str, Fact] = field(default_factory=dict)

    @property
    def took_part(self) -> int | None:
        return self.facts[Figure.ACCEPTED].value if Figure.ACCEPTED in self.facts else None

    @property
    def potential(self) -> Fact | None:
        """What was recorded at the temu bisnis, in its own window."""
        return self.facts.get(Figure.POTENTIAL)


def years(province: Province) -> list[Year]:
    """The historic years, oldest first. Two queries."""
    rows = ProgrammeYear.objects.filter(province=province, is_historic=True).order_by("year")
    return [
        Year(row.year, row.note, {one.code: fact_of(one, province) for one in row.figures.all()})
        for row in rows.prefetch_related("figures")
    ]


def fact_of(row: Figure, province: Province) -> Fact:
    text = short(row.value) if row.unit == Figure.RUPIAH else grouped(row.value)
    return Fact(
        code=row.code,
        label=str(row.get_code_display()),
        value=row.value,
        text=_("about %(figure)s") % {"figure": text} if row.is_about else text,
        is_about=row.is_about,
        participants=row.participants,
        is_divided_by_us=province.code == WEST_JAVA
        and row.participants is not None
        and is_divided_by_us(row.year.year, row.code),
        window=row.window,
        window_kind=window_kind(row),
        source=row.source,
        source_url=row.source_url,
    )


def window_kind(row: Figure) -> str:
    """Whether a figure was counted at an event of some days, over a longer time, or in a window nobody published."""
    if row.first is None or row.last is None:
        return UNKNOWN
    return EVENT if (row.last - row.first).days < AN_EVENT else LONGER


def readings(found: list[Year]) -> list[str]:
    """What must be said where a sum is smaller than the one before it: participants, value for each, windows."""
    held = [one for one in found if one.potential]
    said = []
    for before, after in pairwise(held):
        said += reading(before, after)
    return said


def reading(before: Year, after: Year) -> list[str]:
    """How two sums in a row are to be read; nothing where the later one is not smaller."""
    one, two = before.potential, after.potential
    if one is None or two is None or two.value >= one.value:
        return []
    said = []
    each_before, each_after = one.per_pesantren, two.per_pesantren
    if each_before is None or each_after is None or not one.participants or not two.participants:
        said.append(
            _(
                "%(before)s and %(after)s: how many pesantren stood behind a sum is not known, so they are "
                "not compared."
            )
            % {"before": before.year, "after": after.year}
        )
    elif two.participants < one.participants and each_after > each_before:
        took_part = one.participants, two.participants
        said.append(fewer((before.year, after.year), took_part, (each_before, each_after)))
    if one.window_kind != EVENT or two.window_kind != EVENT:
        said.append(
            _(
                "The two were counted in different windows (%(before)s: %(window_before)s; %(after)s: "
                "%(window_after)s). Neither the sums nor the values for each pesantren measure the same time."
            )
            % {
                "before": before.year,
                "after": after.year,
                "window_before": one.window or _("not published"),
                "window_after": two.window or _("not published"),
            }
        )
    return said


def fewer(years: tuple[object, object], participants: tuple[int, int], values: tuple[int, int]) -> str:
    """Of two sums in a row: fewer pesantren stand behind the later, each with more."""
    return _(
        "%(after)s against %(before)s: fewer pesantren took part (%(few)s, before %(many)s), and the value for "
        "each pesantren rose from %(each_before)s to %(each_after)s. The smaller sum is no decline."
    ) % {
        "before": years[0],
        "after": years[1],
        "few": grouped(participants[1]),
        "many": grouped(participants[0]),
        "each_before": short(values[0]),
        "each_after": short(values[1]),
    }
