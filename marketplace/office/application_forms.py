"""What the office says of one requirement, and which pesantren an application belongs to."""

from operator import attrgetter
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm
from marketplace.pesantren.joining import states
from marketplace.pesantren.models import Partner


class JudgeForm(AccessibleForm):
    state = forms.ChoiceField(
        label=_("What did you see?"),
        choices=[(state, label) for state, label in states.ANSWERS if state != states.UNKNOWN],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    why = forms.CharField(
        label=_("Note"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed if it does not fit or is waived; the pesantren reads it."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("state") in (states.MISSED, states.WAIVED) and not data.get("why"):
            self.add_error("why", _("Write why."))
        return data


class PartnerForm(AccessibleForm):
    """A pesantren that is listed here from public sources already, or a new one."""

    partner: Any = forms.ModelChoiceField(
        label=_("Is it listed here already?"),
        queryset=Partner.objects.none(),
        required=False,
        empty_label=_("No, it is new"),
        help_text=_("Names are no key: compare the place and what it sells."),
    )

    def __init__(self, *args: Any, found: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = found.select_related("regency")  # type: ignore[attr-defined]
        self.fields["partner"].label_from_instance = attrgetter("with_place")  # type: ignore[attr-defined]
