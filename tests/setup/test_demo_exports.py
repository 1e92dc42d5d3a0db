"""The exports of the demonstration: two consignments with what a visitor finds there, made once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalogue.models import Commodity, Product
from marketplace.exports.models import Consignment, GoodsReceipt
from marketplace.fulfilment.audit import audit
from marketplace.office.demo_exports import CLOTH, FRUIT
from marketplace.orders.models import Order
from tests.factories.catalogue import make_class, make_pesantren, make_product, make_regency
from tests.factories.exports import a_port
from tests.factories.sourcing import goods_of, make_commodity

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo() -> None:
    """The five listings it sells, and the people of the demonstration."""
    make_regency("32.73")
    make_class([], False, False, 120)
    a_port("IDCGK")
    farm, weavers, _coffee = [make_pesantren(f"contoh-{name}") for name in ("kebun", "tenun", "kopi")]
    for slug, (quantity, _cents) in FRUIT.items():
        kind = make_commodity(slug.split("-")[1])
        Commodity.objects.filter(pk=kind.pk).update(
            storage_celsius="12..14", shelf_life_days="14", hs8="08045030"
        )
        product = goods_of(farm, kind, stock=quantity)
        Product.objects.filter(pk=product.pk).update(slug=slug, title_en=slug)
    (slug,) = CLOTH
    product = make_product(weavers, "Sarung", 250_000, stock=100)
    kind = make_commodity("sarung")
    Commodity.objects.filter(pk=kind.pk).update(hs8="62114230")
    Product.objects.filter(pk=product.pk).update(slug=slug, title_en=slug, net_weight_g=350, commodity=kind)
    call_command("demo_people", verbosity=0)


def test_fruit_is_being_made_ready_and_sarongs_are_at_sea(demo: None) -> None:
    call_command("demo_exports", verbosity=0)
    fruit, cloth = Consignment.objects.order_by("pk")
    assert (fruit.state, fruit.mode, fruit.setpoint, fruit.cleared_at) == ("booked", "air", 13, None)
    assert [line.quantity for line in fruit.lines.all()] == [290, 100, 80, 50]  # 10 kg did not pass
    assert set(fruit.papers.filter(state__in=("issued", "accepted")).values_list("kind", flat=True)) == {
        "proforma_invoice",
        "commercial_invoice",
        "packing_list",
        "letter_of_instruction",
        "booking",
    }
    assert (cloth.state, cloth.mode, cloth.setpoint, cloth.is_breach) == ("departed", "sea", None, False)
    assert [event.code for event in cloth.events.all()] == ["GTIN", "LOAD", "DEPA"]
    assert (
        cloth.papers.exclude(needed_before="arrival").exclude(state__in=("issued", "accepted")).count() == 0
    )
    part = cloth.lines.get().part
    assert (part.quantity, part.fulfilment.state) == (100, "handed_over")
    assert GoodsReceipt.objects.get().state == "closed"
    assert audit() == []


def test_its_dates_fit_the_day_it_is_made(demo: None) -> None:
    call_command("demo_exports", verbosity=0)
    fruit, cloth = Consignment.objects.order_by("pk")
    now = timezone.now()
    assert timedelta(days=1) < fruit.departs_at - now <= timedelta(days=2)
    assert timedelta(days=6) <= now - cloth.departs_at < timedelta(days=7)


def test_twice_makes_nothing_new(demo: None) -> None:
    call_command("demo_exports", verbosity=0)
    call_command("demo_exports", verbosity=0)
    assert (Consignment.objects.count(), Order.objects.count()) == (2, 1)


def test_without_the_demonstrations_people_nothing_is_made(settings: Any) -> None:
    call_command("demo_exports", verbosity=0)
    assert not Consignment.objects.exists()
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("demo_exports", verbosity=0)
