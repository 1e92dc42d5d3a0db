"""What a buyer answers to a quote: other quantities and prices; to a contract its name; and what is called off."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm, WholeNumberField
from marketplace.ledger.amounts import AmountField
from marketplace.ledger.money import MINOR_DIGITS
from marketplace.people.forms import one_line
from marketplace.sourcing.forms import SignerForm
from marketplace.sourcing.models import Contract, ContractLine, Quote

MOST = 10_000_000


class CounterForm(AccessibleForm):
    """Quantity and price of each line, as the buyer would take it. Prices in the quote's currency."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label=_("A word with it"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, quote: Quote, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.quote, self.rows = quote, list(quote.lines.all())
        note = self.fields.pop("note")
        for line in self.rows:
            self._add(line)
        self.fields["note"] = note

    def _add(self, line: Any) -> None:
        wanted, unit = line.demand_line, str(line.demand_line.unit)
        self.fields[f"quantity-{line.pk}"] = WholeNumberField(
            label=gettext("%(name)s: how many %(unit)s?") % {"name": wanted.name, "unit": unit},
            least=1,
            most=MOST,
            initial=line.quantity,
            error_messages={"required": _("Write how much you need.")},
        )
        price = line.price.to_decimal()
        self.fields[f"price-{line.pk}"] = AmountField(
            label=gettext("%(name)s: price for one %(unit)s, in %(currency)s")
            % {"name": wanted.name, "unit": unit, "currency": self.quote.currency},
            most=10**12,
            initial=f"{price:.{MINOR_DIGITS[self.quote.currency]}f}",
            error_messages={"required": _("Write the price.")},
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in [name for name in data if name.startswith("price-")]:
            field: Any = self.fields[name]
            try:
                data[name] = field.in_minor(data[name], self.quote.currency)
            except ValidationError as error:
                self.add_error(name, error)
        if not self.errors and all(
            (data[f"quantity-{row.pk}"], data[f"price-{row.pk}"]) == (row.quantity, row.unit_price)
            for row in self.rows
        ):
            self.add_error(None, _("This is what was offered. Change a quantity or a price."))
        return data

    def lines(self) -> Mapping[int, tuple[int, int]]:
        data = self.cleaned_data
        return {row.pk: (data[f"quantity-{row.pk}"], data[f"price-{row.pk}"]) for row in self.rows}


class SignForm(SignerForm):
    """The buyer's side."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    agree = forms.BooleanField(
        label=_("I have read the paper and sign it for my company."),
        error_messages={"required": _("Tick this to sign.")},
    )

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_position(self) -> str:
        return one_line(self.cleaned_data["position"])


class SampleForm(AccessibleForm):
    """Where the sample goes; begins with the company's address."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=_("Who takes it"), max_length=150, error_messages={"required": _("Write who takes it.")}
    )
    address = forms.CharField(
        label=_("Address for the courier"),
        max_length=255,
        error_messages={"required": _("Write the address.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_address(self) -> str:
        return one_line(self.cleaned_data["address"])


class CallOffForm(AccessibleForm):
    """How much of each line, within what is left, in which days."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    first = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": _("Choose the first day."),
            "invalid": _("Write a date, for example 2026-12-31."),
        },
    )
    last = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": _("Choose the last day."),
            "invalid": _("Write a date, for example 2026-12-31."),
        },
    )
    note = forms.CharField(label=_("A word with it"), max_length=500, required=False)

    def __init__(
        self, *args: Any, contract: Contract, rows: Sequence[ContractLine], soonest: Any, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"key": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.contract, self.rows, self.soonest = contract, rows, soonest
        rest = {name: self.fields.pop(name) for name in ("first", "last", "note")}
        for row in rows:
            left = row.left
            self.fields[f"line-{row.pk}"] = WholeNumberField(
                label=gettext("%(name)s: how many %(unit)s?") % {"name": row.name, "unit": row.unit},
                most=left,
                required=False,
                help_text=gettext("At most %(left)s is left, tolerance included.")
                % {"left": number_format(left, force_grouping=True)},
            )
            self.fields[f"line-{row.pk}"].is_conditional = True  # type: ignore[attr-defined]  # one of them is
        self.fields |= rest

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and not max(self.contract.first, self.soonest) <= first <= self.contract.last:
            self.add_error("first", _("Choose a day from tomorrow on, within the days of the contract."))
        elif first and last and not first <= last <= self.contract.last:
            self.add_error("last", _("Choose a day after the first one, within the days of the contract."))
        if not self.errors and not self.quantities():
            self.add_error(None, _("Write how much of at least one line."))
        return data

    def quantities(self) -> dict[int, int]:
        data = self.cleaned_data
        return {row.pk: data[f"line-{row.pk}"] for row in self.rows if data.get(f"line-{row.pk}")}
