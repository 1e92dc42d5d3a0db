"""From which lots a part is packed. Quantities in the listing's unit."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalogue.cards import quantity_text
from catalogue.lots import queries, states
from catalogue.lots.models import Lot
from marketplace.common.forms import AccessibleForm, WholeNumberField
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine, FulfilmentLot


@dataclass(frozen=True)
class PackLine:
    """One line of a part with a field for each lot it may be packed from."""

    line: FulfilmentLine
    fields: list[BoundField]


class PackForm(AccessibleForm):
    """From which lots each line is packed: nothing, or all of it. The oldest lot is proposed first, so that one tap
    does where the proposal is right. What this part took before may be taken again."""

    def __init__(self, *args: Any, part: Fulfilment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part = part
        self._names: dict[int, dict[int, str]] = {}
        taken: dict[int, dict[int, int]] = defaultdict(dict)
        for row in FulfilmentLot.objects.filter(line__fulfilment=part):
            taken[row.line_id][row.lot_id] = row.quantity
        self.lines = list(part.lines.all())
        lots = _lots_of(self.lines, taken)
        every = [lot for found in lots.values() for lot in found]
        left = {lot.pk: lot.free + sum(own.get(lot.pk, 0) for own in taken.values()) for lot in every}
        for line in self.lines:
            self._ask(line, lots[line.line.product_id], taken[line.pk], left)

    def _ask(
        self, line: FulfilmentLine, lots: list[Lot], taken: dict[int, int], left: dict[int, int]
    ) -> None:
        proposed = taken or _oldest_first(line.quantity, lots, left)
        self._names[line.pk] = {}
        for lot in lots:
            if not left[lot.pk]:
                continue
            name = f"lot-{line.pk}-{lot.pk}"
            self._names[line.pk][lot.pk] = name
            self.fields[name] = WholeNumberField(
                label=_label(lot, left[lot.pk], line.line.unit_here),
                most=left[lot.pk],
                required=False,
                initial=proposed.get(lot.pk),
            )

    @property
    def packing(self) -> list[PackLine]:
        return [PackLine(line, [self[name] for name in self._names[line.pk].values()]) for line in self.lines]

    @property
    def asks(self) -> bool:
        """Whether there is any lot to pack from."""
        return bool(self.fields)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        lots = {name for name, value in self.data.items() if name.startswith("lot-") and value}
        if lots - set(self.fields):
            raise ValidationError(
                _("Something is left of other lots now. Please look once more."), code="gone"
            )
        for line in self.lines:
            names = list(self._names[line.pk].values())
            if any(name in self.errors for name in names):
                continue
            given = sum(data.get(name) or 0 for name in names)
            if given and given != line.quantity:
                self.say_sum(line, given)
        return data

    def say_sum(self, line: FulfilmentLine, given: int) -> None:
        """Beside the first field of the line: what its lots add up to, and what they should."""
        values = {"given": given, "wanted": quantity_text(line.quantity, line.line.unit_here)}
        said = _("The lots add up to %(given)s, not to %(wanted)s. Leave all empty if it is from no lot.")
        self.add_error(next(iter(self._names[line.pk].values())), said % values)

    def chosen(self) -> dict[int, dict[int, int]]:
        """Of a valid form: units by lot by line."""
        return {
            line: {lot: self.cleaned_data[name] for lot, name in names.items() if self.cleaned_data.get(name)}
            for line, names in self._names.items()
        }


def _lots_of(lines: list[FulfilmentLine], taken: dict[int, dict[int, int]]) -> dict[int | None, list[Lot]]:
    """What each listing can be packed from, the oldest first; and what was taken before. One or two queries."""
    products = {line.line.product_id for line in lines if line.line.product_id}
    found = {lot.pk: lot for lot in queries.to_pack_from(products)}
    if before := {lot for own in taken.values() for lot in own} - set(found):
        found |= {lot.pk: lot for lot in Lot.objects.filter(pk__in=before, state=states.OPEN)}
    by_product: dict[int | None, list[Lot]] = defaultdict(list)
    for lot in sorted(found.values(), key=lambda lot: (lot.made_to, lot.pk)):
        by_product[lot.product_id].append(lot)
    return by_product


def _oldest_first(wanted: int, lots: list[Lot], left: dict[int, int]) -> dict[int, int]:
    """A proposal; nothing if the lots do not have enough, for then some of it is from no lot or one is missing."""
    if sum(left[lot.pk] for lot in lots) < wanted:
        return {}
    proposed = {}
    for lot in lots:
        if wanted:
            proposed[lot.pk] = min(wanted, left[lot.pk])
            wanted -= proposed[lot.pk]
    return proposed


def _label(lot: Lot, left: int, unit: str) -> str:
    values = {"number": lot.number, "day": date_format(lot.made_to, "j F"), "left": quantity_text(left, unit)}
    return _("From lot %(number)s of %(day)s, %(left)s left") % values
