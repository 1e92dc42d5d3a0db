"""What the office writes when a pesantren becomes an exporter or is registered for PPN, or is so no more."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm


class ExporterForm(AccessibleForm):
    why = forms.CharField(
        label=_("Why?"),
        max_length=300,
        help_text=_("For example which papers you have seen. It stays in the history."),
        error_messages={"required": _("Write why."), "max_length": _("Write at most 300 characters.")},
    )


class PpnForm(AccessibleForm):
    now = forms.BooleanField(widget=forms.HiddenInput, required=False)  # as the page showed it
    why = forms.CharField(
        label=_("By which paper?"),
        max_length=300,
        help_text=_("For example the number and day of its PKP letter. It stays in the history."),
        error_messages={
            "required": _("Write which paper."),
            "max_length": _("Write at most 300 characters."),
        },
    )
