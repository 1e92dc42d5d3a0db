"""What a buyer says of itself for an event."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm
from marketplace.programme.sectors import sectors


class LooksForm(AccessibleForm):
    sectors = forms.MultipleChoiceField(
        label=_("Sectors"), required=False, widget=forms.CheckboxSelectMultiple
    )
    looks_for = forms.CharField(
        label=_("What do you look for?"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Goods, quantities, conditions. Pesantren read it when they choose whom to meet."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sectors"].choices = list(sectors().items())  # type: ignore[attr-defined]
