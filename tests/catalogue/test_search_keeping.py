"""What keeps search right and fresh: the entry's facts, suggestions, counts of what was missed, 150 queries."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from catalogue.filters import CERTIFICATES
from catalogue.models import Certificate, DeliveryKind
from catalogue.permits.kinds import PAPERS
from catalogue.search import services, tasks
from catalogue.search.models import Entry, Missed
from marketplace.reference.working_days import today
from tests.factories import catalogue as make

pytestmark = pytest.mark.django_db


def entry(product: Any) -> Entry:
    return Entry.objects.get(pk=product.pk)


def test_an_entry_says_what_its_listing_says() -> None:
    product = make.make_product(harvest_months=[1, 12], price=21000, minimum=5, stock=5)
    found = entry(product)
    assert (found.months, found.price, found.minimum) == (0b1000_0000_0001, 21000, 5)
    assert (found.sells, found.orderable) == (True, True)
    assert found.partner_id == product.partner_id
    assert found.regency_id == product.partner.regency_id
    assert found.sector_id == product.categories.get().pk
    assert found.kinds == sum(
        1 << list(DeliveryKind.values).index(kind) for kind in ("courier", "vehicle", "pickup")
    )


def test_stock_below_the_minimum_can_not_be_ordered_and_back() -> None:
    product = make.make_product(minimum=5, stock=10)
    record = product.stockrecords.get()
    record.allocate(6)
    assert not entry(product).orderable
    record.num_allocated = 5
    record.save()
    assert entry(product).orderable
    product.partner.sells = False
    product.partner.save()
    assert (entry(product).sells, entry(product).orderable) == (False, False)


def test_stock_that_changes_nothing_leaves_the_row_alone() -> None:
    product = make.make_product(minimum=1, stock=100)
    row = "SELECT xmin, ctid FROM search_entry WHERE product_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(row, [product.pk])
        before = cursor.fetchone()
        product.stockrecords.get().allocate(6)
        cursor.execute(row, [product.pk])
        assert cursor.fetchone() == before


def test_every_kind_of_certificate_has_its_bit_until_it_ends() -> None:
    product = make.make_product()
    for number, kind in enumerate(CERTIFICATES):
        paper = Certificate.objects.create(product=product, kind=kind, number=kind, expires_on=today())
        assert entry(product).certificates == 1 << number
        assert entry(product).certificates_until == today()
        paper.delete()
    assert (entry(product).certificates, entry(product).certificates_until) == (0, None)


def test_only_what_no_paper_says_has_no_bit() -> None:
    product = make.make_product()
    Certificate.objects.create(product=product, kind="non_halal", number="1", expires_on=today())
    assert entry(product).certificates == 0
    assert set(CERTIFICATES) == {kind for kind, _label in PAPERS}


def test_at_night_certificates_that_ended_go() -> None:
    product = make.make_product()
    Certificate.objects.create(
        product=product, kind="halal", number="1", expires_on=today() - timedelta(days=1)
    )
    Entry.objects.update(certificates=1, certificates_until=today() - timedelta(days=1))
    tasks.nightly()
    tasks.nightly()
    assert (entry(product).certificates, entry(product).certificates_until) == (0, None)


def test_a_bulk_load_is_found_after_reindex_search(capsys: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL opop.bulk = 'on'")
    product = make.make_product(title="Peci")
    assert not Entry.objects.exists()
    call_command("reindex_search")
    assert capsys.readouterr().out == "1 listings can be found.\n"
    assert entry(product).orderable
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL opop.bulk = 'off'")


def test_suggestions_in_the_readers_language(client: Client) -> None:
    seller = make.make_pesantren("tenun-jaya", name="Pesantren Tenun Jaya")
    make.make_product(partner=seller, title="Sarung tenun", title_en="Woven sarong")
    make.make_product(partner=seller, title="Tenda", sector=make.make_sector("tentara", "Tenda dan tali"))
    services.refresh_words()
    answer = client.get("/search/suggest/", {"q": "ten"})
    assert answer["Cache-Control"] == "public, max-age=300"
    assert [one["text"] for one in answer.json()["suggestions"]] == [
        "Sarung tenun",
        "Tenda",
        "Tenda dan tali",
        "Pesantren Tenun Jaya",
    ]
    found = client.get("/en/search/suggest/", {"q": "wov"}).json()["suggestions"]
    assert found == [{"text": "Woven sarong", "kind": "", "url": "/en/search/?q=Woven+sarong"}]
    assert client.get("/search/suggest/", {"q": "t"}).json() == {"suggestions": []}
    assert client.get("/search/suggest/", {"q": "'&|!"}).json() == {"suggestions": []}


def test_what_is_missed_is_counted_by_day_without_anybody(client: Client) -> None:
    for _ in range(2):
        client.get("/search/", {"q": "Gajah  MADA"})
    assert list(Missed.objects.values_list("text", "language", "day", "count")) == [
        ("gajah mada", "id", today(), 2)
    ]


@pytest.mark.parametrize("text", ["budi@example.com", "0812 3456 7890", "+62-812-345", "!!", ""])
def test_what_may_be_somebodys_own_is_not_kept(client: Client, text: str) -> None:
    client.get("/search/", {"q": text})
    services.count_missed(text=text, language="id")
    assert not Missed.objects.exists()


def test_one_address_counts_thirty_in_ten_minutes(client: Client) -> None:
    for number in range(35):
        client.get("/search/", {"q": f"gajah {'x' * number}"})
    assert Missed.objects.count() == 30


def test_counts_are_forgotten_after_400_days() -> None:
    for days in (400, 401):
        Missed.objects.create(text=str(days), language="id", day=today() - timedelta(days=days))
    services.purge_missed()
    assert [one.text for one in Missed.objects.all()] == ["400"]


def test_the_office_sees_what_was_missed_with_synonyms(client: Client) -> None:
    services.replace_synonyms(pairs=[("jering", "jengkol")])
    Missed.objects.create(text="jering", language="id", day=today(), count=3)
    Missed.objects.create(text="gajah", language="en", day=today() - timedelta(days=40), count=9)
    client.force_login(make.make_user("office@example.com", staff_role="office"))
    lines = client.get("/en/office/searches/").context["page_obj"].object_list
    assert [(line.text, line.times, line.synonyms) for line in lines] == [("jering", 3, "jengkol")]
    lines = client.get("/en/office/searches/?days=90").context["page_obj"].object_list
    assert [line.text for line in lines] == ["gajah", "jering"]


def test_150_queries_find_what_one_would_expect(
    loaded: None, settings: Any, tmp_path: Path, capsys: Any
) -> None:
    figures = tmp_path / "search_quality.json"
    settings.VAR_DIR = tmp_path
    call_command("search_quality")
    found = json.loads(figures.read_text())
    assert found["queries"] == 150
    assert found["first"] >= 0.9 * 150, capsys.readouterr().out
    assert found["top_three"] >= 0.97 * 150, capsys.readouterr().out
