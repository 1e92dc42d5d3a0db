"""What Oscar may believe about shipping."""

import pytest
from oscar.core.loading import get_class

from checkout.shipping.repository import Repository


def test_oscar_finds_ours_and_ours_promises_no_free_shipping() -> None:
    found = get_class("shipping.repository", "Repository")
    assert found is Repository
    assert found().get_shipping_methods(basket=None) == []
    with pytest.raises(NotImplementedError):
        found().get_default_shipping_method(basket=None)
