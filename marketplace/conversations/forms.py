"""One message. The same form for the buyer and for the pesantren."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import PlainTextForm
from marketplace.conversations.models import MOST_LETTERS


class MessageForm(PlainTextForm):
    text = forms.CharField(
        label=_("Your message"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Write your message."),
            "max_length": _("Write at most 2,000 characters."),
        },
    )
