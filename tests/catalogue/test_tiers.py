"""The price table against brute force: where the next row costs no more, it says so, from the right quantity on."""

import re
from itertools import pairwise

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from catalogue.detail import tiers
from catalogue.models import Product
from marketplace.pesantren.models import Partner, PriceTier, StockRecord
from marketplace.pesantren.pricing import cheaper_with_more, steps, unit_price

PRICES = st.integers(1, 500)
SAVE = re.compile(r"From ([\d.]+)\skg on, taking ([\d.]+)\skg costs no more: Rp\s([\d.]+)\.")


@st.composite
def records(draw: st.DrawFn) -> StockRecord:
    """A listing with up to four steps that go up or down, sold in multiples that need not fit its steps."""
    record = StockRecord(
        pk=1,
        price=draw(PRICES),
        price_currency="IDR",
        minimum=draw(st.integers(1, 60)),
        multiple=draw(st.integers(1, 12)),
        partner=Partner(name="Uji"),
        product=Product(title="Uji"),
    )
    found = draw(st.dictionaries(st.integers(2, 120), PRICES, max_size=4))
    rows = [PriceTier(quantity=quantity, price=price) for quantity, price in found.items()]
    record._prefetched_objects_cache = {"tiers": rows}
    return record


def plain(text: str) -> int:
    return int(text.replace(".", ""))


@given(records())
def test_save_texts_agree_with_brute_force(record: StockRecord) -> None:
    ladder = steps(record)
    with translation.override("en"):
        rows = tiers(record, "kg")
    assert [(row.minimum, row.price) for row in rows] == [(step.quantity, step.price) for step in ladder]
    assert rows[-1].save_text == ""
    for row, following in pairwise(rows):
        needed = next(n for n in range(following.minimum, 1_000) if n % record.multiple == 0)
        best = (unit_price(ladder, needed) * needed).minor
        valid = [n for n in range(row.minimum, following.minimum) if n % record.multiple == 0]
        flagged = [n for n in valid if (row.price * n).minor >= best]
        said = SAVE.fullmatch(row.save_text)
        assert bool(said) == bool(flagged) == bool(row.save_text)
        if said:
            assert [plain(one) for one in said.groups()] == [flagged[0], needed, best]
            assert flagged == [n for n in valid if n >= flagged[0]]


@given(records(), st.integers(1, 200))
def test_the_basket_offers_the_cheapest_of_all_larger_quantities(record: StockRecord, quantity: int) -> None:
    ladder = steps(record)
    now = (unit_price(ladder, quantity) * quantity).minor
    larger = [n for n in range(quantity + 1, 500) if n % record.multiple == 0 and n >= ladder[0].quantity]
    totals = {n: (unit_price(ladder, n) * n).minor for n in larger}
    cheapest = min(totals.values())
    offer = cheaper_with_more(ladder, quantity, record.multiple)
    if quantity < ladder[0].quantity:  # below the minimum nothing can be bought, so nothing is dearer
        return
    assert (offer is not None) == (cheapest <= now)
    if offer:
        assert (offer.total.minor, totals[offer.quantity]) == (cheapest, cheapest)
        assert offer.quantity == min(n for n, total in totals.items() if total == cheapest)
