"""What a composer reads beside each offer of a plan: the grade, and whether the price includes the way; and how the
grade of a line is said to the pool, which counts and knows no names."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from catalogue.grades import is_below, place_of
from marketplace.pooling.models import PERMILLE
from marketplace.pooling.queries import Explained, Row
from marketplace.sourcing.models import DemandLine, QuoteLine


def worst_grade(line: DemandLine) -> int:
    """As a pool takes it: nothing worse than this; all, where no grade is asked for."""
    return place_of(line.grade) if line.grade else PERMILLE


def with_quotes(explained: Explained, supply: Mapping[str, QuoteLine]) -> Explained:
    """The answer with each offer's grade and basis. `supply`: by source, with their demand lines; no query."""
    rows = [_with(row, supply.get(row.offer.source)) for row in explained.rows]
    return replace(explained, rows=rows)


def _with(row: Row, quote: QuoteLine | None) -> Row:
    if quote is None:
        return row
    grade = _("Grade %(grade)s") % {"grade": quote.grade} if quote.grade else ""
    basis = str(quote.get_basis_display()) if quote.basis else ""
    said = " · ".join(filter(None, [grade, basis]))
    return replace(row, said=said, why=_grade_missed(quote) or row.why)


def _grade_missed(quote: QuoteLine) -> str:
    """The pool says that the grade does not do; this says which would."""
    asked = quote.demand_line.grade
    if not is_below(quote.grade, asked):
        return ""
    if not quote.grade:
        return _("It names no grade; %(asked)s or better is asked for.") % {"asked": asked}
    return _("It is grade %(grade)s; %(asked)s or better is asked for.") % {
        "grade": quote.grade,
        "asked": asked,
    }
