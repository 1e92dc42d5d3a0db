"""What the office asks of the books: which accounts, which day, which days."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm
from marketplace.ledger.models import Kind
from marketplace.ledger.money import MINOR_DIGITS

EARLIEST = date(2000, 1, 1)
NO_DAY = {
    "required": _("Write a date, for example 2026-11-23."),
    "invalid": _("Write a date, for example 2026-11-23."),
}


class Day(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, error_messages=NO_DAY, **kwargs)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and not EARLIEST <= value < date(2200, 1, 1):
            raise forms.ValidationError(NO_DAY["invalid"])


class AccountsForm(AccessibleForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *Kind.choices], required=False)
    currency = forms.ChoiceField(
        label=_("Currency"), choices=[("", _("All")), *((one, one) for one in MINOR_DIGITS)], required=False
    )
    ref = forms.CharField(
        label=_("Reference begins with"),
        max_length=80,
        required=False,
        help_text=_("For example order/26 or pesantren/7"),
    )
    all = forms.BooleanField(label=_("Also accounts at zero"), required=False)


class DayForm(AccessibleForm):
    day = Day(label=_("At the end of"))


class PeriodForm(AccessibleForm):
    first = Day(label=_("From"))
    last = Day(label=_("To, this day included"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("The last day comes before the first."))
        return data
