"""Money: whole minor units, exact sums, exact shares, and how pages write it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.ledger.money import Money, MoneyError, split

minors = st.integers(min_value=-(10**15), max_value=10**15)
currencies = st.sampled_from(["IDR", "USD", "AED", "EUR", "SAR"])
NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(21_000), "Rp 21.000"),
        (Money(0), "Rp 0"),
        (Money(999), "Rp 999"),
        (Money(1_234_567_890), "Rp 1.234.567.890"),
        (Money(-5_000), "-Rp 5.000"),
        (Money(125_000, "USD"), "US$ 1,250.00"),
        (Money(7, "USD"), "US$ 0.07"),
        (Money(-1_099, "EUR"), "-€ 10.99"),
        (Money(1_000_000, "AED"), "AED 10,000.00"),
        (Money(50, "SAR"), "SAR 0.50"),
    ],
)
def test_text(money: Money, text: str) -> None:
    assert str(money) == text.replace("Rp ", f"Rp{NBSP}").replace("$ ", f"${NBSP}").replace(
        "€ ", f"€{NBSP}"
    ).replace("AED ", f"AED{NBSP}").replace("SAR ", f"SAR{NBSP}")


@pytest.mark.parametrize("minor", [1.0, 0.1, "1", Decimal(1), True, None])
def test_only_an_int_is_an_amount(minor: object) -> None:
    with pytest.raises(MoneyError):
        Money(minor)


def test_a_float_never_becomes_money() -> None:
    with pytest.raises(MoneyError):
        Money.from_decimal(2.0, "IDR")
    with pytest.raises(MoneyError):
        Money(3) * 1.5


def test_unknown_currency_is_refused() -> None:
    with pytest.raises(MoneyError):
        Money(1, "XXX")
    with pytest.raises(MoneyError):
        Money.from_decimal(Decimal(1), "XXX")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("150000.00", "IDR", 150_000),
        ("0", "IDR", 0),
        ("1250", "USD", 125_000),
        ("0.07", "USD", 7),
        ("9999999999999999.00", "IDR", 9_999_999_999_999_999),
        ("1E+3", "IDR", 1_000),
    ],
)
def test_from_decimal(text: str, currency: str, minor: int) -> None:
    assert Money.from_decimal(Decimal(text), currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("0.50", "IDR"),
        ("10000.01", "IDR"),
        ("0.005", "USD"),
        ("NaN", "IDR"),
        ("Infinity", "IDR"),
        ("12345678901234567890123456789.5", "IDR"),  # longer than Decimal's default precision
    ],
)
def test_from_decimal_loses_nothing(text: str, currency: str) -> None:
    with pytest.raises(MoneyError):
        Money.from_decimal(Decimal(text), currency)


def test_currencies_do_not_mix() -> None:
    rupiah, dollars = Money(1), Money(1, "USD")
    for operation in (lambda: rupiah + dollars, lambda: rupiah - dollars, lambda: rupiah < dollars):
        with pytest.raises(MoneyError):
            operation()
    assert rupiah != dollars


def test_zero_is_false() -> None:
    assert not Money(0)
    assert Money(-1)


@given(minors, currencies)
def test_decimal_round_trip(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.from_decimal(money.to_decimal(), currency) == money


@given(st.lists(minors, max_size=20), st.randoms(use_true_random=False))
def test_a_sum_does_not_depend_on_the_order(amounts: list[int], random: object) -> None:
    shuffled = list(amounts)
    random.shuffle(shuffled)
    zero = Money(0)
    assert sum(map(Money, amounts), zero) == sum(map(Money, shuffled), zero) == Money(sum(amounts))


@given(minors, minors)
def test_minus_undoes_plus(one: int, other: int) -> None:
    assert Money(one) + Money(other) - Money(other) == Money(one)


def test_split_by_largest_remainder() -> None:
    assert split(Money(100), [1, 1, 1]) == [Money(34), Money(33), Money(33)]  # a tie: the first wins
    assert split(Money(100), [1, 2, 4]) == [Money(14), Money(29), Money(57)]
    assert split(Money(10_001), [3, 7]) == [Money(3_000), Money(7_001)]
    assert split(Money(5), [0, 1]) == [Money(0), Money(5)]
    assert split(Money(2, "USD"), [1, 1, 1]) == [Money(1, "USD"), Money(1, "USD"), Money(0, "USD")]


@pytest.mark.parametrize(("amount", "weights"), [(1, [0, 0]), (1, []), (1, [2, -1]), (-1, [1])])
def test_split_refuses(amount: int, weights: list[int]) -> None:
    with pytest.raises(MoneyError):
        split(Money(amount), weights)


@given(
    st.integers(min_value=0, max_value=10**15),
    st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=30).filter(any),
)
def test_parts_add_up_and_are_fair(amount: int, weights: list[int]) -> None:
    parts = split(Money(amount), weights)
    total = sum(weights)
    assert sum(part.minor for part in parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor * total - amount * weight) < total  # never off by one whole unit
