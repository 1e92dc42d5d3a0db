"""Asking for a code; the password beside it where something of two-step verification changes."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm
from marketplace.people.forms import FOR_PASSWORD, CurrentPasswordForm, password_field
from marketplace.people.second_factor.models import SecondFactor

CODE_FIELD = "second_factor_code"
REFUSALS = {
    "wrong": _("This code is not right, or too old. Look at the app once more."),
    "used": _("This code was used already. Wait for the next one, half a minute at most."),
    "many": _("Too many recovery codes were tried. Wait 15 minutes."),
    "off": _("Two-step verification is not on any more. Open the page once more."),
    "key": _("Codes cannot be checked now. Please write to the office."),
}


def code_field(label: Any, help_text: Any = "") -> forms.CharField:
    """A text, so that nothing is lost of what was typed; phones show digits and offer the code (one-time-code)."""
    attrs = {"inputmode": "numeric", "spellcheck": "false", "dir": "ltr", "autocomplete": "one-time-code"}
    return forms.CharField(
        label=label,
        max_length=40,
        widget=forms.TextInput(attrs=attrs),
        help_text=help_text,
        error_messages={"required": _("Write the code.")},
    )


class CodeForm(AccessibleForm):
    """A form with a code that the service may refuse."""

    def refuse(self, code: str, factor: SecondFactor | None = None) -> None:
        """Say beside the field why the code was refused."""
        if code == "locked":
            until = factor.locked_until if factor and factor.locked_until else timezone.now()
            text = _("Too many wrong codes. Wait until %(time)s, or use a recovery code.")
            self.add_error(CODE_FIELD, text % {"time": date_format(timezone.localtime(until), "H:i")})
        else:
            self.add_error(CODE_FIELD, REFUSALS[code])


class AskForm(CodeForm):
    second_factor_code = code_field(
        _("Code from your app"), _("Six digits. Phone lost? Write one of your recovery codes.")
    )


class SetUpForm(CodeForm, CurrentPasswordForm):
    autocomplete = {"current": "current-password"}
    second_factor_code = code_field(_("Six digits from the app"))
    current = password_field(_("Your password"), error_messages=FOR_PASSWORD)


class PasswordForm(CurrentPasswordForm):
    autocomplete = {"current": "current-password"}
    current = password_field(_("Your password"), error_messages=FOR_PASSWORD)
