"""What the office types: money seen at the bank, why a step is taken, references of payments made."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm
from marketplace.ledger.amounts import AmountField
from marketplace.ledger.money import MINOR_DIGITS
from marketplace.payments.statements import MOST_BYTES
from marketplace.reference import working_days

MOST = 10**12  # one transfer of a thousand billion rupiah is a typing error


def bank_reference_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=_("As it stands on the statement. Each is used once."),
        max_length=60,
        error_messages={"required": _("Write the bank's own reference.")},
    )


class ReceiptForm(AccessibleForm):
    currency = forms.ChoiceField(
        label=_("Currency"), choices=[(one, one) for one in MINOR_DIGITS], required=False
    )
    amount = AmountField(
        label=_("Amount"),
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
    bank_reference = bank_reference_field(_("Bank's own reference"))
    note = forms.CharField(
        label=_("Text of the transfer"),
        max_length=300,
        required=False,
        help_text=_("Copy it as it is: the order is found by the reference in it."),
    )

    another = forms.BooleanField(
        label=_("It is another transfer: record it"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"received_on": working_days.today()})
        super().__init__(*args, **kwargs)

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"] or "IDR"

    def clean_amount(self) -> Any:
        """Minor units of the currency, which stands before it in the form."""
        field = self.fields["amount"]
        assert isinstance(field, AmountField)
        return field.in_minor(self.cleaned_data["amount"], self.cleaned_data.get("currency", "IDR"))

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > working_days.today():
            raise forms.ValidationError(_("This day is still to come. Write the date on the statement."))
        return day

    def ask_if_another(self) -> None:
        """A like transfer stands in the list: a person must say that this is another one."""
        self.fields["another"].widget = forms.CheckboxInput()
        self.add_error(
            "another",
            _("A like transfer is recorded already. Look at it; tick this if yours is another one."),
        )


class StatementForm(AccessibleForm):
    file = forms.FileField(
        label=_("The bank's CSV file"),
        help_text=_("As your internet banking gives it out, at most 2 MB and 5,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        max_length=150,
        error_messages={
            "required": _("Choose the CSV file of your bank."),
            "empty": _("This file is empty."),
            "max_length": _("The name of the file is too long."),
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB. Take a shorter period."))
        return file


class PayRefundForm(AccessibleForm):
    bank_reference = bank_reference_field(_("Bank's own reference of your transfer"))
