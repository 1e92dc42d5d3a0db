"""What a complainant, the office and a pesantren write about a complaint."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import PlainTextForm
from marketplace.complaints.models import MOST_LETTERS, Subject
from marketplace.people.models import User


class TextForm(PlainTextForm):
    text = forms.CharField(
        label=_("What do you want to say?"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Write what you want to say."),
            "max_length": _("Write at most 3,000 characters."),
        },
    )


class ComplaintForm(TextForm):
    """A new complaint. Somebody who is signed in, or has the link of an order, is known already."""

    autocomplete = {"name": "name", "email": "email"}
    subject = forms.ChoiceField(
        label=_("What is it about?"),
        choices=Subject.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about.")},
    )
    name = forms.CharField(
        label=_("Your name"), max_length=150, error_messages={"required": _("Write your name.")}
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("We send our answer there."),
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("Write a whole e-mail address."),
        },
    )
    field_order = ["key", "subject", "text", "name", "email"]

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What happened, and what do you ask for?")
        if person:  # finds the complaint on the account's own page, with or without an address
            self.fields["email"].required = False
