"""What both sides of a negotiation type, and whoever proposes to change a contract."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm, PlainTextForm, WholeNumberField, why_field
from marketplace.common.proofs import ProofField
from marketplace.ledger.amounts import AmountField
from marketplace.ledger.money import MINOR_DIGITS
from marketplace.pesantren.models import Partner
from marketplace.sourcing.models import Contract

MOST_UNITS = 1_000_000  # of one line, as many as one demand takes; more is counted in larger units
ALL = "-"  # no code of a pesantren
CHOOSE_ONE = _("Choose one of the list.")


class RemarkForm(PlainTextForm):
    """A question or an answer (templates/sourcing/_thread.html).

    `readers`: of a supply quote the exporters to choose from, the only one if there is one; `all_too`: or all of them.
    """

    text = forms.CharField(
        label=_("Your question or answer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write your question or answer."),
            "max_length": _("Write at most 2,000 characters."),
        },
    )

    def __init__(
        self, *args: Any, readers: Sequence[Partner] = (), all_too: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.readers = {one.code: one for one in readers}
        choices = [(one.code, one.name) for one in readers]
        if readers and all_too:
            choices.append((ALL, _("All who gather goods for this request")))
        if len(choices) > 1:
            self.fields["to"] = forms.ChoiceField(
                label=_("To whom?"),
                choices=choices,
                error_messages={"required": CHOOSE_ONE, "invalid_choice": CHOOSE_ONE},
            )
            self.order_fields(["to"])

    def composer(self) -> Partner | None:
        """Of a valid form: to whom it is written; nobody in particular is None."""
        if len(self.readers) == 1 and "to" not in self.fields:
            return next(iter(self.readers.values()))
        return self.readers.get(self.cleaned_data.get("to", ""))


class SignerForm(AccessibleForm):
    """A typed name under the exact paper that was shown; a stamped copy where there is one. Each side's own form adds
    what it agrees to, and `seen`, the hash of the paper."""

    name = forms.CharField(
        label=_("Your full name"), max_length=100, error_messages={"required": _("Write your full name.")}
    )
    position = forms.CharField(
        label=_("Your position"), max_length=100, error_messages={"required": _("Write your position.")}
    )
    stamped: Any = ProofField(
        label=_("A stamped copy"),
        required=False,
        help_text=_("With e-Meterai, if you have one: PDF, JPG or PNG, up to 5 MB."),
    )
    autocomplete = {"name": "name", "position": "organization-title"}


class AmendForm(AccessibleForm):
    """What changes, in words, and the new last day, quantities and prices (by the contract's formula, if it has one).

    What stays as it is is left as it stands.
    """

    text = forms.CharField(
        label=_("What changes and why"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what changes.")},
    )
    last = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day."), "invalid": _("Choose a day.")},
    )

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, initial={"last": contract.last}, **kwargs)
        self.contract, self.lines = contract, list(contract.lines.select_related("unit"))
        for line in self.lines:
            self.fields[f"line_{line.pk}"] = WholeNumberField(
                label=line.name,
                help_text=str(line.unit),
                least=1,
                most=MOST_UNITS,
                initial=line.quantity,
                error_messages={"required": _("Write a number.")},
            )
            price = line.price.to_decimal()
            self.fields[f"price_{line.pk}"] = AmountField(
                label=gettext("%(name)s: price for one %(unit)s, in %(currency)s")
                % {"name": line.name, "unit": line.unit, "currency": contract.currency},
                most=10**9,
                initial=f"{price:.{MINOR_DIGITS[contract.currency]}f}",
                required=False,
            )
            self.fields[f"price_{line.pk}"].is_conditional = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in [name for name in data if name.startswith("price_") and data[name]]:
            field: Any = self.fields[name]
            try:
                data[name] = field.in_minor(data[name], self.contract.currency)
            except ValidationError as error:
                self.add_error(name, error)
        return data

    def changes(self) -> dict[str, Any]:
        """As contracts.propose_amendment takes them; empty if nothing differs."""
        found: dict[str, Any] = {}
        if self.cleaned_data["last"] != self.contract.last:
            found["last"] = self.cleaned_data["last"].isoformat()
        lines: dict[str, dict[str, int]] = {}
        for line in self.lines:
            quantity = self.cleaned_data[f"line_{line.pk}"]
            price = self.cleaned_data[f"price_{line.pk}"] or line.unit_price
            if (quantity, price) != (line.quantity, line.unit_price):
                new = {"quantity": quantity, "unit_price": price}
                lines[str(line.pk)] = {name: n for name, n in new.items() if n != getattr(line, name)}
        return {**found, "lines": lines} if lines else found


class EndAmendmentForm(AccessibleForm):
    """Why a proposed change is not to hold: who withdraws its own may leave it empty, who declines says why."""

    why = why_field(help_text=_("The other side reads this."))

    def __init__(self, *args: Any, withdraws: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].required = not withdraws
