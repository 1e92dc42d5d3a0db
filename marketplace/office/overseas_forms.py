"""What the office types for buyers abroad: letters of credit, files of rates, money sold to the bank."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm, MoneyField, WholeNumberField
from marketplace.office.forms import MOST, bank_reference_field
from marketplace.payments import rate_files
from marketplace.reference import working_days


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Write the date as it stands in the letter."),
            "invalid": _("Write a date, for example 2026-11-23."),
        },
    )


class LetterForm(AccessibleForm):
    number = forms.CharField(
        label=_("Number of the letter of credit"),
        max_length=60,
        error_messages={"required": _("Write the number of the letter.")},
    )
    issuing_bank = forms.CharField(
        label=_("Issuing bank"),
        max_length=100,
        error_messages={"required": _("Write the bank that promises to pay.")},
    )
    advising_bank = forms.CharField(label=_("Advising bank"), max_length=100, required=False)
    issued_on = _day(_("Issued on"))
    latest_shipment = _day(_("Latest day of shipment"))
    expires_on = _day(_("Expires on"))
    presentation_days = WholeNumberField(
        label=_("Days to present the papers"),
        help_text=_("After shipment. Letters that do not say it give 21 days."),
        least=1,
        most=365,
        initial=21,
        error_messages={"required": _("Write the number of days.")},
    )
    papers = forms.CharField(
        label=_("Papers it asks for"),
        help_text=_("One on each line."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write the papers the bank asks for.")},
    )

    def clean_papers(self) -> list[str]:
        papers = [line.strip() for line in self.cleaned_data["papers"].splitlines() if line.strip()]
        if any(len(paper) > 150 for paper in papers):
            raise forms.ValidationError(_("Write at most 150 characters on a line."))
        return papers

    def clean_issued_on(self) -> Any:
        day = self.cleaned_data["issued_on"]
        if day > working_days.today():
            raise forms.ValidationError(
                _("This day is still to come. Write the date as it stands in the letter.")
            )
        return day

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or {}
        issued, ship, end = (data.get(name) for name in ("issued_on", "latest_shipment", "expires_on"))
        if issued and ship and ship < issued:
            self.add_error(
                "latest_shipment", _("The latest shipment cannot be before the letter was issued.")
            )
        if ship and end and end < ship:
            self.add_error("expires_on", _("The letter cannot expire before the latest shipment."))
        return data


class RatesForm(AccessibleForm):
    file = forms.FileField(
        label=_("CSV file of rates"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        max_length=150,
        error_messages={
            "required": _("Choose the CSV file of rates."),
            "empty": _("This file is empty."),
            "max_length": _("The name of the file is too long."),
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > rate_files.MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 200 kB."))
        return file


class ExchangeForm(AccessibleForm):
    received = MoneyField(
        label=_("What the bank gave, in rupiah"),
        least=1,
        most=MOST,
        error_messages={"required": _("Write what the bank gave.")},
    )
    bank_reference = bank_reference_field(_("Bank's own reference"))
