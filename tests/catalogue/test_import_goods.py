"""Goods, weights and cartons in files; files of the first layout are read as before."""

from typing import Any

import pytest
from django.utils import translation

from catalogue.imports import snapshot
from catalogue.imports.columns import Layout
from catalogue.models import Commodity, Product, ProductClass, Unit
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.imports import EVERY, GOOD, exported, faults, lines, make_kind, on_sale, sent, taken

pytestmark = pytest.mark.django_db
NEW = [*EVERY, "commodity", "net_weight_g", "carton_cm", "origin", "harvest_months"]


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def kind() -> ProductClass:
    made = make_kind()
    ProductClass.objects.filter(pk=made.pk).update(grows=True)
    Unit.objects.filter(code="kg").update(net_g=1000)
    Commodity.objects.create(code="beras", name_ind="Beras", name_en="Rice", product_class=made, hs6="100630")
    made.refresh_from_db()
    return made


@pytest.fixture
def mine() -> Any:
    return make_pesantren("contoh-satu")


@pytest.fixture
def person(mine: Any) -> Any:
    make_member(found := make_user("member@example.com"), mine)
    return found


def old_version(product: Product, kind: ProductClass) -> str:
    """As the layout before this one wrote it."""
    layout = Layout(kind)
    product = snapshot.listings(product.seller).get(pk=product.pk)
    sums = snapshot.sums_of(snapshot.cells_of(product, layout), layout, snapshot.FIRST)
    return "-".join([snapshot.FIRST, *sums.values()])


def test_a_new_row_says_what_it_is(kind: Any, mine: Any, person: Any) -> None:
    row = {**GOOD, "name": "Nasi", "commodity": "rice", "net_weight_g": "250", "carton_cm": "60x40x30",
           "origin": mine.regency.code, "harvest_months": "3;4"}  # fmt: skip
    taken(sent(mine, person, row, columns=NEW))
    made = Product.objects.get()
    assert made.state == "draft", "a photo is missing"
    assert made.draft.answers["commodity"] == "beras"  # type: ignore[attr-defined]
    wrong = {**row, "name": "Lain", "carton_cm": "60", "net_weight_g": "400"}
    assert faults(sent(mine, person, wrong, columns=NEW)) == [
        ("Weight of one, packed, in grams", "With its packing it weighs at least what is in it: 400 grams."),
        ("Carton: length, width and height in cm", "Write three sides in cm, for example 40x30x20."),
    ]


def test_an_export_comes_back_as_it_was(kind: Any, mine: Any, person: Any) -> None:
    rice = Commodity.objects.get()
    facts = {"commodity": rice, "net_weight_g": 200, "carton_cm": "60x40x30", "harvest_months": [3, 4]}
    made = on_sale(mine, kind, name="Beras", columns={**facts, "origin": mine.regency})
    [row] = exported(mine, kind)
    assert (row["commodity"], row["carton_cm"], row["origin"]) == ("beras", "60x40x30", mine.regency.code)
    assert row["version"].startswith("v2-")
    assert lines(sent(mine, person, row, columns=NEW))[0].outcome == "same"
    run = sent(mine, person, {**row, "commodity": "other", "harvest_months": "3"}, columns=NEW)
    assert lines(taken(run))[0].result == "done"
    made.refresh_from_db()
    assert (made.commodity, made.hs6, made.harvest_months, made.net_weight_g) == (None, "", [3], 200)


def test_an_old_file_changes_what_it_says_and_nothing_else(kind: Any, mine: Any, person: Any) -> None:
    rice = Commodity.objects.get()
    made = on_sale(mine, kind, name="Beras", columns={"commodity": rice, "harvest_months": [3]})
    [row] = exported(mine, kind)
    old = {name: row[name] for name in EVERY if name in row} | {"version": old_version(made, kind)}
    assert lines(sent(mine, person, old))[0].outcome == "same"
    run = sent(mine, person, {**old, "name": "Beras pulen"})
    assert lines(taken(run))[0].result == "done"
    made.refresh_from_db()
    assert (made.title_ind, made.commodity, made.harvest_months) == ("Beras pulen", rice, [3])
    moved = sent(mine, person, {**old, "name": "Beras merah"})
    assert "Somebody changed this after your export" in faults(moved)[0][1]
    added = {**old, "name": "Beras pulen", "version": old_version(made, kind), "commodity": "other"}
    assert lines(taken(sent(mine, person, added, columns=NEW)))[0].result == "done"
    made.refresh_from_db()
    assert made.commodity is None
