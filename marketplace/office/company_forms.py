"""The terms the office gives a company."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import MoneyField
from marketplace.office.forms import WhyForm

MOST = 10**12


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
