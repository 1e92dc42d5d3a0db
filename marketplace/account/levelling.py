"""Prices under different Incoterms brought to one: what an offer lacks is added from what the buyer assumes.

What an offer has beyond the chosen rule cannot be taken off: the seller's cost lines are not the buyer's to read, so
such an offer is said to be not comparable. Nothing is stored; the assumptions stand in the address of the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.account.comparing import Cell, Compared
from marketplace.common.forms import AccessibleForm
from marketplace.ledger.amounts import read_minor
from marketplace.ledger.money import MINOR_DIGITS, Money
from marketplace.reference.models import Incoterm

EXPORT, FREIGHT, INSURANCE, DUTY = "export", "freight", "insurance", "duty"
PARTS: dict[str, Promise] = {
    EXPORT: _("Way to the port and export clearance"),
    FREIGHT: _("Main freight"),
    INSURANCE: _("Insurance"),
    DUTY: _("Import duty and clearance"),
}
AT_THE_PLACE = {
    "DAP",
    "DPU",
    "DDP",
}  # the seller carries the risk all the way: nobody need insure for the buyer
MOST = 1_000_000  # for one unit, in major units: more is a typing error


def covered(rule: Incoterm) -> set[str]:
    """Which parts are in a price under this rule."""
    said = {
        EXPORT: rule.export_clearance == "seller",
        FREIGHT: rule.main_carriage == "seller",
        INSURANCE: bool(rule.insurance) or rule.code in AT_THE_PLACE,
        DUTY: rule.import_duty == "seller",
    }
    return {part for part, is_in in said.items() if is_in}


@dataclass(frozen=True)
class Step:
    """One part that differs. Lacking: `amount` is what the buyer assumes (None: nothing yet). Beyond: unknown."""

    label: Promise
    is_lacking: bool
    amount: Money | None = None


@dataclass(frozen=True)
class Level:
    """`total`: the price of one unit under the chosen rule; None where it is not comparable."""

    steps: Sequence[Step]
    total: Money | None
    is_best: bool = False


class LevelForm(AccessibleForm):
    """The rule to compare by; then, of each line, the parts that some offer lacks: an amount for one unit."""

    by = forms.ChoiceField(
        label=_("Compare by this Incoterm"),
        required=False,
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )

    def __init__(
        self, data: Any, *, rules: Mapping[str, Incoterm], rows: Sequence[Compared], currency: str, mode: str
    ) -> None:
        super().__init__(data)
        self.currency = currency
        fitting = {code: rule for code, rule in rules.items() if not rule.sea_only or mode in ("", "sea")}
        asked: Any = self.fields["by"]
        asked.choices = [("", gettext("As quoted")), *((code, code) for code in fitting)]
        self.rule = fitting.get(data.get("by", ""))
        for row in rows if self.rule else []:
            for part in _lacking(row, rules, self.rule):
                self._ask(row, part)

    def _ask(self, row: Compared, part: str) -> None:
        values = {
            "good": row.line.name,
            "part": PARTS[part],
            "currency": self.currency,
            "unit": row.line.unit,
        }
        self.fields[name_of(row, part)] = forms.CharField(
            label=gettext("%(good)s: %(part)s, %(currency)s for one %(unit)s") % values,
            required=False,
            max_length=30,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, text in list(data.items()):  # add_error() takes the wrong ones out
            if name != "by" and text:
                try:
                    data[name] = self._minor(text)
                except ValidationError as wrong:
                    self.add_error(name, wrong)
        return {name: value for name, value in data.items() if name not in self.errors}

    def _minor(self, text: str) -> int:
        minor = read_minor(text, self.currency)
        if minor is None:
            raise ValidationError(_("Write the amount in digits, for example 1,250.00."))
        if minor > MOST * 10 ** MINOR_DIGITS[self.currency]:
            raise ValidationError(_("This is too much. Check the amount."))
        return minor

    def assumed(self, row: Compared, part: str) -> Money | None:
        minor = self.cleaned_data.get(name_of(row, part))
        return Money(minor, self.currency) if isinstance(minor, int) else None


def name_of(row: Compared, part: str) -> str:
    return f"{part}-{row.line.pk}"


def _rule(cell: Cell, rules: Mapping[str, Incoterm]) -> Incoterm | None:
    return rules.get(cell.quote.incoterm or cell.quote.negotiation.demand.incoterm)


def _lacking(row: Compared, rules: Mapping[str, Incoterm], by: Incoterm | None) -> list[str]:
    if by is None:
        return []
    theirs = [covered(rule) for cell in row.cells if (rule := _rule(cell, rules))]
    return [part for part in PARTS if part in covered(by) and any(part not in one for one in theirs)]


def level(rows: Sequence[Compared], rules: Mapping[str, Incoterm], form: LevelForm) -> list[Compared]:
    """The rows with a Level in each cell, the comparable ones on top; as they are if no rule is chosen."""
    if form.rule is None:
        return list(rows)
    found = []
    for row in rows:
        cells = [replace(cell, level=_level(row, cell, _rule(cell, rules), form)) for cell in row.cells]
        totals = [one.level.total.minor for one in cells if one.level.total is not None]
        if len(totals) > 1:  # the only one that can be compared is not the best of anything
            cells = [_marked(one, min(totals)) for one in cells]
        cells.sort(key=lambda one: (one.level.total is None, one.level.total.minor if one.level.total else 0))
        found.append(Compared(row.line, cells))
    return found


def _level(row: Compared, cell: Cell, rule: Incoterm | None, form: LevelForm) -> Level:
    if rule is None or form.rule is None:
        return Level([], None)
    has, wanted = covered(rule), covered(form.rule)
    steps = [
        Step(label, part in wanted, form.assumed(row, part) if part in wanted else None)
        for part, label in PARTS.items()
        if (part in has) != (part in wanted)
    ]
    total = cell.unit_about
    for step in steps:
        total = None if total is None or step.amount is None else total + step.amount
    return Level(steps, total)


def _marked(cell: Cell, least: int) -> Cell:
    total = cell.level.total
    return replace(cell, level=replace(cell.level, is_best=total is not None and total.minor == least))
