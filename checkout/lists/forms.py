"""A name for a list, and which list goods are saved to."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from checkout.basket.terms import MOST_UNITS
from checkout.lists.models import SavedList
from marketplace.common.forms import AccessibleForm, WholeNumberField

NEW = "new"
WRITE_A_NAME = _("Write a name for the list.")


class NameForm(AccessibleForm):
    name = forms.CharField(
        label=_("Name of the list"),
        max_length=60,
        help_text=_("For example: Monthly shopping."),
        error_messages={"required": WRITE_A_NAME},
    )


class SaveForm(AccessibleForm):
    """One of the buyer's lists or a new one; for a single product also how much."""

    quantity = WholeNumberField(
        label=_("Quantity"),
        least=1,
        most=MOST_UNITS,
        error_messages={"required": _("Write how much you want to take.")},
    )
    saved_list = forms.ChoiceField(
        label=_("List"),
        error_messages={
            "required": _("Choose a list."),
            "invalid_choice": _("This list is gone. Choose another one."),
        },
    )
    name = forms.CharField(label=_("Name of the new list"), max_length=60, required=False)

    def __init__(
        self, *args: Any, mine: Sequence[SavedList], ask_quantity: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.mine = {str(found.pk): found for found in mine}
        if not ask_quantity:
            del self.fields["quantity"]
        if not mine:
            del self.fields["saved_list"]
            self.fields["name"].required = True
            self.fields["name"].error_messages["required"] = WRITE_A_NAME
        else:
            known = [(key, found.name) for key, found in self.mine.items()]
            self.fields["saved_list"].choices = [*known, (NEW, _("A new list"))]  # type: ignore[attr-defined]
            self.fields["name"].help_text = _("Only for a new list. For example: Monthly shopping.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("saved_list") == NEW and not data.get("name"):
            self.add_error("name", WRITE_A_NAME)
        return data

    @property
    def chosen(self) -> SavedList | None:
        """The list that was chosen; nothing for a new one."""
        return self.mine.get(self.cleaned_data.get("saved_list", NEW))
