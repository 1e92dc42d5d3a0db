"""Changing the basket. Its row is locked first, so that two tabs and an order being placed do not meet."""

from django.db import transaction

from checkout.basket import terms
from checkout.basket.models import Basket, Line
from marketplace.pesantren import pricing
from marketplace.pesantren.models import StockRecord


class Refused(Exception):
    """This quantity cannot be taken; `already` units lie in the basket."""

    def __init__(self, problem: terms.Problem, already: int = 0) -> None:
        super().__init__(problem.text)
        self.problem, self.already = problem, already


class BasketClosed(Exception):
    """The basket became an order in the meantime."""


@transaction.atomic
def add(*, basket: Basket, record: StockRecord, quantity: int) -> Line:
    """Put `quantity` more units of a listing into the basket; a second time adds to the first.

    Side effects: Basket saved if it is new, one Line with the unit price told now.
    Raises Refused, BasketClosed.
    """
    if basket.pk:
        lock(basket)
    line = basket.lines.filter(stockrecord=record).first() if basket.pk else None
    already = line.quantity if line else 0
    if found := terms.problem(record, already + quantity):
        raise Refused(found, already)
    if not basket.pk:
        basket.save()
    return _write(line or new_line(basket, record), already + quantity)


@transaction.atomic
def change(*, line: Line, quantity: int) -> None:
    """Set the quantity of a line; 0 takes it out. Side effects: the Line. Raises Refused, BasketClosed."""
    lock(line.basket)
    if quantity == 0 or not Line.objects.filter(pk=line.pk).exists():  # another tab took it out: it stays out
        Line.objects.filter(pk=line.pk).delete()
        return
    if found := terms.problem(line.stockrecord, quantity):
        raise Refused(found)
    _write(line, quantity)


@transaction.atomic
def remove(*, line: Line) -> None:
    """Take a line out. Side effects: the Line. Raises BasketClosed."""
    lock(line.basket)
    Line.objects.filter(pk=line.pk).delete()


def lock(basket: Basket) -> None:
    """Raises BasketClosed."""
    if Basket.objects.select_for_update().get(pk=basket.pk).status != Basket.OPEN:
        raise BasketClosed


def new_line(basket: Basket, record: StockRecord) -> Line:
    """A line of this listing, not saved yet."""
    return Line(
        basket=basket,
        product=record.product,
        stockrecord=record,
        line_reference=f"{record.product_id}_{record.pk}",
        price_currency=record.price_currency,
    )


def price(line: Line, quantity: int) -> None:
    """Set the quantity together with the unit price that the page tells for it; not saved yet."""
    line.quantity = quantity
    told = pricing.unit_price(pricing.steps(line.stockrecord), quantity).to_decimal()
    line.price_excl_tax = line.price_incl_tax = told


def _write(line: Line, quantity: int) -> Line:
    price(line, quantity)
    line.basket.reset_offer_applications()
    line.save()
    return line
