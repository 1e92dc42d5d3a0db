"""What search engines read."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.factories import catalogue as make

pytestmark = pytest.mark.django_db


def blocks(text: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return {block["@type"]: block for block in map(json.loads, found)}


def test_offers_only_for_what_can_be_ordered(client: Client) -> None:
    product = make.make_product(price=38000, tiers=[(100, 36000)])
    data = blocks(client.get(product.get_absolute_url()).content.decode())
    assert data["Product"]["offers"]["lowPrice"] == 36000
    assert data["Product"]["offers"]["availability"] == "https://schema.org/InStock"
    assert [item["position"] for item in data["BreadcrumbList"]["itemListElement"]] == [1, 2, 3]
    real = make.make_product(partner=make.make_pesantren("nyata", sells=False), title="Nyata")
    assert "offers" not in blocks(client.get(real.get_absolute_url()).content.decode())["Product"]


def test_a_text_cannot_break_out_of_the_data(client: Client) -> None:
    partner = make.make_pesantren("contoh-jahat")
    type(partner)._base_manager.update(name="</script><b>", about="&<!--")
    text = client.get("/pesantren/contoh-jahat/").content.decode()
    assert blocks(text)["Organization"]["name"] == "</script><b>"
    assert "</script><b>" not in text


def test_filtered_pages_point_to_the_plain_list(client: Client) -> None:
    make.make_product()
    text = client.get("/en/products/", {"month": "6", "sort": "price"}).content.decode()
    assert '<link rel="canonical" href="http://testserver/en/products/">' in text
    for code, path in (("id", "/products/"), ("en", "/en/products/"), ("ar", "/ar/products/")):
        assert f'<link rel="alternate" hreflang="{code}" href="http://testserver{path}">' in text


def test_titles_differ(client: Client) -> None:
    product = make.make_product()
    paths = ["/", "/products/", "/products/sector/fesyen/", "/pesantren/", "/pesantren/contoh-uji/"]
    texts = [client.get(path).content.decode() for path in [*paths, product.get_absolute_url()]]
    assert len({re.search(r"<title>(.*?)</title>", text).group(1) for text in texts}) == 6
    assert len({re.search(r'name="description" content="(.*?)"', text).group(1) for text in texts}) == 6


def test_sitemap_names_every_page_in_three_languages(client: Client) -> None:
    product = make.make_product()
    make.make_product(title="Rahasia", is_public=False)
    text = client.get("/sitemap.xml").content.decode()
    for start in ("", "/en", "/ar"):
        for path in ("/", "/pesantren/contoh-uji/", "/products/sector/fesyen/", product.get_absolute_url()):
            assert f"<loc>http://testserver{start}{path}</loc>" in text
    assert "rahasia" not in text


def test_shared_links_have_words_and_a_picture(client: Client, loaded: None) -> None:
    text = client.get("/en/search/", {"q": "dogfruit"}).content.decode()
    path = re.search(r'<h3><a href="([^"]+)"', text).group(1)
    page = client.get(path).content.decode()
    assert '<meta property="og:title" content="Jengkol (djenkol bean), Pesantren Contoh Kebun">' in page
    assert re.search(r'property="og:image" content="http://testserver/media/products/\w+\.w480\.webp"', page)
