"""The price policy over all quantities: no stock record is saved here, the rules need no database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.models import Product, ProductClass
from marketplace.ledger.money import Money
from marketplace.pesantren.models import PriceTier, StockRecord
from marketplace.pesantren.pricing import (
    Cheaper,
    Step,
    cheaper_with_more,
    nearest_valid,
    steps,
    unit_price,
)

PRICES = st.integers(min_value=1, max_value=50_000_000)
QUANTITIES = st.integers(min_value=1, max_value=100_000)
MULTIPLES = st.integers(min_value=1, max_value=50)


@st.composite
def ladders(draw: st.DrawFn) -> list[Step]:
    """One to five steps with rising quantities; prices may go either way."""
    starts = sorted(draw(st.sets(QUANTITIES, min_size=1, max_size=5)))
    return [Step(start, Money(draw(PRICES))) for start in starts]


def record_with(minimum: int = 1, multiple: int = 1, stock: int | None = None, taken: int = 0) -> StockRecord:
    product = Product(product_class=ProductClass(track_stock=stock is not None))
    return StockRecord(
        pk=1,
        product=product,
        price=1_000,
        minimum=minimum,
        multiple=multiple,
        num_in_stock=stock,
        num_allocated=taken,
    )


def is_valid(record: StockRecord, quantity: int) -> bool:
    fits = record.num_in_stock is None or quantity <= record.net_stock_level
    return quantity >= record.minimum and quantity % record.multiple == 0 and fits


@given(ladders(), QUANTITIES)
def test_the_last_step_that_is_reached_prices_everything(ladder: list[Step], quantity: int) -> None:
    reached = [step for step in ladder if step.quantity <= quantity]
    assert unit_price(ladder, quantity) == (reached[-1] if reached else ladder[0]).price


@given(ladders(), QUANTITIES, MULTIPLES)
def test_more_never_silently_costs_less(ladder: list[Step], quantity: int, multiple: int) -> None:
    """Whenever some larger valid quantity costs no more, the page offers one, and its cheapest."""
    now = unit_price(ladder, quantity) * quantity
    offer = cheaper_with_more(ladder, quantity, multiple)
    begins = [-(-step.quantity // multiple) * multiple for step in ladder]
    candidates = {
        more: (unit_price(ladder, more) * more).minor
        for begin in begins
        for more in (begin, begin + multiple, begin + 2 * multiple)
        if more > quantity
    }
    cheapest = min(candidates.values(), default=None)
    if offer is None:
        assert cheapest is None or cheapest > now.minor
    else:
        assert offer.quantity > quantity
        assert offer.quantity % multiple == 0
        assert offer.total == unit_price(ladder, offer.quantity) * offer.quantity
        assert offer.total.minor == cheapest <= now.minor


@given(ladders(), QUANTITIES, MULTIPLES)
def test_an_offer_is_not_followed_by_a_better_one(ladder: list[Step], quantity: int, multiple: int) -> None:
    offer = cheaper_with_more(ladder, quantity, multiple)
    if offer:
        again = cheaper_with_more(ladder, offer.quantity, multiple)
        assert again is None or again.total == offer.total


@given(
    st.integers(1, 500),
    MULTIPLES,
    st.none() | st.integers(0, 2_000),
    st.integers(0, 500),
    st.integers(1, 3_000),
)
def test_nearest_valid_quantity(
    minimum: int, multiple: int, stock: int | None, taken: int, quantity: int
) -> None:
    record = record_with(minimum, multiple, stock, min(taken, stock) if stock is not None else 0)
    found = nearest_valid(record, quantity)
    if found == 0:
        assert not any(is_valid(record, candidate) for candidate in range(1, 3_001))
        return
    assert is_valid(record, found)
    if is_valid(record, quantity):
        assert found == quantity
    elif found > quantity:  # no valid quantity lies between what was asked and what is offered
        assert not any(is_valid(record, between) for between in range(quantity, found))
    else:  # less than asked: only because no more is free
        assert not any(is_valid(record, more) for more in range(found + 1, quantity + multiple))


@given(st.integers(1, 200), PRICES, st.dictionaries(st.integers(2, 1_000), PRICES, max_size=4))
def test_steps_begin_at_the_minimum_and_rise(minimum: int, price: int, tiers: dict[int, int]) -> None:
    record = record_with(minimum)
    record.price, record.price_currency = price, "IDR"
    rows = [PriceTier(quantity=quantity, price=amount) for quantity, amount in tiers.items()]
    record._prefetched_objects_cache = {"tiers": rows}
    ladder = steps(record)
    assert ladder[0] == Step(minimum, Money(price))
    starts = [step.quantity for step in ladder]
    assert starts == sorted(set(starts))
    assert {step.quantity: step.price.minor for step in ladder[1:]} == {
        quantity: amount for quantity, amount in tiers.items() if quantity > minimum
    }


@pytest.mark.parametrize(
    ("quantity", "unit", "offer"),
    [
        (1, 150_000, None),
        (9, 150_000, Cheaper(10, Money(1_200_000))),
        (10, 120_000, None),
        (7, 150_000, None),
        (8, 150_000, Cheaper(10, Money(1_200_000))),  # the same total: more for no more money
    ],
)
def test_worked_example(quantity: int, unit: int, offer: Cheaper | None) -> None:
    ladder = [Step(1, Money(150_000)), Step(10, Money(120_000))]
    assert unit_price(ladder, quantity) == Money(unit)
    assert cheaper_with_more(ladder, quantity) == offer


def test_a_step_that_is_no_multiple_is_rounded_up_to_one() -> None:
    ladder = [Step(1, Money(1_000)), Step(10, Money(500))]
    assert cheaper_with_more(ladder, 8, multiple=4) == Cheaper(12, Money(6_000))
