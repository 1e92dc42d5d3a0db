"""Numbers of companies: right ones pass and are tidied, wrong ones are refused."""

import pytest
from django.core.exceptions import ValidationError

from offtakers.numbers import check_nib, check_npwp, tax_number


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("AE", "100-0000 0000.0003", "100000000000003"),  # no rules known: 5 to 20 letters and digits
        ("SA", "300000000000003", "300000000000003"),
        ("DE", "DE 136 695 976", "136695976"),
        ("IT", "00743110157", "00743110157"),
        ("QA", "ab12345", "AB12345"),
    ],
)
def test_tax_numbers_that_are_right(country: str, typed: str, kept: str) -> None:
    assert tax_number(country, typed) == kept


@pytest.mark.parametrize(
    ("country", "typed"),
    [("AE", "1234"), ("AE", "1" * 21), ("AE", "12é456"), ("DE", "136695978"), ("IT", "1")],
)
def test_tax_numbers_that_are_wrong(country: str, typed: str) -> None:
    with pytest.raises(ValidationError):
        tax_number(country, typed)


@pytest.mark.parametrize("text", ["013000666091000", "0013000666091000", "0000000000000000"])
def test_npwp_by_its_own_rules(text: str) -> None:
    check_npwp(text)


@pytest.mark.parametrize("text", ["013000666091", "013000667091000", "1234567890123456"])
def test_npwp_that_are_wrong(text: str) -> None:
    with pytest.raises(ValidationError):
        check_npwp(text)


@pytest.mark.parametrize(
    ("text", "fine"), [("1234567890123", True), ("123456789012", False), ("x" * 13, False)]
)
def test_nib(text: str, fine: bool) -> None:
    if fine:
        check_nib(text)
    else:
        with pytest.raises(ValidationError):
            check_nib(text)
