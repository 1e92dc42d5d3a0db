"""Until when the office believes a company's proof, and the terms it gives."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm, MoneyField, WhyForm
from marketplace.reference import working_days
from offtakers.services.companies import LONGEST

MOST = 10**12


class UntilForm(AccessibleForm):
    until = forms.DateField(
        label=_("Verified until"),
        help_text=_(
            "The last day. Take the day on which the paper itself ends, if it has one; at most three years."
        ),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Write the last day."),
            "invalid": _("Write a date, for example 2026-11-23."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"until": working_days.today() + timedelta(days=365)})
        super().__init__(*args, **kwargs)

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        if not working_days.today() < day <= working_days.today() + LONGEST:
            raise forms.ValidationError(_("The last day must lie ahead, within three years."))
        return day


class TermsForm(WhyForm):
    tempo_days = forms.TypedChoiceField(
        label=_("When does the company pay?"),
        choices=[
            (0, _("By transfer before delivery")),
            (14, _("14 days after delivery")),
            (30, _("30 days after delivery")),
        ],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose when the company pays.")},
    )
    credit_limit = MoneyField(
        label=_("Limit in rupiah"),
        most=MOST,
        help_text=_("The most that may be open at any one time. 0 with payment before delivery."),
        error_messages={"required": _("Write the limit; 0 for none.")},
    )
    field_order = ["tempo_days", "credit_limit", "why"]

    def __init__(self, *args: Any, is_domestic: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_domestic = is_domestic

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("tempo_days"):
            if not self.is_domestic:
                self.add_error("tempo_days", _("Only companies in Indonesia buy on tempo."))
            if data.get("credit_limit") == 0:
                self.add_error(
                    "credit_limit", _("Write a limit above 0: without one nothing can be bought on tempo.")
                )
        return data
