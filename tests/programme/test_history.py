"""The sourced record of West Java: every figure exactly, each with its source and window."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from marketplace.programme import history
from marketplace.programme.models import Award, Event, Figure, ProgrammeYear, RoleModel
from marketplace.programme.years import queries as year_queries
from tests.factories.catalogue import make_pesantren, make_regency
from tests.factories.programme import HOME, make_province

pytestmark = pytest.mark.django_db

# Typed here once more, from the domain report and not from our files.
FIGURES = {
    (2019, "auditioned"): 1_287, (2019, "accepted"): 1_074, (2019, "finalists"): 108, (2019, "winners"): 10,
    (2019, "potential"): 1_400_000_000,
    (2020, "accepted"): 500, (2020, "finalists"): 30, (2020, "winners"): 3, (2020, "potential"): 21_020_000_000,
    (2021, "registered"): 2_600, (2021, "auditioned"): 1_329, (2021, "accepted"): 1_000,
    (2021, "finalists"): 350, (2021, "winners"): 3,
    (2021, "potential"): 136_500_000_000, (2021, "potential_day"): 6_200_000_000,
    (2022, "registered"): 532, (2022, "accepted"): 270, (2022, "winners"): 3,
    (2022, "potential"): 42_100_000_000, (2022, "buyers"): 77,
    (2023, "accepted"): 2_174, (2023, "finalists"): 200, (2023, "winners"): 21,
    (2023, "target"): 50_000_000_000, (2023, "exhibitors"): 200,
}  # fmt: skip
AMONG = {2019: 1_074, 2020: 500, 2021: 1_000, 2022: 270}


@pytest.fixture
def loaded() -> None:
    for code in ("32.02", "32.04", "32.73"):
        make_regency(code)
    call_command("load_programme", verbosity=0)


def test_every_figure_appears_exactly(loaded: None):
    found = {(one.year.year, one.code): one.value for one in Figure.objects.select_related("year")}
    assert found == FIGURES


def test_every_figure_has_a_source_and_a_window_in_three_languages(loaded: None):
    for one in Figure.objects.all():
        assert one.source
        assert one.source_url.startswith("https://")
        assert all((one.window_id, one.window_en, one.window_ar)), one
        assert (one.unit == "rupiah") == (one.code in {"potential", "potential_day", "target"})


def test_sums_of_money_name_their_participants(loaded: None):
    rows = Figure.objects.filter(code="potential")
    assert {(one.year.year, one.participants) for one in rows} == set(AMONG.items())
    # Nobody published how many stood behind the sum of that one day.
    assert Figure.objects.get(code="potential_day").participants is None
    counted = Figure.objects.get(year__year=2021, code="potential")
    assert "Agustus" in counted.window_id
    assert (counted.first, counted.last) == (None, None)  # the days are not published


def test_where_the_source_names_no_participants_it_is_said_that_we_divided():
    marked = [(year, code) for (year, code) in FIGURES if history.is_divided_by_us(year, code)]
    assert marked == [(2019, "potential"), (2020, "potential")]


def test_what_sources_say_about_is_marked(loaded: None):
    rows = Figure.objects.filter(is_about=True).values_list("year__year", "code")
    assert set(rows) == {(2021, "registered"), (2023, "finalists"), (2023, "exhibitors")}


def test_5018_took_part(loaded: None):
    assert year_queries.took_part_in_all(make_province(HOME)) == 5_018
    assert year_queries.took_part_in_all(make_province()) == 0


def test_value_per_pesantren_rose_where_the_sum_fell(loaded: None):
    each = {
        one.year.year: one.value // one.participants
        for one in Figure.objects.filter(code="potential").select_related("year")
        if one.participants
    }
    assert each == {2019: 1_303_538, 2020: 42_040_000, 2021: 136_500_000, 2022: 155_925_925}


def test_nineteen_winners_are_named_and_those_of_2023_are_not(loaded: None):
    winners = Award.objects.filter(level="province")
    assert [winners.filter(year__year=year).count() for year in range(2019, 2024)] == [10, 3, 3, 3, 0]
    assert all(one.source_url for one in Award.objects.all())
    nation = Award.objects.get(level="nation")
    assert (nation.title, nation.year.year) == ("Top 45 Inovasi Pelayanan Publik", 2020)


def test_exhibitions_say_what_came_of_them_in_words_alone(loaded: None):
    found = {one.number: one for one in Event.objects.all()}
    assert set(found) == {"E19-IST", "E21-DXB", "E22-MIL", "E22-TUR"}
    assert all(one.is_historic and one.kind == "exhibition" and one.outcome_ar for one in found.values())
    assert "Europe Vital" in found["E19-IST"].outcome_en
    assert (found["E19-IST"].pesantren, found["E21-DXB"].pesantren) == (5, 6)
    assert not any(one.commitments.exists() or one.leads.exists() for one in found.values())


def test_the_sectors_of_2022_are_all_270():
    assert sum(one.pesantren for one in history.sector_mix(2022)) == 270
    assert history.sector_mix(2021) == []


def test_twice_changes_nothing_and_what_the_office_wrote_stays(loaded: None):
    RoleModel.objects.filter(name="Al-Umanaa").update(what_id="Ditulis kantor")
    models = (ProgrammeYear, Figure, Award, Event, RoleModel)
    before = [list(model.objects.order_by("pk").values_list()) for model in models]
    call_command("load_programme", verbosity=0)
    assert [list(model.objects.order_by("pk").values_list()) for model in models] == before


def test_a_listed_pesantren_is_linked_and_a_fictional_one_never():
    make_regency("32.73")
    real = make_pesantren("al-umanaa", sells=False, is_fictional=False)
    make_pesantren("al-ittifaq")
    call_command("load_programme", verbosity=0)
    assert Award.objects.get(name="Al-Umanaa").partner == real
    assert RoleModel.objects.get(name="Al-Ittifaq").partner is None


def test_without_places_it_says_what_to_do_first():
    with pytest.raises(CommandError, match="load_opop"):
        call_command("load_programme", verbosity=0)


def test_the_page_of_a_year_shows_figure_window_and_source(loaded: None, officer: Client):
    text = officer.get("/en/office/programme/2021/").content.decode()
    for part in (
        "Rp\N{NO-BREAK SPACE}136.500.000.000",
        "Rp\N{NO-BREAK SPACE}6.200.000.000",
        "among 1,000 pesantren",
    ):
        assert part in text
    assert "Counted from August 2021" in text
    assert "https://jabar.antaranews.com/berita/343065" in text
    years: Any = officer.get("/en/office/programme/").context["rows"]
    assert [(row.year.year, row.registered, row.took_part, row.won) for row in years] == [
        (2023, None, 2174, 21), (2022, 532, 270, 3), (2021, 2600, 1000, 3), (2020, None, 500, 3),
        (2019, None, 1074, 10),
    ]  # fmt: skip


def test_nothing_of_a_historic_year_is_changed(loaded: None, officer: Client):
    officer.post("/en/office/programme/2021/edit/", {"target": "7"})
    officer.post("/en/office/programme/2021/move/", {"to": "open"})
    year = ProgrammeYear.objects.get(year=2021)
    assert (year.target, year.state) == (None, "closed")
