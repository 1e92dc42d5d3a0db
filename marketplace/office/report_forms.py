"""Which days a report is about, and in which language."""

from calendar import monthrange
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.common.forms import AccessibleForm
from marketplace.programme.models import Report
from marketplace.programme.years import queries as year_queries
from marketplace.reference.models import Province
from marketplace.reference.working_days import today

FIRST_YEAR = 2019  # the programme's first
WHOLE = "year"
SOURCED = gettext_lazy(
    "This year is known from sources alone: a report would count nothing but zeros. Its figures stand, with their "
    "sources, on the public page of the programme."
)


class ReportForm(AccessibleForm):
    """A year, one of its quarters or all of it, and a language; no days that lie ahead alone, and no year that is known
    from sources alone: all that is counted here would be zero."""

    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)
    part = forms.ChoiceField(label=gettext_lazy("Quarter or whole year"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the report"))

    def __init__(self, *args: Any, province: Province, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = now = today(province.zone)
        fields: Any = self.fields
        sourced = set(year_queries.historic(province))
        every = range(now.year, FIRST_YEAR - 1, -1)
        fields["year"].choices = [(one, str(one)) for one in every if one not in sourced]
        if str(self.data.get("year", "")) in {str(one) for one in sourced}:
            fields["year"].error_messages["invalid_choice"] = SOURCED
        quarters = [(str(one), _("Quarter %(number)s") % {"number": one}) for one in (1, 2, 3, 4)]
        fields["part"].choices = [*quarters, (WHOLE, _("The whole year"))]
        fields["language"].choices = settings.LANGUAGES
        fields["part"].initial = str((now.month + 2) // 3)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if "year" in found and "part" in found and self.span()[0] > self.today:
            self.add_error("part", _("This quarter has not begun yet."))
        return found

    def period(self) -> str:
        return Report.YEAR if self.cleaned_data["part"] == WHOLE else Report.QUARTER

    def span(self) -> tuple[date, date]:
        """The first and the last day."""
        year, part = self.cleaned_data["year"], self.cleaned_data["part"]
        if part == WHOLE:
            return date(year, 1, 1), date(year, 12, 31)
        month = int(part) * 3
        return date(year, month - 2, 1), date(year, month, monthrange(year, month)[1])
