"""Why money stays held, and until when the office looks at it again."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm
from marketplace.fulfilment.held_too_long import LONGEST_DAYS
from marketplace.office.books_forms import Day
from marketplace.reference import working_days


class KeepForm(AccessibleForm):
    until = Day(label=_("Keep it until"))
    why = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is waited for, and who was spoken to."),
        error_messages={"required": _("Write the reason.")},
    )

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        today = working_days.today()
        if not today < day <= today + timedelta(days=LONGEST_DAYS):
            raise forms.ValidationError(
                _("Choose a day from tomorrow on, at most %(days)s days ahead.") % {"days": LONGEST_DAYS}
            )
        return day
