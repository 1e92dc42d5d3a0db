"""Naming a mentor, and offering one to a pesantren."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.common.access import MENTOR
from marketplace.common.forms import AccessibleForm
from marketplace.people.models import User
from marketplace.people.queries import person_by_name


class NamePersonForm(AccessibleForm):
    """Gives the person who signs in with this name."""

    name: Any = forms.CharField(
        label=_("Exact e-mail address or telephone number"),
        max_length=254,
        help_text=_("The person makes an account first."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}),
        error_messages={"required": _("Write the e-mail address or telephone number.")},
    )

    def clean_name(self) -> User:
        found = person_by_name(self.cleaned_data["name"])
        if found is None or not found.is_active:
            raise ValidationError(_("Nobody here has exactly this address or number."), code="unknown")
        return found


class OfferMentorForm(AccessibleForm):
    mentor: Any = forms.ModelChoiceField(
        label=_("Which mentor"),
        queryset=User.objects.none(),
        empty_label=_("Choose one"),
        error_messages={
            "required": _("Choose a mentor."),
            "invalid_choice": _("Choose a mentor of the list."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentor"].queryset = User.objects.filter(  # type: ignore[attr-defined]
            staff_role=MENTOR, is_active=True
        ).order_by("name", "pk")
