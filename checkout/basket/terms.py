"""What may be taken of a listing: seller, minimum, multiple, free stock, in words with the way to mend it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.pesantren import pricing
from marketplace.pesantren.models import StockRecord

NOT_SELLING, SOLD_OUT, MINIMUM, MULTIPLE, STOCK, MOST = (
    "not_selling",
    "sold_out",
    "minimum",
    "multiple",
    "stock",
    "most",
)
MOST_UNITS = 9_999_999  # nobody orders more in one line; keeps every amount inside its column


@dataclass(frozen=True)
class Problem:
    """Why this quantity cannot be taken, and the quantities that can (none: the line must go)."""

    code: str
    text: str
    mends: tuple[int, ...] = ()


def written(quantity: int, record: StockRecord) -> str:
    """For instance 1.500 kg."""
    unit = record.product.unit
    return f"{quantity:,}".replace(",", ".") + (f"\N{NO-BREAK SPACE}{unit.name}" if unit else "")


def free(record: StockRecord) -> int | None:
    """Units that nobody has reserved; nothing where stock is not counted (services, made to order)."""
    if not record.can_track_allocations:
        return None
    return max(record.net_stock_level, 0)


def least(record: StockRecord) -> int:
    """The smallest quantity that respects minimum and multiple."""
    return -(-record.minimum // record.multiple) * record.multiple


def problem(record: StockRecord, quantity: int) -> Problem | None:
    """What stands against taking `quantity`, if anything."""
    left = free(record)
    if not (record.partner.sells and record.product.is_public):
        return Problem(NOT_SELLING, _("The pesantren does not sell this here at the moment."))
    if left is not None and left < least(record):
        return Problem(SOLD_OUT, _sold_out(record, left))
    if quantity > MOST_UNITS:  # added up from several presses: each alone may be small enough
        return Problem(MOST, _("One line of the basket takes at most %(most)s.") % _most(record))
    if quantity < record.minimum:
        return _below_minimum(record, quantity)
    if quantity % record.multiple:
        return _no_multiple(record, quantity)
    if left is not None and quantity > left:
        text = _("Only %(free)s are free now; you asked for %(asked)s.")
        values = {"free": written(left, record), "asked": written(quantity, record)}
        return Problem(STOCK, text % values, _valid(record, quantity))
    return None


def _most(record: StockRecord) -> dict[str, str]:
    return {"most": written(MOST_UNITS, record)}


def _sold_out(record: StockRecord, left: int) -> str:
    if not left:
        return _("This is sold out.")
    text = _("Only %(free)s are free now, less than the minimum of %(least)s.")
    return text % {"free": written(left, record), "least": written(least(record), record)}


def _below_minimum(record: StockRecord, quantity: int) -> Problem:
    text = _("The minimum is %(minimum)s: %(missing)s more are needed.")
    values = {
        "minimum": written(least(record), record),
        "missing": written(least(record) - quantity, record),
    }
    return Problem(MINIMUM, text % values, _valid(record, quantity))


def _no_multiple(record: StockRecord, quantity: int) -> Problem:
    text = _("This is sold in multiples of %(multiple)s.") % {"multiple": written(record.multiple, record)}
    below = quantity // record.multiple * record.multiple
    left = free(record)
    fits = below >= least(record) and (left is None or below <= left)
    mends = {*_valid(record, quantity), *((below,) if fits else ())}
    return Problem(MULTIPLE, text, tuple(sorted(mends)))


def _valid(record: StockRecord, quantity: int) -> tuple[int, ...]:
    nearest = pricing.nearest_valid(record, quantity)
    return (nearest,) if 0 < nearest <= MOST_UNITS else ()
