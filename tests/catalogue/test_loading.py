"""manage.py load_opop: complete, repeatable, and clear about what is wrong."""

import csv
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import translation

from catalogue import loading
from catalogue.loading import goods, rows
from catalogue.models import Category, Certificate, Commodity, Product, ProductAttributeValue, ProductImage
from marketplace.fulfilment.models import Courier, Tariff
from marketplace.pesantren.models import Partner, StockRecord
from marketplace.reference.models import District, Province, Regency

pytestmark = pytest.mark.django_db


def everything() -> dict[str, list[Any]]:
    """Every row of every table the load may write, with all its columns (timestamps too)."""
    labels = ("catalogue", "partner", "address", "fulfilment")
    models = [model for label in labels for model in apps.get_app_config(label).get_models()]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}


def test_the_first_load_is_complete(loaded: None) -> None:
    assert (Province.objects.count(), Regency.objects.count(), District.objects.count()) == (38, 514, 7277)
    assert Category.objects.filter(depth=1).count() == 10
    assert Partner.objects.filter(is_fictional=False).count() == 29
    assert list(Partner.objects.filter(sells=True).order_by("code").values_list("code", flat=True)) == [
        "contoh-kebun",
        "contoh-kopi",
        "contoh-tenun",
    ]
    assert Product.objects.filter(partner__is_fictional=False).count() == 50
    assert Product.objects.filter(partner__is_fictional=True).count() == 16
    assert ProductImage.objects.filter(is_illustration=True, width=1200, height=900).count() == 66
    assert Courier.objects.filter(is_example=True, name__contains="Contoh").count() == 5
    assert Courier.objects.filter(is_example=True).count() == 7
    assert Tariff.objects.count() == 16
    assert Certificate.objects.count() == 7


def test_real_pesantren_have_no_stock_and_cannot_be_ordered_from(loaded: None) -> None:
    real = StockRecord.objects.filter(partner__is_fictional=False)
    assert real.count() == 50
    assert set(real.values_list("num_in_stock", flat=True)) == {0}
    assert not real.filter(partner__sells=True).exists()
    assert not Product.objects.filter(partner__is_fictional=False, source="").exists()


def test_texts_stand_in_three_languages(loaded: None) -> None:
    product = Product.objects.get(code="contoh-manggis-super")
    with translation.override("en"):
        assert product.title == "Mangosteen, grade Super"
    with translation.override("ar"):
        assert product.title == "مانغوستين، درجة سوبر"
    size = ProductAttributeValue.objects.get(product=product, attribute__code="fruit_size")
    assert (size.value_text_ind, size.value_text_en) == ("di atas 65 mm", "over 65 mm")
    assert Commodity.objects.get(code="jengkol").assumed == ["storage_celsius", "shelf_life_days"]


def test_steps_begin_above_the_minimum(loaded: None) -> None:
    record = StockRecord.objects.get(partner_sku="contoh-manggis-super")
    assert (record.minimum, record.price) == (10, 38000)
    assert list(record.tiers.values_list("quantity", "price")) == [(100, 36000), (490, 34000)]


def test_twice_changes_nothing(loaded: None) -> None:
    before = everything()
    call_command("load_opop", verbosity=0)
    after = everything()
    assert {name: len(found) for name, found in after.items()} == {n: len(f) for n, f in before.items()}
    assert after == before


def test_what_was_sold_or_priced_since_stays(loaded: None) -> None:
    record = StockRecord.objects.get(partner_sku="contoh-jengkol")
    StockRecord.objects.filter(pk=record.pk).update(num_in_stock=7, num_allocated=2, price=50000)
    record.tiers.update(price=F("price") + 1)
    tiers = list(record.tiers.values_list("quantity", "price"))
    call_command("load_opop", verbosity=0)
    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated, record.price) == (7, 2, 50000)
    assert list(record.tiers.values_list("quantity", "price")) == tiers


def test_a_changed_fact_is_mended(loaded: None) -> None:
    Product.objects.filter(code="jengkol").update(hs6="000000")
    tally = loading.everything()
    assert tally.changed.total() == 1
    assert tally.new.total() == 0
    assert Product.objects.get(code="jengkol").hs6 == "070890"


def broken(tmp_path: Any, settings: Any, **cells: str) -> goods.Sources:
    """products.csv with other cells in its second row."""
    settings.BASE_DIR = tmp_path
    with goods.Sources().goods[0].open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))[:3]
    lines[1] |= cells
    path = tmp_path / "products.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, lines[0].keys())
        writer.writeheader()
        writer.writerows(lines)
    return goods.Sources(goods=(path,))


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("price_idr", "12,5", '"price_idr" should be a whole number, not "12,5".'),
        ("price_idr", "0", '"price_idr" should be at least 1, not 0.'),
        ("price_idr", "", '"price_idr" is empty.'),
        ("pesantren", "nobody", '"pesantren" names "nobody", which no file defines.'),
        ("harvest_months", "12 13", '"harvest_months" should hold months from 1 to 12, not "12 13".'),
        ("picture", "none.webp", '"picture" names "none.webp", which is not in pictures/.'),
    ],
)
def test_a_broken_row_is_named_and_nothing_is_kept(
    column: str, value: str, sentence: str, tmp_path: Any, settings: Any, no_encoding: None
) -> None:
    sources = broken(tmp_path, settings, **{column: value})
    with pytest.raises(rows.BrokenRowError) as error:
        loading.everything(source=sources)
    assert str(error.value) == f"products.csv:3: {sentence}"
    assert not Product.objects.exists()
    assert not Partner.objects.exists()


def test_the_command_says_it_in_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr("catalogue.loading.places.REGENCIES", tmp_path / "missing.csv")
    with pytest.raises(CommandError, match=r"missing\.csv: cannot be read"):
        call_command("load_opop")
    assert not Regency.objects.exists()
