"""Goods of an earlier order or a saved list, put into the basket again, with a word on whatever did not fit."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from checkout.basket import terms
from checkout.basket.models import Basket, Line
from checkout.basket.queries import records
from checkout.basket.services import lock, new_line, price
from marketplace.pesantren.models import StockRecord

REPORT = "basket-report"  # in the session: the notes of a Report, for the next look at the basket


@dataclass(frozen=True)
class Wanted:
    """So much of one product; `title` is what to call it if it is not listed any more."""

    product_id: int | None
    quantity: int
    title: str


@dataclass(frozen=True)
class Report:
    """How many goods lie in the basket as wanted, and (title, sentence) of each that does not."""

    taken: int
    notes: list[tuple[str, str]]


@transaction.atomic
def refill(*, basket: Basket, wanted: Sequence[Wanted]) -> Report:
    """Put all of it into the basket at today's prices, as far as it can be taken; never more than was wanted.

    A line that is there already keeps its quantity if that is larger: a second press changes nothing.
    Side effects: Basket saved if it is new, its Lines. Raises BasketClosed.
    """
    if basket.pk:
        lock(basket)
    else:
        basket.save()
    listed = records(item.product_id for item in wanted)
    lines = {line.product_id: line for line in basket.lines.all()}
    notes, written = [], []
    for item in wanted:
        record = listed.get(item.product_id or 0)
        quantity, note = _possible(record, item.quantity)
        if note:
            notes.append((record.product.title if record else item.title, note))
        if record and quantity:
            line = lines.get(record.product_id) or new_line(basket, record)
            if quantity > line.quantity or not line.pk:
                line.stockrecord = record  # read with its price steps
                price(line, quantity)
                written.append(line)
    _save(written)
    basket.reset_offer_applications()
    return Report(taken=len(wanted) - len(notes), notes=notes)


def gathered(items: Sequence[Wanted]) -> list[Wanted]:
    """One item a product: an order may name the same one on several lines."""
    found: dict[object, Wanted] = {}
    for number, item in enumerate(items):
        key = item.product_id or f"gone-{number}"
        before = found[key].quantity if key in found else 0
        found[key] = Wanted(item.product_id, before + item.quantity, item.title)
    return list(found.values())


def _possible(record: StockRecord | None, quantity: int) -> tuple[int, str]:
    """How much of `quantity` can be taken, never more, and a sentence if that is not all of it."""
    if record is None:
        return 0, _("This is not listed any more.")
    found = terms.problem(record, quantity)
    if found is None:
        return quantity, ""
    less = max((mend for mend in found.mends if mend < quantity), default=0)
    if not less:
        return 0, f"{found.text} {_('It is not in your basket.')}"
    text = _("%(taken)s were put into the basket instead of %(wanted)s.")
    values = {"taken": terms.written(less, record), "wanted": terms.written(quantity, record)}
    return less, f"{found.text} {text % values}"


def _save(lines: Sequence[Line]) -> None:
    """Two statements, however many lines."""
    changed = [line for line in lines if line.pk]
    for line in changed:
        line.date_updated = timezone.now()
    Line.objects.bulk_update(changed, ["quantity", "price_excl_tax", "price_incl_tax", "date_updated"])
    Line.objects.bulk_create([line for line in lines if not line.pk])
