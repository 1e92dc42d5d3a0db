"""Sending a file of products, and choosing a template for new ones."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.models import ProductClass
from marketplace.common.forms import AccessibleForm

LAYOUTS = [("xlsx", _("XLSX, for a spreadsheet")), ("csv", _("CSV, plain text"))]


class ImportForm(AccessibleForm):
    """`key` makes sending it twice harmless."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    file = forms.FileField(
        label=_("Your file, XLSX or CSV"),
        allow_empty_file=True,  # reading.py says of it what it says of every other that holds nothing
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("Choose the file that you filled in.")},
    )
    photos = forms.FileField(
        label=_("ZIP with photos"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".zip"}),
        help_text=_("Write each photo's file name in the column “photos” of its product."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"key": uuid4()}, **kwargs})

    def clean_key(self) -> Any:
        return self.cleaned_data["key"] or uuid4()


class TemplateForm(AccessibleForm):
    kind: Any = forms.ModelChoiceField(
        label=_("What kind of goods?"),
        queryset=ProductClass.objects.none(),
        to_field_name="slug",
        empty_label=None,
    )
    layout = forms.ChoiceField(label=_("As"), choices=LAYOUTS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = ProductClass.objects.order_by("name")  # type: ignore[attr-defined]
