"""What may be taken of a listing: seller, minimum, multiple, free stock, in words with the way to mend it."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from marketplace.pesantren import capacity, pricing, week_words
from marketplace.pesantren.models import StockRecord
from marketplace.pesantren.weeks import Portion, Week
from marketplace.reference import working_days

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
    return number_format(quantity, force_grouping=True) + (f"\N{NO-BREAK SPACE}{unit.name}" if unit else "")


def free(record: StockRecord) -> int | None:
    """Units that nobody has reserved, in stock or in the weeks ahead; nothing where they are not counted (services)."""
    return capacity.free(record)


def least(record: StockRecord) -> int:
    """The smallest quantity that respects minimum and multiple."""
    return -(-record.minimum // record.multiple) * record.multiple


def problem(record: StockRecord, quantity: int) -> Problem | None:
    """What stands against taking `quantity`, if anything."""
    left = free(record)
    if not (record.partner.sells_now and record.product.is_public):
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
        return Problem(STOCK, _too_much(record, quantity, left), _valid(record, quantity))
    return None


def _too_much(record: StockRecord, quantity: int, left: int) -> str:
    """How much is free; of what is made to order, in which weeks."""
    values = {"free": written(left, record), "asked": written(quantity, record)}
    if not record.is_made_to_order:
        return _("Only %(free)s are free now; you asked for %(asked)s.") % values
    ahead = capacity.ahead(record)
    weeks = [Portion(week, week.free) for week in ahead if week.free]
    values["weeks"] = week_words.portions(weeks, lambda n: written(n, record))
    text = _("Only %(free)s can be made until %(last)s: %(weeks)s. You asked for %(asked)s.")
    return text % (values | {"last": _last(ahead)})


def _last(ahead: list[Week]) -> str:
    """The end of the weeks that can be ordered for; today where preparing alone takes longer."""
    return week_words.day(ahead[-1].last if ahead else working_days.today())


def _most(record: StockRecord) -> dict[str, str]:
    return {"most": written(MOST_UNITS, record)}


def _sold_out(record: StockRecord, left: int) -> str:
    if not left and record.is_made_to_order:
        text = _("Everything that can be made until %(last)s is promised, or it is out of season.")
        return text % {"last": _last(capacity.ahead(record))}
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
