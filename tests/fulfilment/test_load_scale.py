"""A small synthetic market: complete, sound, made once, and gone again where the books allow it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalogue.models import Product
from catalogue.search.models import Entry
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.orders.models import Order
from marketplace.pesantren.models import Partner

pytestmark = pytest.mark.django_db


def load(**options: int) -> str:
    said = StringIO()
    call_command("load_scale", stdout=said, **{"pesantren": 12, "products": 200, "orders": 0, **options})
    return said.getvalue()


@pytest.fixture
def goods_known(settings) -> None:
    call_command("load_opop", verbosity=0)


def test_books_orders_and_search_agree(goods_known: None) -> None:
    before = Entry.objects.count()
    said = load(orders=120)
    assert "200 products" in said
    assert audit() == []
    assert Entry.objects.count() == before + 200
    assert Order.objects.count() == 120
    assert set(Order.objects.values_list("status", flat=True)) >= {"placed", "cancelled", "completed"}
    assert Fulfilment.objects.values("state").distinct().count() >= 6
    with pytest.raises(CommandError, match="there already"):
        load()
    with pytest.raises(CommandError, match="append-only"):
        call_command("load_scale", remove=True)


def test_without_orders_it_can_be_taken_away(goods_known: None) -> None:
    before = Product.objects.count(), Entry.objects.count()
    load()
    call_command("load_scale", remove=True, stdout=StringIO())
    assert (Product.objects.count(), Entry.objects.count()) == before
    assert not Partner.objects.filter(code__startswith="contoh-skala").exists()


def test_it_refuses(settings) -> None:
    with pytest.raises(CommandError, match="load_opop"):
        load()
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        load()
