"""From which lots a part is packed. Locks: the part, its lines and stock, then the lots (LOCKS.md)."""

from collections import Counter
from collections.abc import Mapping

from django.db.models import Sum

from catalogue.lots import services as lots
from catalogue.lots.models import Lot
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine, FulfilmentLot

Chosen = Mapping[int, Mapping[int, int]]  # line: lot: units; lines that are left out are from no lot


class WrongSum(Exception):
    """What is packed from lots is not what the line has."""

    def __init__(self, line: FulfilmentLine, given: int) -> None:
        super().__init__(f"{line}: {given}")
        self.line, self.given = line, given


def put(*, fulfilment: Fulfilment, chosen: Chosen) -> None:
    """Pack from these lots instead of those before. Expects the part locked.

    Raises WrongSum, lots.NotOpen, lots.NotEnough; Lot.DoesNotExist for a lot of other goods. Side effects: rows,
    `used` of the lots.
    """
    give_back(fulfilment)
    lines = {line.pk: line for line in fulfilment.lines.select_related("line").order_by("pk")}
    wanted: Counter[int] = Counter()
    for key, amounts in chosen.items():
        line, given = lines[key], sum(amounts.values())
        if given and given != line.quantity:
            raise WrongSum(line, given)
        wanted.update({lot: units for lot, units in amounts.items() if units})
    product_of = {lot.pk: lot.product_id for lot in lots.take(amounts=wanted)}
    rows = [
        FulfilmentLot(line=lines[key], lot_id=lot, quantity=units)
        for key, amounts in chosen.items()
        for lot, units in amounts.items()
        if units
    ]
    if any(product_of[row.lot_id] != row.line.line.product_id for row in rows):
        raise Lot.DoesNotExist
    FulfilmentLot.objects.bulk_create(rows)


def _amounts(fulfilment: Fulfilment) -> dict[int, int]:
    """Units of each lot in this part."""
    rows = FulfilmentLot.objects.filter(line__fulfilment=fulfilment).order_by()
    return dict(rows.values_list("lot").annotate(Sum("quantity")))


def give_back(fulfilment: Fulfilment) -> None:
    """The part is not packed, or packed anew: nothing of it comes from a lot. Expects the part locked.

    Side effects: its rows go, `used` of the lots.
    """
    if amounts := _amounts(fulfilment):
        lots.give_back(amounts=amounts)
        FulfilmentLot.objects.filter(line__fulfilment=fulfilment).delete()


def fit(fulfilment: Fulfilment) -> None:
    """Less comes than was packed: what is too much goes back to the lots, the newest first. Expects the part locked,
    its lines and stock changed already. Side effects: rows, `used` of the lots."""
    back: Counter[int] = Counter()
    for line in fulfilment.lines.prefetch_related("lots").order_by("pk"):
        rows = sorted(line.lots.all(), key=lambda row: -row.pk)
        too_much = sum(row.quantity for row in rows) - line.quantity
        for row in rows:
            units = min(max(too_much, 0), row.quantity)
            too_much -= units
            back[row.lot_id] += units
            if units == row.quantity:
                row.delete()
            elif units:
                FulfilmentLot.objects.filter(pk=row.pk).update(quantity=row.quantity - units)
    lots.give_back(amounts={lot: units for lot, units in back.items() if units})


def leave(fulfilment: Fulfilment) -> None:
    """The part is handed over. Raises lots.NotOpen if one of its lots was recalled. Side effects: `left_at` of lots."""
    if amounts := _amounts(fulfilment):
        lots.leave(lots=amounts)
