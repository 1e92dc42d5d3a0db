"""What may be taken of a listing: every refusal names quantities that can be taken, and no nearer one is kept back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.models import Product, ProductClass
from checkout.basket.terms import MOST_UNITS, problem
from marketplace.pesantren.models import Partner, StockRecord


def listing(minimum: int, multiple: int, stock: int | None, taken: int = 0) -> StockRecord:
    product = Product(product_class=ProductClass(track_stock=stock is not None), is_public=True)
    return StockRecord(
        pk=1,
        product=product,
        partner=Partner(sells=True),
        price=1_000,
        minimum=minimum,
        multiple=multiple,
        num_in_stock=stock,
        num_allocated=min(taken, stock) if stock is not None else 0,
    )


LISTINGS = st.builds(
    listing, st.integers(1, 300), st.integers(1, 50), st.none() | st.integers(0, 900), st.integers(0, 300)
)


def is_valid(record: StockRecord, quantity: int) -> bool:
    """The rule itself, once more in plain words."""
    fits = record.num_in_stock is None or quantity <= record.num_in_stock - record.num_allocated
    return record.minimum <= quantity <= MOST_UNITS and quantity % record.multiple == 0 and fits


@given(LISTINGS, st.integers(1, 1_200))
def test_refused_exactly_when_it_cannot_be_taken(record: StockRecord, quantity: int) -> None:
    assert (problem(record, quantity) is None) == is_valid(record, quantity)


@given(LISTINGS, st.integers(1, 1_200))
def test_mends_are_valid_and_nearest(record: StockRecord, quantity: int) -> None:
    found = problem(record, quantity)
    if found is None:
        return
    valid = [n for n in range(1, 1_400) if is_valid(record, n)]
    assert set(found.mends) <= set(valid)
    assert bool(found.mends) == bool(valid)
    if not valid:
        return
    above, below = [n for n in valid if n > quantity], [n for n in valid if n < quantity]
    nearest = {*above[:1], *below[-1:]}
    assert set(found.mends) == nearest  # the next one up and the next one down, as far as there are such
    assert min(valid, key=lambda n: abs(n - quantity)) in found.mends or len(nearest) == 2


@pytest.mark.parametrize(
    ("multiple", "quantity", "mends"),
    [
        (10, MOST_UNITS, (MOST_UNITS // 10 * 10,)),  # the next one up would be more than a line takes
        (2, MOST_UNITS - 2, (MOST_UNITS - 3, MOST_UNITS - 1)),
    ],
)
def test_no_mend_is_beyond_what_a_line_takes(multiple: int, quantity: int, mends: tuple[int, ...]) -> None:
    found = problem(listing(1, multiple, None), quantity)
    assert found is not None
    assert found.mends == mends
