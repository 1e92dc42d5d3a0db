"""What a contract says of each line beside price and quantity: the goods as specified, and how much in which window.

Read by the paper that both sign (papers.py) and by the pages of both sides, so that they say the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marketplace.common import dates
from marketplace.common.figures import grouped
from marketplace.ledger.money import Money, split
from marketplace.sourcing.models import Contract, ContractLine, DemandSlot


@dataclass(frozen=True)
class Part:
    """So much of a line is planned for these days."""

    slot: DemandSlot
    units: int

    @property
    def when(self) -> str:
        """A whole month by its name, other days by the first and the last."""
        if self.slot.is_month:
            return date_format(self.slot.first, "F Y")
        return dates.between(self.slot.first, self.slot.last)


@dataclass(frozen=True)
class Agreed:
    """One line: `specification` in words (grade, size, pack; nothing if none was agreed) and its schedule."""

    line: ContractLine
    specification: str
    schedule: Sequence[Part]


def lines_of(contract: Contract) -> list[Agreed]:
    """Every line of a contract. Two queries, however many they are."""
    found = contract.lines.select_related("contract", "unit", "quote_line", "demand_line")
    rows = found.prefetch_related("demand_line__slots")
    return [Agreed(line, specification(line), schedule(line)) for line in rows]


def schedule(line: ContractLine) -> list[Part]:
    """The contract's quantity, parted over the windows as the demand was; it adds up to the unit."""
    slots = list(line.demand_line.slots.all())
    if not slots:
        return []
    parts = split(Money(line.quantity), [slot.quantity for slot in slots])
    return [Part(slot, part.minor) for slot, part in zip(slots, parts, strict=True) if part.minor]


def specification(line: ContractLine) -> str:
    """The grade that was offered, else the one that was asked for; then what was asked; then the pack."""
    grade, pack = line.quote_line.grade or line.demand_line.grade, line.quote_line.pack
    said = [
        _("grade %(grade)s or better") % {"grade": grade} if grade else "",
        line.demand_line.specification,
        _("in packs of %(n)s %(unit)s") % {"n": grouped(pack), "unit": line.unit} if pack > 1 else "",
    ]
    return "; ".join(filter(None, said))
