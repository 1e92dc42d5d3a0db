"""A seller, goods and ways of delivery, as every test of this folder needs them."""

import pytest

from tests.factories.catalogue import make_country, make_regency, make_tariffs


@pytest.fixture
def places(db: None) -> None:
    """Kota Bandung, Kabupaten Bandung, Indonesia and the four kinds of delivery."""
    make_country()
    make_regency("32.73")
    make_regency("32.04")
    make_tariffs()
