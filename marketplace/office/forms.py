"""What the office types: money seen at the bank, why a step is taken, references of payments made."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm, MoneyField
from marketplace.reference import working_days

MOST = 10**12  # one transfer of a thousand billion rupiah is a typing error


def _bank_reference(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=_("As it stands on the statement. Each is used once."),
        max_length=60,
        error_messages={"required": _("Write the bank's own reference.")},
    )


class ReceiptForm(AccessibleForm):
    amount = MoneyField(
        label=_("Amount in rupiah"),
        least=1,
        most=MOST,
        error_messages={"required": _("Write the amount that arrived.")},
    )
    received_on = forms.DateField(
        label=_("Date on the statement"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Write the date on the statement."),
            "invalid": _("Write a date, for example 2026-11-23."),
        },
    )
    payer = forms.CharField(
        label=_("Name of the payer"),
        max_length=100,
        error_messages={"required": _("Write the name of the payer as the bank shows it.")},
    )
    bank_reference = _bank_reference(_("Bank's own reference"))
    note = forms.CharField(
        label=_("Text of the transfer"),
        max_length=140,
        required=False,
        help_text=_("Copy it as it is: the order is found by the reference in it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"received_on": working_days.today()})
        super().__init__(*args, **kwargs)

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > working_days.today():
            raise forms.ValidationError(_("This day is still to come. Write the date on the statement."))
        return day


class WhyForm(AccessibleForm):
    why = forms.CharField(
        label=_("Why?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write why."), "max_length": _("Write at most 300 characters.")},
    )


class PayRefundForm(AccessibleForm):
    bank_reference = _bank_reference(_("Bank's own reference of your transfer"))
