"""Open data: exact counts and columns, no formulas, conditional answers; other sites may read these and no more."""

import csv
import json
from io import StringIO
from typing import Any

import brotli
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from marketplace.programme.models import Award, Figure
from marketplace.programme.public import datasets
from marketplace.programme.public.columns import COLUMNS
from tests.programme import seen_world as world

pytestmark = pytest.mark.django_db


def rows(client: Client, name: str) -> list[dict[str, str]]:
    response = client.get(f"/programme/data/{name}.csv")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(StringIO(response.content.decode("utf-8"))))


def as_json(client: Client, name: str) -> dict[str, Any]:
    response = client.get(f"/programme/data/{name}.json")
    assert response["Content-Type"] == "application/json; charset=utf-8"
    return json.loads(response.content)  # type: ignore[no-any-return]


def test_the_sourced_record_is_there_row_by_row(client: Client) -> None:
    """The seed article's figures from the real record, each with its source."""
    call_command("load_opop", verbosity=0)
    call_command("load_programme", verbosity=0)
    cache.clear()
    found = rows(client, "figures")
    assert len(found) == Figure.objects.filter(year__is_historic=True).count()
    assert all(row["source"] and row["source_url"].startswith("https://") for row in found)
    sums = {row["year"]: row for row in found if row["code"] == "potential"}
    assert {
        year: (row["value"], row["participants"], row["value_per_pesantren"]) for year, row in sums.items()
    } == {
        "2019": ("1400000000", "1074", "1303538"),
        "2020": ("21020000000", "500", "42040000"),
        "2021": ("136500000000", "1000", "136500000"),
        "2022": ("42100000000", "270", "155925926"),
    }
    assert all(row["window_id"] and row["window_en"] and row["window_ar"] for row in sums.values())
    assert sum(int(row["value"]) for row in found if row["code"] == "accepted") == 5018
    day = next(row for row in found if row["code"] == "potential_day")
    assert (day["year"], day["value"], day["participants"], day["value_per_pesantren"]) == (
        "2021",
        "6200000000",
        "",
        "",
    )
    assert {row["year"] for row in found if row["participants_are_of_year"] == "true"} == {"2019", "2020"}
    assert sum(int(row["participants"]) for row in rows(client, "participants-by-sector")) == 270
    assert {row["name"] for row in rows(client, "role-models")} == {"Al-Ittifaq", "Al-Umanaa"}
    won = rows(client, "winners")
    assert len(won) == Award.objects.filter(year__province__code="32").count() >= 19
    assert {row["name"] for row in won} >= {"Al-Furqon", "Al-Masthuriyah", "Minhajul Karomah"}
    abroad = [row for row in rows(client, "exhibitions") if row["kind"] == "exhibition"]
    assert {(row["year"], row["country_code"]) for row in abroad} == {
        ("2019", "TR"),
        ("2021", "AE"),
        ("2022", "IT"),
        ("2022", "TR"),
    }
    assert len(rows(client, "participants-by-regency")) == 27
    html = client.get("/en/programme/").content.decode()
    assert len(brotli.compress(html.encode(), quality=5)) < 20_000  # of front.md, with the whole record
    for text in ("136.500.000.000", "42.100.000.000", "21.020.000.000", "6.200.000.000", "5,018"):
        assert text in html


def test_the_first_export(client: Client) -> None:
    found = rows(client, "first-export")  # there is no province yet: nothing of anybody's
    assert found == []
    world.home()
    cache.clear()
    found = rows(client, "first-export")
    assert len(found) == 9
    assert sum(int(row["quantity"]) for row in found if row["quantity"]) == 1150
    assert {row["buyer"] for row in found} == {"Epicstar Group"}


@pytest.mark.parametrize("name", sorted(datasets.NAMES))
def test_every_file_has_the_columns_that_the_readme_explains(client: Client, name: str) -> None:
    years = world.past()
    world.winner(years[2022], "Contoh Juara")
    event = world.an_event(world.this_year())
    for at in range(3):
        world.promised(event, world.seller(f"kolom{at}"), f"Contoh Pembeli {at}", 100)
    cache.clear()
    columns = [column.name for column in COLUMNS[datasets.DATASETS[name].columns]]
    text = client.get(f"/programme/data/{name}.csv").content.decode()
    assert text.splitlines()[0] == ",".join(columns)
    made = as_json(client, name)
    assert [column["name"] for column in made["columns"]] == columns
    assert all(list(row) == columns for row in made["rows"])
    assert "Creative Commons" in made["licence"]
    assert len(rows(client, name)) == len(made["rows"])


def test_numbers_days_and_what_is_unknown(client: Client) -> None:
    years = world.past()
    world.winner(
        years[2022], "Contoh Juara", regency=world.home().regencies.get(code="32.73"), amount=400_000_000
    )
    first = as_json(client, "winners")["rows"][0]
    assert (first["amount_rupiah"], first["regency_code"], first["is_example"]) == (
        400_000_000,
        "32.73",
        False,
    )
    row = next(one for one in rows(client, "figures") if one["code"] == "potential" and one["year"] == "2019")
    assert (row["window_first"], row["is_about"], row["window_kind"]) == ("", "false", "unknown")
    row = next(one for one in rows(client, "figures") if one["code"] == "potential" and one["year"] == "2020")
    assert (row["window_first"], row["window_last"], row["window_kind"]) == (
        "2020-12-05",
        "2020-12-08",
        "event",
    )


def test_sums_by_year_are_exact_and_small_ones_are_empty(client: Client) -> None:
    event = world.an_event(world.this_year())
    sellers = [world.seller(f"tiga{at}") for at in range(3)]
    for at, partner in enumerate(sellers):
        world.promised(event, partner, f"Contoh Pembeli {at}", 1000 * (at + 1))
    world.settled(event.commitments.get(rupiah=3000), 2900)
    cache.clear()
    (row,) = rows(client, "sums-by-year")
    assert (row["key"], row["committed_rupiah"], row["committed_per_pesantren"]) == ("2026", "6000", "2000")
    assert (row["reported_rupiah"], row["reported_per_pesantren"], row["realised_rupiah"]) == ("", "", "0")
    assert (row["commitments"], row["buyers"], row["participants"], row["has_hidden"]) == (
        "3",
        "3",
        "3",
        "true",
    )
    assert as_json(client, "sums-by-year")["rows"][0]["reported_rupiah"] is None
    assert "2900" not in client.get("/programme/data/sums-total.csv").content.decode()


def test_no_cell_is_a_formula(client: Client) -> None:
    years = world.past()
    world.winner(years[2022], '=HYPERLINK("https://example.com")', what="+62")
    cache.clear()
    (row,) = rows(client, "winners")
    assert (row["name"][:2], row["what"]) == ("'=", "'+62")
    assert as_json(client, "winners")["rows"][0]["what"] == "+62"


def test_the_same_file_for_every_language(client: Client) -> None:
    world.past()
    one = client.get("/programme/data/figures.csv", HTTP_ACCEPT_LANGUAGE="ar").content
    cache.clear()
    translation.activate("en")
    assert client.get("/programme/data/figures.csv").content == one
    assert client.get("/en/programme/data/figures.csv").status_code == 404


def test_who_has_the_file_gets_304(client: Client) -> None:
    years = world.past()
    first = client.get("/programme/data/figures.csv")
    same = client.get("/programme/data/figures.csv", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    assert same["Access-Control-Allow-Origin"] == "*"
    since = client.get("/programme/data/figures.csv", HTTP_IF_MODIFIED_SINCE=first["Last-Modified"])
    assert since.status_code == 304
    Figure.objects.filter(year=years[2022], code=Figure.POTENTIAL).update(value=1)
    cache.delete("programme-data-32-figures-csv")  # five minutes later
    changed = client.get("/programme/data/figures.csv", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (changed.status_code, changed["ETag"] != first["ETag"]) == (200, True)


def test_unchanged_content_keeps_its_day(client: Client) -> None:
    from datetime import UTC, datetime

    import time_machine

    world.past()
    with time_machine.travel(datetime(2026, 11, 1, 8, tzinfo=UTC)):
        first = client.get("/programme/data/figures.json")
    cache.delete("programme-data-32-figures-json")
    with time_machine.travel(datetime(2026, 11, 2, 8, tzinfo=UTC)):
        second = client.get("/programme/data/figures.json")
    assert first["Last-Modified"] == second["Last-Modified"] == "Sun, 01 Nov 2026 08:00:00 GMT"


def test_other_sites_may_read_the_data_and_nothing_else(client: Client) -> None:
    world.home()
    assert client.get("/programme/data/figures.json")["Access-Control-Allow-Origin"] == "*"
    for address in ("/programme/", "/programme/data/", "/"):
        assert "Access-Control-Allow-Origin" not in client.get(address)


@pytest.mark.parametrize("name", ["nothing", "figures.txt", "..%2Fsettings"])
def test_what_is_no_file_is_not_found(client: Client, name: str) -> None:
    assert client.get(f"/programme/data/{name}.csv").status_code == 404


def test_the_readme_names_every_file(client: Client) -> None:
    for prefix in ("", "/en", "/ar"):
        html = client.get(f"{prefix}/programme/data/").content.decode()
        for name in datasets.NAMES:
            assert f'href="/programme/data/{name}.csv"' in html
            assert f'href="/programme/data/{name}.json"' in html
