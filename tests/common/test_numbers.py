"""Numbers and names as pages show them."""

from decimal import Decimal

import pytest
from django.utils import translation

from marketplace.common.actor import SYSTEM
from marketplace.common.templatetags.actors import by_whom
from marketplace.common.templatetags.numbers import exact


@pytest.mark.parametrize(
    ("number", "indonesian", "english"),
    [
        (Decimal("551.200"), "551,2", "551.2"),
        (Decimal(1300), "1.300", "1,300"),
        (Decimal("1551.25"), "1.551,25", "1,551.25"),
        (0, "0", "0"),
    ],
)
def test_every_place_and_no_more(number: Decimal, indonesian: str, english: str) -> None:
    for language, shown in (("id", indonesian), ("en", english), ("ar", english)):
        with translation.override(language):
            assert exact(number) == shown


def test_what_nobody_pressed_went_by_itself() -> None:
    with translation.override("id"):
        assert by_whom(SYSTEM.name) == "otomatis"
        assert by_whom("Contoh Petugas") == "Contoh Petugas"
