"""The bank account of a pesantren, as one of its people types it."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm

DIGITS = range(5, 31)  # Indonesian banks use 10 to 16


class BankAccountForm(AccessibleForm):
    bank = forms.CharField(
        label=_("Bank"), max_length=60, error_messages={"required": _("Write the name of the bank.")}
    )
    number = forms.CharField(
        label=_("Account number"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Digits only; spaces and dashes are taken out."),
        error_messages={"required": _("Write the account number.")},
    )
    holder = forms.CharField(
        label=_("Name on the account"),
        max_length=100,
        help_text=_("Exactly as the bank writes it. It should be the pesantren's own account."),
        error_messages={"required": _("Write the name on the account.")},
    )

    def clean_number(self) -> str:
        number = re.sub(r"[\s.\-]", "", self.cleaned_data["number"])
        if not (number.isascii() and number.isdigit()) or len(number) not in DIGITS:
            raise forms.ValidationError(_("Write the account number with 5 to 30 digits."))
        return number
