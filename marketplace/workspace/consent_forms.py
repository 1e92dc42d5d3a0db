"""Who agreed to be named or shown, when and how; for a santri or a child the parent or guardian."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.consent import HOWS
from marketplace.common.forms import AccessibleForm
from marketplace.reference.working_days import today
from marketplace.workspace.lot_forms import clean_line, day_field


class ConsentForm(AccessibleForm):
    """Who agreed, when and how; for a santri or a child the guardian."""

    agreed_on = day_field(_("Agreed on"))
    how = forms.ChoiceField(
        label=_("How"),
        choices=HOWS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the person agreed.")},
    )

    def clean_agreed_on(self) -> date:
        day: date = self.cleaned_data["agreed_on"]
        if day > today():
            raise ValidationError(_("This day has not come yet."), code="future")
        return day

    def _name(self, field: str) -> str:
        name = clean_line(self.cleaned_data[field])
        if not name and self.fields[field].required:
            raise ValidationError(self.fields[field].error_messages["required"], code="required")
        return name


class GrowerForm(ConsentForm):
    name = forms.CharField(
        label=_("Name, as everybody reads it"),
        max_length=100,
        error_messages={"required": _("Write the name.")},
    )
    needs_guardian = forms.BooleanField(label=_("A santri, or younger than 18"), required=False)
    guardian = forms.CharField(
        label=_("Parent or guardian who agreed"),
        max_length=100,
        required=False,
        help_text=_("Only for a santri or a child. Nobody else reads this name."),
    )
    field_order = ["name", "needs_guardian", "guardian", "agreed_on", "how"]

    def clean_name(self) -> str:
        return self._name("name")

    def clean_guardian(self) -> str:
        return self._name("guardian")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("needs_guardian") and not data.get("guardian"):
            self.add_error("guardian", _("Write who of the parents or guardians agreed."))
        elif not data.get("needs_guardian"):
            data["guardian"] = ""
        return data


class PeopleForm(ConsentForm):
    """A person can be recognised in a photo."""

    agreed_by = forms.CharField(
        label=_("Who agreed"),
        max_length=100,
        help_text=_(
            "The person, or for a santri or a child the parent or guardian. Buyers do not see the name."
        ),
        error_messages={"required": _("Write who agreed.")},
    )
    is_guardian = forms.BooleanField(
        label=_("A santri or a child is shown, and the parent or guardian agreed"), required=False
    )
    field_order = ["agreed_by", "is_guardian", "agreed_on", "how"]

    def clean_agreed_by(self) -> str:
        return self._name("agreed_by")
