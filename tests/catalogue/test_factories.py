"""The factories make goods that can be bought."""

import pytest

from marketplace.pesantren import pricing
from tests.factories import catalogue as make

pytestmark = pytest.mark.django_db


def test_a_made_product_has_price_steps_and_stock():
    product = make.make_product(stock=40, price=150000, minimum=2, tiers=[(20, 140000)])
    record = product.stockrecords.get()
    assert record.net_stock_level == 40
    assert [(step.quantity, step.price.minor) for step in pricing.steps(record)] == [
        (2, 150000),
        (20, 140000),
    ]
    assert make.make_product(title="Lain").partner == product.partner


def test_people_tariffs_and_country():
    member = make.make_member(make.make_user("a@example.com"), make.make_pesantren())
    assert member.user.check_password("demo-only")
    assert [tariff.courier.kind for tariff in make.make_tariffs()] == [
        "courier",
        "cargo",
        "vehicle",
        "pickup",
    ]
    assert make.make_country().pk == "ID"
