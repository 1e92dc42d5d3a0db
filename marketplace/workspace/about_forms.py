"""What a pesantren tells buyers of itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm

HOURS = range(6, 23)


class AboutForm(AccessibleForm):
    about = forms.CharField(
        label=_("About us"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Who you are, what you make, and how. Buyers read it on your page and beside each product."
        ),
    )
    cut_off_hour = forms.TypedChoiceField(
        label=_("Orders count on the same day until"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("WIB. What is paid later counts from the next day; buyers see the dates."),
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours = {*HOURS, self.initial.get("cut_off_hour")} - {None}
        shown = [(str(hour), f"{hour}:00") for hour in sorted(hours)]
        self.fields["cut_off_hour"].choices = [("", _("Not said: the whole day")), *shown]  # type: ignore[attr-defined]
