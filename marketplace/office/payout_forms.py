"""What the office types about payouts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm
from marketplace.payments.rails import MOST_BYTES


class SpokenForm(AccessibleForm):
    spoken = forms.BooleanField(
        label=_("I have spoken with the pesantren on a number we knew before, and it named this account."),
        error_messages={"required": _("Speak with the pesantren first.")},
    )


class ResultsForm(AccessibleForm):
    file = forms.FileField(
        label=_("The bank's results, as CSV"),
        help_text=_("Columns: reference, result (paid or failed), bank_reference, reason. At most 1 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        max_length=150,
        error_messages={
            "required": _("Choose the file with the bank's results."),
            "empty": _("This file is empty."),
            "max_length": _("The name of the file is too long."),
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 1 MB."))
        return file
