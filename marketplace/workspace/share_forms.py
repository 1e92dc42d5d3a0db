"""Why a pesantren cannot supply its share."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm
from marketplace.common.prose import plain


class DeclineShareForm(AccessibleForm):
    why = forms.CharField(
        label=_("Why can you not deliver it?"),
        help_text=_("Whoever gathers the goods reads this."),
        max_length=300,
        error_messages={
            "required": _("Write why, for example: the harvest was small."),
            "max_length": _("Write at most 300 characters."),
        },
    )

    def clean_why(self) -> str:
        """One line of plain text."""
        text = " ".join(plain(self.cleaned_data["why"]).split())
        if not text:
            raise forms.ValidationError(self.fields["why"].error_messages["required"], code="required")
        return text
