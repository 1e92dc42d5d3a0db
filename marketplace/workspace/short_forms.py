"""What members type when less comes than was ordered, and when goods come back."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm, WholeNumberField
from marketplace.fulfilment.models import FulfilmentLine, Return


class ShortForm(AccessibleForm):
    """How many of each line still come, and why not all. Lines of which nothing comes any more are not asked for."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    why = forms.CharField(
        label=_("Why is it less?"),
        help_text=_("The buyer reads this."),
        max_length=300,
        error_messages={
            "required": _("Write why it is less, for example: the harvest was small."),
            "max_length": _("Write at most 300 characters."),
        },
    )
    still_here = forms.BooleanField(
        label=_("The missing goods exist: keep them in my stock"),
        help_text=_("Leave this empty if there are fewer goods than the stock says."),
        required=False,
    )

    def __init__(self, *args: Any, lines: Sequence[FulfilmentLine], **kwargs: Any) -> None:
        self.now = ",".join(f"{line.pk}:{line.quantity}" for line in lines)
        super().__init__(*args, initial={"seen": self.now}, **kwargs)
        self.all_lines = lines
        self.lines = [line for line in lines if line.quantity]
        for line in self.lines:
            self.fields[self._name(line)] = WholeNumberField(
                label=_("How many do you bring?"),
                help_text=_("%(quantity)s %(unit)s are left of this order.")
                % {"quantity": line.quantity, "unit": line.line.unit_here},
                initial=line.quantity,
                most=line.quantity,
                error_messages={"required": _("Write how many you bring; 0 if none.")},
            )
        self.order_fields([*map(self._name, self.lines)])

    @staticmethod
    def _name(line: FulfilmentLine) -> str:
        return f"brings_{line.pk}"

    @property
    def is_old(self) -> bool:
        """The page was opened before somebody said the same or something else; a second press of the button, too."""
        return self.is_bound and self.data.get("seen") != self.now

    def rows(self) -> list[tuple[FulfilmentLine, Any]]:
        """The lines with their field, for the page."""
        return [(line, self[self._name(line)]) for line in self.lines]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        counts = [data.get(self._name(line)) for line in self.lines]
        if self.lines and None not in counts and counts == [line.quantity for line in self.lines]:
            self.add_error(
                self._name(self.lines[0]),
                _("Nothing is missing yet. Write a smaller number where it is less."),
            )
        return data

    def brings(self) -> dict[int, int]:
        asked = {line.pk: self.cleaned_data[self._name(line)] for line in self.lines}
        return {line.pk: asked.get(line.pk, 0) for line in self.all_lines}


class ReturnForm(AccessibleForm):
    """What came back, line by line, and how much of it can be sold again."""

    note = forms.CharField(
        label=_("In which state is it?"), help_text=_("The buyer reads this."), max_length=300, required=False
    )

    def __init__(self, *args: Any, back: Return, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(back.lines.all())
        for line in self.lines:
            came, sellable = self._names(line.pk)
            self.fields[came] = WholeNumberField(
                label=_("How many came?"),
                initial=line.quantity,
                most=line.quantity,
                error_messages={"required": _("Write how many came; 0 if none.")},
            )
            self.fields[sellable] = WholeNumberField(
                label=_("How many of these can be sold again?"),
                initial=0,
                most=line.quantity,
                error_messages={"required": _("Write how many can be sold again; 0 if none.")},
            )
        self.order_fields([name for line in self.lines for name in self._names(line.pk)])

    @staticmethod
    def _names(pk: int) -> tuple[str, str]:
        return f"came_{pk}", f"sellable_{pk}"

    def rows(self) -> list[dict[str, Any]]:
        found = []
        for line in self.lines:
            came, sellable = self._names(line.pk)
            found.append({"line": line, "came": self[came], "sellable": self[sellable]})
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for line in self.lines:
            came, sellable = self._names(line.pk)
            if data.get(came) is not None and (data.get(sellable) or 0) > data[came]:
                self.add_error(sellable, _("This is more than came back."))
        if self.lines and not any(data.get(self._names(line.pk)[0]) != 0 for line in self.lines):
            self.add_error(None, _("If nothing comes back, press the button for that below."))
        return data

    def came(self) -> dict[int, int]:
        return {line.pk: self.cleaned_data[self._names(line.pk)[0]] for line in self.lines}

    def sellable(self) -> dict[int, int]:
        return {line.pk: self.cleaned_data[self._names(line.pk)[1]] for line in self.lines}
