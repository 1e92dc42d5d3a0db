"""Numbers read as in the language of the page; rupiah as in Indonesian everywhere."""

import pytest
from django.utils import translation

from catalogue.cards import quantity_text
from marketplace.common.figures import grouped
from marketplace.ledger.money import Money


@pytest.mark.parametrize(
    ("language", "whole", "kilograms"),
    [("id", "12.500", "1.234,5"), ("en", "12,500", "1,234.5"), ("ar", "12,500", "1,234.5")],
)
def test_a_thousand_is_never_read_as_one(language: str, whole: str, kilograms: str) -> None:
    with translation.override(language):
        assert (grouped(12_500), grouped(1234.5, places=1)) == (whole, kilograms)
        assert quantity_text(12_500, "kg") == f"{whole} kg"
        assert str(Money(12_500)) == "Rp\xa012.500"
