"""One message. The same form for the buyer and for the pesantren."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm
from marketplace.common.prose import plain
from marketplace.conversations.models import MOST_LETTERS


class MessageForm(AccessibleForm):
    """Plain text. `key` makes a second press of the button harmless."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=_("Your message"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Write your message."),
            "max_length": _("Write at most 2.000 characters."),
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
            raise forms.ValidationError(_("Write your message."), code="required")
        return text
