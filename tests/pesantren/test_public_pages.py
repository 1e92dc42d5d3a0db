"""The list of pesantren and the page of one."""

import pytest
from django.test import Client

from tests.factories import catalogue as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> None:
    make.make_pesantren(
        "nyata", sells=False, is_fictional=False, name="Pesantren Al-Uji", regency=make.make_regency("32.05")
    )
    make.make_pesantren("contoh-a", name="Pesantren Contoh A")
    make.make_pesantren("contoh-b", name="Pesantren Contoh B")


def found(client: Client, query: str = "") -> list[str]:
    page = client.get(f"/pesantren/{query}").context["page_obj"]
    return [pesantren.code for pesantren in page]


def test_those_that_sell_come_first(client: Client, three: None) -> None:
    assert found(client) == ["contoh-a", "contoh-b", "nyata"]


def test_by_name_and_by_place(client: Client, three: None) -> None:
    assert found(client, "?name=uji") == ["nyata"]
    assert found(client, "?place=32.05") == ["nyata"]
    assert found(client, "?name=contoh&place=32.05") == []
    assert found(client, "?name=%25_'&place=zz") == []


def test_page_of_one_shows_its_place_with_prefix_and_its_goods(client: Client, three: None) -> None:
    partner = make.make_pesantren("contoh-a")
    make.make_product(partner=partner, title="Sarung A")
    text = client.get("/en/pesantren/contoh-a/").content.decode()
    assert "Kabupaten Bandung" in text
    assert "Sarung A" in text
    assert "A fictional example" in text
    assert "has not joined yet" not in text


def test_page_of_one_that_has_not_joined(client: Client, three: None) -> None:
    text = client.get("/en/pesantren/nyata/").content.decode()
    assert "This pesantren has not joined yet" in text
    assert "A fictional example" not in text
