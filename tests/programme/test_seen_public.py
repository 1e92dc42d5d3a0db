"""The public page: figures with window, participants and source; no fall claimed where the value per pesantren rose;
the map; what is known of the past. The three sums: test_seen_sums.py."""

import json
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from marketplace.common.figures import grouped
from marketplace.programme.models import Event, Figure, RoleModel
from marketplace.programme.public import charts, figures, page, tiles
from marketplace.programme.wording import each, exact, short
from tests.programme import seen_world as world

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"


def text_of(html: str) -> str:
    """What a person reads of the main part, with one blank between words."""
    main = html.split("<main", 1)[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace(NBSP, " ")


def read(client: Client, language: str = "") -> str:
    response = client.get(f"{language}/programme/")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("rupiah", "indonesian", "english"),
    [
        (136_500_000_000, "Rp 136,5 miliar", "Rp 136.5 billion"),
        (42_100_000_000, "Rp 42,1 miliar", "Rp 42.1 billion"),
        (21_020_000_000, "Rp 21,02 miliar", "Rp 21.02 billion"),
        (155_925_926, "Rp 155,9 juta", "Rp 155.9 million"),
        (1_303_538, "Rp 1,3 juta", "Rp 1.3 million"),
        (999_999, "Rp 999.999", "Rp 999.999"),
        (1_250_000_000_000, "Rp 1,25 triliun", "Rp 1.25 trillion"),
        (0, "Rp 0", "Rp 0"),
    ],
)
def test_rupiah_is_written_out(rupiah: int, indonesian: str, english: str) -> None:
    assert short(rupiah).replace(NBSP, " ") == indonesian
    with translation.override("en"):
        assert short(rupiah).replace(NBSP, " ") == english


def test_exact_amounts_counts_and_half_a_rupiah() -> None:
    assert exact(21_020_000_000).replace(NBSP, " ") == "Rp 21.020.000.000"
    assert (grouped(1074), each(5, 2), each(42_100_000_000, 270)) == ("1.074", 3, 155_925_926)
    with translation.override("en"):
        assert grouped(1074) == "1,074"


def test_the_historic_figures_stand_exactly_with_source_and_window(client: Client) -> None:
    world.past()
    html = read(client, "/en")
    text = text_of(html)
    assert re.search(r"pesantren took part, 2019 to 2023 5,018", text)
    rows = [
        "2019 Rp 1.4 billion Rp 1.400.000.000 1,074 of the year; divided by us Rp 1.3 million window 2019 Contoh "
        "Berita",
        "2020 Rp 21.02 billion Rp 21.020.000.000 500 of the year; divided by us Rp 42.04 million window 2020 Contoh "
        "Berita",
        "2021 Rp 136.5 billion Rp 136.500.000.000 1,000 Rp 136.5 million window 2021 Contoh Berita",
        "2021 Of these on the day of the event Rp 6.2 billion Rp 6.200.000.000 – – hari acara Contoh Berita",
        "2022 Rp 42.1 billion Rp 42.100.000.000 270 Rp 155.9 million window 2022 Contoh Berita",
    ]
    assert [row for row in rows if row not in text] == []
    assert (
        html.count('href="https://news.example.com/2021/potential"') == 2
    )  # beside the sum, and in the list of all


def test_nothing_claims_a_fall_where_participants_fell_and_the_value_per_pesantren_rose(
    client: Client,
) -> None:
    """Rp 136.5 miliar ÷ 1,000 = 136.5 juta; Rp 42.1 miliar ÷ 270 = 155.9 juta."""
    world.past()
    found = page.statistics()
    blocks = {one.key: one for one in found["potential"].shapes}
    area = {key: float(one.width) * float(one.height) for key, one in blocks.items()}
    high = {key: float(one.height) for key, one in blocks.items()}
    assert {key: one.label.replace(NBSP, " ") for key, one in blocks.items()} == {
        "2019": "1,3 juta",
        "2020": "42,04 juta",
        "2021": "136,5 juta",
        "2022": "155,9 juta",
    }
    # The height is the value per pesantren and rises; the area is the sum, to a hundredth.
    assert high["2019"] < high["2020"] < high["2021"] < high["2022"]
    assert area["2022"] / area["2021"] == pytest.approx(42.1 / 136.5, rel=0.01)
    assert area["2020"] / area["2021"] == pytest.approx(21.02 / 136.5, rel=0.01)
    html = read(client, "/en")
    assert not re.search(r"<(polyline|line|path)\b", html.split("<main")[1].split("</main>")[0])
    text = text_of(html)
    assert (
        "2022 against 2021: fewer pesantren took part (270, before 1,000), and the value for each pesantren rose "
        "from Rp 136.5 million to Rp 155.9 million. The smaller sum is no decline."
    ) in text
    for language, words in FALLS.items():
        assert re.findall(words, text_of(read(client, language)).lower()) == [], language


FALLS = {
    "": r"\b(turun|menurun|penurunan drastis|merosot|anjlok|jatuh|lebih rendah|berkurang)\b",
    "/en": r"\b(fell|dropped|decreased|declined|lower than|fall of|drop of)\b",
    "/ar": r"(انخفض|انخفاض|هبط|هبوط|تدن)",
}


def test_another_home_has_nothing_of_west_java(client: Client, settings: Any) -> None:
    from marketplace.reference.models import Province

    world.past()
    assert "first export" in text_of(read(client, "/en"))
    Province.objects.create(code="98", name="Provinsi Contoh")
    settings.HOME_PROVINCE = "98"
    cache.clear()
    html = read(client, "/en")
    assert 'content="The One Pesantren One Product programme of Provinsi Contoh in figures' in html
    assert [
        word for word in ("first export", "Participants of 2022", "West Java") if word in text_of(html)
    ] == []
    assert client.get("/programme/data/first-export.csv").content.decode().count("\r\n") == 1
    assert client.get("/programme/data/participants-by-sector.csv").content.decode().count("\r\n") == 1


def test_sectors_of_2022_and_where_others_learn(client: Client) -> None:
    province = world.home()
    RoleModel.objects.create(
        province=province,
        name="Contoh Percontohan",
        regency=province.regencies.get(code="32.73"),
        sector="perikanan",
        what_id="Lele beku",
        what_en="Frozen catfish",
        source="Contoh Berita",
        source_url="https://news.example.com/",
    )
    world.past()
    assert sum(count for _code, _name, count in page.statistics()["sector_mixes"][0].shares) == 270
    text = text_of(read(client, "/en"))
    assert re.search(r"Participants of 2022 by sector Sector Participants \w+ 63 ", text)
    assert re.search(r"Contoh Percontohan Kota Bandung \w+ Frozen catfish Contoh Berita", text)
    (row,) = json.loads(client.get("/programme/data/role-models.json").content)["rows"]
    assert (row["name"], row["regency_code"], row["what_id"], row["is_example"]) == (
        "Contoh Percontohan",
        "32.73",
        "Lele beku",
        False,
    )


def test_different_windows_are_named_and_marked(client: Client) -> None:
    world.past()
    marked = {one.key for one in page.statistics()["potential"].shapes if one.is_marked}
    assert marked == {"2019", "2021"}  # days not published; counted from August
    assert (
        "The two were counted in different windows (2021: window 2021; 2022: window 2022). Neither the sums nor the "
        "values for each pesantren measure the same time."
    ) in text_of(read(client, "/en"))


def test_a_real_fall_is_not_talked_away() -> None:
    """Where the value per pesantren fell, too, nothing says that it rose."""
    years = world.past()
    Figure.objects.filter(year=years[2022], code=Figure.POTENTIAL).update(value=2_700_000_000)
    said = figures.readings(figures.years(years[2022].province))
    assert said == [
        "Keduanya dihitung dalam kurun yang berbeda (2021: jendela 2021; 2022: jendela 2022). Baik jumlahnya maupun "
        "nilai per pesantren tidak mengukur waktu yang sama."
    ]


def test_unknown_participants_are_not_compared() -> None:
    years = world.past()
    Figure.objects.filter(year=years[2022], code=Figure.POTENTIAL).update(participants=None)
    with translation.override("en"):
        found = figures.years(years[2022].province)
        said = figures.readings(found)
    assert said[0] == (
        "2021 and 2022: how many pesantren stood behind a sum is not known, so they are not compared."
    )
    assert [one.key for one in page.statistics()["potential"].shapes] == ["2019", "2020", "2021"]


def test_arabic_reads_from_the_right(client: Client) -> None:
    world.past()
    html = read(client, "/ar")
    assert '<html lang="ar" dir="rtl">' in html
    with translation.override("ar"):
        shapes = page.statistics()["people"].shapes
    assert [one.below for one in shapes] == ["2019", "2020", "2021", "2022", "2023"]
    places = [float(one.middle) for one in shapes]
    assert places == sorted(places, reverse=True)
    with translation.override("id"):
        assert float(page.statistics()["people"].shapes[0].middle) < 100  # from the left


def test_labels_stay_inside_the_drawing() -> None:
    items = [charts.Item("a", 10, "x" * 12, "a", 1), charts.Item("b", 0, "y" * 12, "b", 99)]
    first, second = charts.blocks("c", items, rtl=False).shapes
    assert float(first.label_x) == pytest.approx(8.4 * 6)
    assert (second.height, charts.columns("c", [], rtl=True).shapes) == ("0.0", [])


def test_charts_are_named_and_have_a_table_beside_them(client: Client) -> None:
    world.past()
    main = read(client).split("<main")[1].split("</main>")[0]
    drawings = re.findall(r"<svg[^>]*>", main)
    named = [one for one in drawings if 'role="img"' in one]
    assert len(named) == 3  # two charts and the map
    for one in named:
        ids = re.search(r'aria-labelledby="(\S+) (\S+)"', one)
        assert ids
        assert f'<title id="{ids[1]}">' in main
        assert f'<desc id="{ids[2]}">' in main
    assert all('role="img"' in one or 'aria-hidden="true"' in one for one in drawings)
    assert "style=" not in main


# ---- the map


def test_tiles_of_all_27() -> None:
    where = tiles.layout()
    assert len(where) == 27
    assert len(set(where.values())) == 27  # no two on one place
    assert {code[:3] for code in where} == {"32."}


def test_counts_by_place_with_the_kind_always_shown(client: Client) -> None:
    year = world.this_year()
    world.regencies("32.05", "32.04")
    for number in ("1", "2", "3"):
        world.participant(year, number)
    world.participant(year, "4", "32.04")
    world.seller("satu", "32.04")
    found = page.statistics()
    assert [(one.short, one.participants, one.sellers) for one in found["places"]] == [
        ("Kab. Bandung", 1, 1),
        ("Kab. Garut", 0, 0),
        ("Kota Bandung", 3, 0),
    ]
    assert found["places_total"] == (4, 1)
    assert {tile.place.short: tile.fill for tile in found["map"].tiles} == {
        "Kab. Bandung": "#eef2f8",
        "Kab. Garut": "#ffffff",
        "Kota Bandung": "#a9bedb",
    }
    main = read(client)
    assert re.search(r">Kota</text><text[^>]*>Bandung<", main)
    assert re.search(r">Kab\.</text><text[^>]*>Bandung<", main)


def test_a_province_without_a_layout_has_the_table_alone() -> None:
    assert tiles.tile_map([tiles.Place("99.01", "Kab.", "Contoh", 1, 0)]) is None
    assert tiles.tile_map([]) is None


@pytest.mark.parametrize(
    ("counts", "steps"),
    [
        ([], [(0, 0)]),
        ([0, 2], [(0, 0), (1, 1), (2, 2)]),
        ([3], [(0, 0), (1, 1), (2, 2), (3, 3)]),
        ([10], [(0, 0), (1, 3), (4, 6), (7, 10)]),
    ],
)
def test_steps_of_the_legend(counts: list[int], steps: list[tuple[int, int]]) -> None:
    assert tiles.steps(counts) == steps


# ---- what else there is


def test_an_empty_platform_has_a_page(client: Client) -> None:
    """Not even a province: nothing breaks."""
    assert "OPOP" in read(client)
    world.home()
    cache.clear()
    assert "No commitment was confirmed here yet." in text_of(read(client, "/en"))


def test_winners_and_events_of_the_past(client: Client) -> None:
    years = world.past()
    world.winner(years[2022], "Al-Masthuriyah", regency=world.home().regencies.get(code="32.73"), what="kopi")
    world.old_event(
        years[2019], "OIC Halal Expo", country="TR", city="Istanbul", pesantren=5, outcome_en="ginger wanted"
    )
    world.old_event(years[2022], "Temu bisnis 2022", Event.TEMU_BISNIS, city="Kota Bekasi")
    text = text_of(read(client, "/en"))
    assert "OIC Halal Expo Istanbul, Türkiye 2019 5 ginger wanted Contoh Berita" in text
    assert "Temu bisnis 2022 Kota Bekasi 2022 – Contoh Berita" in text
    assert "Al-Masthuriyah 2022 Juara OPOP Kota Bandung kopi Contoh Berita" in text


def test_nobody_needs_to_sign_in_and_search_engines_may_read(client: Client) -> None:
    response: Any = client.get("/programme/")
    assert response.status_code == 200
    assert "noindex" not in response.content.decode()
    assert "/programme/" in client.get("/sitemap-pages.xml").content.decode() or "/programme/" in (
        client.get("/sitemap.xml").content.decode()
    )
    assert 'href="/programme/"' in client.get("/help/").content.decode()
