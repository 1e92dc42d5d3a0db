"""What others than the desk bring: issued papers (brokers and forwarders by a link), temperature logs (the buyer)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm
from marketplace.common.proofs import ProofField
from marketplace.exports.papers.errors import PaperError
from marketplace.exports.services.uploads import Stated
from marketplace.exports.tracking import event_files


def day_field(label: Any, required: bool = True, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Write the date."),
            "invalid": _("Write a date, for example 2026-11-23."),
        },
        **more,
    )


def refuse(form: forms.Form, error: PaperError) -> None:
    """Back into the form, beside its field if it has it."""
    for sentence in error.sentences:
        form.add_error(error.field if error.field in form.fields else None, sentence)


class PaperFileForm(AccessibleForm):
    """One issued paper: file, number, day, last valid day."""

    file = ProofField(
        label=_("File"),
        help_text=_("PDF, JPG or PNG, at most 5 MB."),
        error_messages={"required": _("Choose the file.")},
    )
    number = forms.CharField(
        label=_("Number"),
        max_length=60,
        help_text=_("As it stands on the paper."),
        error_messages={"required": _("Write the number of the paper.")},
    )
    issued_on = day_field(_("Date of the paper"))
    valid_to = day_field(_("Valid to"), required=False, help_text=_("Leave empty if it has no end."))

    @property
    def stated(self) -> Stated:
        data = self.cleaned_data
        return Stated(number=data["number"].strip(), issued_on=data["issued_on"], valid_to=data["valid_to"])


class TemperatureForm(AccessibleForm):
    """A logger's readings as a CSV table; `file` gives them."""

    logger = forms.CharField(
        label=_("Number of the logger"),
        max_length=40,
        error_messages={"required": _("Write the number that stands on the logger.")},
    )
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("Columns time and celsius. Times without an offset count as West Java's (WIB)."),
        allow_empty_file=True,
        error_messages={"required": _("Choose the file.")},
    )

    def clean_file(self) -> list[Any]:
        try:
            content = self.cleaned_data["file"].read(event_files.MOST_BYTES + 1)
            return event_files.readings(event_files.as_text(content))
        except event_files.Faulty as fault:
            raise ValidationError(str(fault)) from fault
