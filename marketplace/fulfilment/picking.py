"""What a pesantren takes from its store to pack its orders."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from marketplace.fulfilment import queries, states
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.pesantren.models import Partner

MOST = 100  # orders on one list, the oldest: nobody packs more in one go


@dataclass(frozen=True)
class Take:
    """So many units of one product, for all orders of the list together."""

    line: FulfilmentLine  # any of them: its names are the product's
    quantity: int


def to_pack(user: Any, partner: Partner) -> tuple[list[Fulfilment], int]:
    """The oldest accepted parts of this pesantren that ship something, and how many there are in all."""
    found = queries.for_members(user).filter(partner=partner, state=states.ACCEPTED)
    found = found.exclude(delivery_kind="").order_by("ready_on", "offered_at", "pk")
    parts = list(found[: MOST + 1])
    return parts[:MOST], found.count() if len(parts) > MOST else len(parts)


def taken(part: Fulfilment) -> list[FulfilmentLine]:
    """The lines of which something comes."""
    return [line for line in part.lines.all() if line.quantity]


def totals(parts: Iterable[Fulfilment]) -> list[Take]:
    """Per product and unit, what to take for all of them, by name. A deleted product is known by its name."""
    first: dict[tuple[Any, str], FulfilmentLine] = {}
    sums: dict[tuple[Any, str], int] = {}
    for line in (line for part in parts for line in taken(part)):
        key = (line.line.product_id or line.line.title, line.line.unit_here)
        first.setdefault(key, line)
        sums[key] = sums.get(key, 0) + line.quantity
    found = [Take(first[key], quantity) for key, quantity in sums.items()]
    return sorted(found, key=lambda take: (str(take.line.line.title_here), take.line.pk))
