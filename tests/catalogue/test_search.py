"""Search: three languages, starts of words, and nothing typed breaks it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.http import urlencode

from catalogue import season
from catalogue.models import Commodity, Product
from catalogue.search import nothing, services
from catalogue.search.models import Entry
from catalogue.search.queries import find
from catalogue.search.terms import words
from tests.factories import catalogue as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods() -> None:
    jengkol = Commodity.objects.create(
        code="jengkol",
        name_ind="Jengkol",
        name_en="Jengkol (djenkol bean)",
        name_ar="جينكول",
    )
    farming = make.make_sector("pertanian", "Pertanian")
    make.make_product(
        title="Jengkol tua",
        title_en="Mature beans",
        title_ar="حبوب جينكول",
        commodity=jengkol,
        sector=farming,
    )
    make.make_product(
        title="Sarung tenun", title_en="Woven sarongs", description="Dipakai sambil makan jengkol"
    )
    make.make_product(
        partner=make.make_pesantren("nyata", sells=False, name="Pesantren Café"), title="Sarung"
    )
    pairs = [("jering", "jengkol"), ("dogfruit", "jengkol"), ("queen of fruits", "sarung"), ("untuk", "")]
    services.replace_synonyms(pairs=pairs)
    services.refresh_words()


def found(text: str, language: str = "id") -> list[str]:
    hits = find(text, language)
    return list(hits.entries.order_by(*hits.order).values_list("product__title_ind", flat=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jering", ["Jengkol tua", "Sarung tenun"]),
        ("DOGFRUIT", ["Jengkol tua", "Sarung tenun"]),
        ("untuk jengkol", ["Jengkol tua", "Sarung tenun"]),
        ("queen of fruits", ["Sarung tenun", "Sarung"]),
        ("jengkool", ["Jengkol tua", "Sarung tenun"]),
        ("sarng", ["Sarung tenun", "Sarung"]),
        ("tenun gajah", ["Sarung tenun"]),
        ("gajah", []),
        ("4321", []),
        ("beans", ["Jengkol tua"]),
        ("bean", ["Jengkol tua"]),
        ("جينكول", ["Jengkol tua"]),
        ("pertanian", ["Jengkol tua"]),
        ("tenu", ["Sarung tenun"]),
        ("tenun sarung", ["Sarung tenun"]),
        ("sarong", ["Sarung tenun"]),
        ("cafe", ["Sarung"]),
        ("café", ["Sarung"]),
    ],
)
def test_words_in_three_languages(goods: None, text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_title_before_description_and_orderable_first(goods: None) -> None:
    assert found("jengkol") == ["Jengkol tua", "Sarung tenun"]
    assert found("sarung") == ["Sarung tenun", "Sarung"]


def test_the_index_follows_every_change(goods: None) -> None:
    product = Product.objects.get(title_ind="Sarung")
    Product.objects.filter(pk=product.pk).update(title_ind="Peci hitam", title_en=None)
    assert found("peci") == ["Peci hitam"]
    product.partner.name = "Pesantren Mawar"
    product.partner.save()
    assert found("mawar") == ["Peci hitam"]
    Commodity.objects.update(name_ind="Kancing")
    assert found("kancing") == ["Jengkol tua"]
    product.categories.add(make.make_sector("kerajinan", "Kerajinan"))
    assert found("kerajinan") == ["Peci hitam"]
    product.categories.clear()
    assert found("kerajinan") == []
    Product.objects.filter(pk=product.pk).update(is_public=False)
    assert not Entry.objects.filter(pk=product.pk).exists()
    Product.objects.filter(pk=product.pk).update(is_public=True)
    product.delete()
    assert Entry.objects.count() == 2


@pytest.mark.parametrize(
    "text",
    [
        "'",
        '"',
        "%",
        "\\",
        "a'b",
        ":*",
        "& | !",
        "<script>",
        "x" * 10_000,
        "(",
        "  ",
        "\u202e",
        "💥",
        "-- ;",
    ],
)
def test_whatever_is_typed_a_page_answers(client: Client, goods: None, text: str) -> None:
    response = client.get("/en/search/?" + urlencode({"q": text}), follow=True)
    assert response.status_code == 200
    assert "<script>" not in response.content.decode().replace('<script type="', "")
    assert b"\0" not in response.content


def test_words_are_cut_at_100_signs() -> None:
    assert words("x" * 500) == ["x" * 100]
    assert words("kopi_robusta 'or' 1=1") == ["kopi", "robusta", "or", "1", "1"]


def test_without_words_the_whole_list(client: Client, goods: None) -> None:
    response = client.get("/search/")
    assert response.context["list"].total == 3


def test_no_hit_shows_sectors(client: Client, goods: None) -> None:
    text = client.get("/en/search/", {"q": "zzz"}).content.decode()
    assert "We found nothing for these words" in text
    assert "/en/products/sector/pertanian/" in text
    assert 'value="zzz"' in text


def test_filters_and_pages_keep_the_words(client: Client, goods: None) -> None:
    text = client.get("/search/", {"q": "sarung", "orderable": "1"}).content.decode()
    assert 'href="?q=sarung"' in text
    assert '<input type="hidden" name="q" value="sarung">' in text


def test_a_pesantren_is_found_by_its_name(client: Client, goods: None) -> None:
    text = client.get("/search/", {"q": "Café"}).content.decode()
    assert 'class="chip" href="/pesantren/nyata/"' in text


def test_a_correction_is_said_and_can_be_refused(client: Client, goods: None) -> None:
    text = client.get("/en/search/", {"q": "sarng"}).content.decode()
    assert "Showing results for <bdi><strong>sarung</strong></bdi>" in text
    assert 'href="?q=sarng&amp;exact=1"' in text
    assert client.get("/en/search/", {"q": "sarng", "exact": "1"}).context["list"].total == 0


def test_some_of_the_words_are_better_than_nothing(client: Client, goods: None) -> None:
    assert "Nothing has all these words" in client.get("/en/search/", {"q": "tenun gajah"}).content.decode()


def test_a_good_that_nobody_lists_tells_its_next_harvest(
    client: Client, goods: None, monkeypatch: Any
) -> None:
    monkeypatch.setattr(season, "today", lambda: date(2026, 11, 23))
    Commodity.objects.create(
        code="salak", name_ind="Salak", name_en="Salak", name_ar="سالاك", harvest_months=[2, 3]
    )
    text = client.get("/en/search/", {"q": "salak"}).content.decode()
    assert "Nobody lists Salak now. The next harvest begins in February." in text


def test_did_you_mean_words_that_names_use(goods: None) -> None:
    assert nothing.meant("sarungg", "id") == ["sarung"]
    assert nothing.seasons("") == []
