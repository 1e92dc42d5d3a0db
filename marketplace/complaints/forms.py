"""What a complainant, the office and a pesantren write about a complaint."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm
from marketplace.common.prose import plain
from marketplace.complaints.models import MOST_LETTERS, Subject
from marketplace.people.models import User


class TextForm(AccessibleForm):
    """One plain text; `key` makes a second press of the button harmless."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=_("What do you want to say?"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Write what you want to say."),
            "max_length": _("Write at most 3.000 characters."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        del self.fields["text"].widget.attrs["maxlength"]  # a browser would cut a pasted text without a word

    def clean_key(self) -> Any:
        return self.cleaned_data["key"] or uuid4()

    def clean_text(self) -> str:
        text = plain(self.cleaned_data["text"])
        if not text:
            raise forms.ValidationError(_("Write what you want to say."), code="required")
        return text


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
