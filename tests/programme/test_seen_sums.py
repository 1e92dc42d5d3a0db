"""The three sums on the public page: apart, nobody exposed, no fall claimed; many rows ask no more than few."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from marketplace.common.dates import day
from marketplace.programme import states, sums
from marketplace.programme.models import Event, Report
from marketplace.programme.public import page, shown
from marketplace.programme.reports import content as report_content
from marketplace.reference.working_days import today
from tests.programme import seen_world as world
from tests.programme.test_seen_public import FALLS, NBSP, read, text_of
from tests.programme.test_sums import accepted

pytestmark = pytest.mark.django_db


def promises() -> Event:
    """Three buyers and three pesantren of two places in 2026: 100, 200 and 400; one of 800 waits, one is disputed."""
    year = world.this_year()
    event = world.an_event(year)
    places = {"satu": "32.73", "dua": "32.73", "tiga": "32.04"}
    sellers = {name: world.seller(name, place) for name, place in places.items()}
    for at, (name, partner) in enumerate(sellers.items()):
        world.participant(year, f"10{at}", places[name], partner=partner)
        world.promised(event, partner, f"Contoh Pembeli {at}", 100 * 2**at)
    world.promised(event, sellers["satu"], "Contoh Pembeli 0", 800, state=states.RECORDED)
    world.promised(event, sellers["satu"], "Contoh Pembeli 0", 1600, state=states.DISPUTED)
    return event


def sums_page(event: Event) -> shown.Page:
    cache.clear()
    with translation.override("en"):
        return shown.page(event.province)


def test_only_what_both_confirmed_is_committed_and_nothing_is_added(client: Client) -> None:
    event = promises()
    found = sums_page(event)
    assert (found.total.committed, found.total.reported, found.total.realised) == (700, 0, 0)
    assert (found.total.commitments, found.total.buyers, found.total.pesantren) == (3, 3, 3)
    assert found.total.each("committed") == 233
    row = found.tables["year"][0]
    assert (row.key, row.committed, row.first == row.last) == ("2026", 700, True)
    assert "Rp 700" in text_of(read(client, "/en"))


def test_participants_are_of_events_that_have_begun_and_the_same_everywhere() -> None:
    """Three that promised, one that has not answered, one that declined and came: five. Not who declined, nor who is
    invited to an event to come or one that is cancelled. It is 11 June in Papua, 10 June in Jakarta."""
    with time_machine.travel("2026-06-10T16:00:00Z"):
        event, now = promises(), timezone.now()
        later = world.an_event(event.year, starts_on=date(2026, 6, 11))
        off = world.an_event(event.year, state=states.CANCELLED)
        answers = {"diam": (None, None), "tidak": (now, None), "datang": (now, now)}
        for code, (declined, came) in answers.items():
            row = world.exhibitor(event, world.seller(code))
            row.accepted_at, row.declined_at, row.checked_in_at = None, declined, came
            row.save()
        for at in range(2):
            world.exhibitor(later, world.seller(f"nanti{at}"))
            world.exhibitor(off, world.seller(f"batal{at}"))

        def counted() -> list[Any]:
            asked = {"period": Report.QUARTER, "first": date(2026, 4, 1), "last": date(2026, 6, 30)}
            with translation.override("en"):
                told = report_content.of(Report(province=event.province, language="en", **asked))
            found = sums_page(event)
            of_events = {row.key: row.sums.pesantren for row in sums.table(event.province, by="event")}
            told_three = int(re.findall(r"participants: (\d+)", told.three_note)[0])
            at_events = int(dict(told.figures)["Pesantren at events"])
            of_event = of_events.get(event.number), of_events.get(later.number), of_events.get(off.number)
            return [found.total.pesantren, found.tables["year"][0].pesantren, told_three, at_events, of_event]

        assert counted() == [5, 5, 5, 5, (5, None, None)]
        assert found_each(event) == 700 // 5
        Event.objects.filter(pk=later.pk).update(time_zone="Asia/Jayapura")
        assert counted() == [7, 7, 5, 7, (5, 2, None)]


def found_each(event: Event) -> int | None:
    return sums_page(event).total.each("committed")


def test_a_sum_of_one_buyer_is_not_shown() -> None:
    """Reported by one buyer alone: the total of reported is that buyer's, so no table shows it."""
    event = promises()
    world.settled(event.commitments.get(rupiah=400), 390)
    world.settled(event.commitments.get(rupiah=200), 5000, both=False)  # one side alone: does not count
    found = sums_page(event)
    assert (found.total.committed, found.total.reported, found.total.realised) == (700, None, 0)
    assert [row.reported for row in found.tables["year"]] == [None]
    assert found.hides


def test_small_groups_are_left_out_and_cannot_be_found_from_the_total(client: Client) -> None:
    """Kota Bandung has two pesantren, Kab. Bandung one: neither is shown. With a third group of enough, the smallest of
    the others goes, too, as long as fewer than three stand behind what is missing."""
    event = promises()
    found = sums_page(event)
    assert {row.label: row.committed for row in found.tables["regency"]} == {
        "Kabupaten Bandung": None,
        "Kota Bandung": None,
    }
    for at in range(3):
        partner = world.seller(f"garut{at}", "32.05")
        world.promised(event, partner, f"Contoh Garut {at}", 1000)
    found = sums_page(event)
    rows = {row.label: (row.committed, row.buyers, row.commitments) for row in found.tables["regency"]}
    # Both small groups together are three buyers and three pesantren: Garut may stay.
    assert rows == {
        "Kabupaten Bandung": (None, None, None),
        "Kota Bandung": (None, None, None),
        "Kabupaten Garut": (3000, 3, 3),
    }
    text = text_of(read(client, "/en"))
    assert "Kabupaten Garut Rp 3.000" in text
    assert "Rp 300 " not in text
    assert "Rp 400 " not in text


def test_the_smallest_shown_goes_too_where_one_alone_would_be_found() -> None:
    """Market: three buyers at home, three in the Emirates, one in Turkey: Turkey would be the total less the others."""
    event = promises()
    sellers = [world.seller(f"luar{at}") for at in range(3)]
    for at, partner in enumerate(sellers):
        world.promised(event, partner, f"Contoh Trading {at}", 5000, country="AE")
    world.promised(event, sellers[0], "Contoh Ankara", 70, country="TR")
    rows = {row.key: row.committed for row in sums_page(event).tables["market"]}
    assert rows == {"AE": 15_000, "ID": None, "TR": None}


def test_another_province_is_not_among_them() -> None:
    from marketplace.reference.models import Province

    event = promises()
    elsewhere = Province.objects.create(code="99", name="Provinsi Contoh")
    far = world.an_event(world.this_year(2026, elsewhere))
    world.promised(far, world.seller("jauh"), "Contoh Jauh", 9_000_000)
    assert sums_page(event).total.committed == 700


def test_realisation_is_told_in_per_cent_once_enough_stand_behind_it(client: Client) -> None:
    """One buyer took its goods within three months: that month tells nothing. Three within six: 1,500,000 of
    3,000,000. Nowhere stand rupiah that could be taken from those of the year."""
    now = timezone.now()
    ended = today() - timedelta(days=200)
    event = world.an_event(world.this_year(), starts_on=ended, ends_on=ended)
    sellers = [world.seller(f"wujud{at}") for at in range(3)]
    made = [world.promised(event, one, f"Contoh {one.code}", 1_000_000) for one in sellers]
    with time_machine.travel(now - timedelta(days=150)):
        accepted(made[0])
    (row,) = sums_page(event).realisation
    assert (row.percent, row.hidden) == ((None, None, None), (True, True, False))
    with time_machine.travel(now - timedelta(days=60)):
        accepted(made[1])
        accepted(made[2])
    (row,) = sums_page(event).realisation
    assert (row.percent, row.hidden) == ((None, 50, None), (True, False, False))
    assert f"Contoh Temu Bisnis {day(ended)} tidak ditampilkan 50 % –" in text_of(read(client))
    (told,) = json.loads(client.get("/programme/data/realisation.json").content)["rows"]
    assert [name for name in told if "rupiah" in name] == []
    assert (told["percent_after_6_months"], told["has_hidden"]) == (50, True)


def test_nothing_realised_yet_is_nought_per_cent() -> None:
    ended = today() - timedelta(days=200)
    event = world.an_event(world.this_year(), starts_on=ended)
    for at in range(3):
        world.promised(event, world.seller(f"nol{at}"), f"Contoh Pembeli {at}", 1_000_000)
    (row,) = sums_page(event).realisation
    assert (row.percent, row.hides) == ((0, 0, None), False)


def test_realisation_of_few_is_not_shown(client: Client) -> None:
    """Two buyers, or two pesantren, are too few. Months that are not over are open, as for every event."""
    ended = today() - timedelta(days=200)
    event = world.an_event(world.this_year(), starts_on=ended)
    one, two = world.seller("satu"), world.seller("dua")
    for at, partner in enumerate((one, two, two)):
        world.promised(event, partner, f"Contoh Pembeli {at}", 100)
    (row,) = sums_page(event).realisation
    assert (row.percent, row.hidden) == ((None, None, None), (True, True, False))
    assert f"Contoh Temu Bisnis {day(ended)} tidak ditampilkan tidak ditampilkan –" in text_of(read(client))
    for days, dashes in ((0, "– – –"), (-10, "– – –")):
        other = today() - timedelta(days=days)
        Event.objects.filter(pk=event.pk).update(starts_on=other)
        (row,) = sums_page(event).realisation
        assert (row.percent, row.hidden, row.hides) == ((None,) * 3, (False,) * 3, False)
        assert f"Contoh Temu Bisnis {day(other)} {dashes}" in text_of(read(client))
        (told,) = json.loads(client.get("/programme/data/realisation.json").content)["rows"]
        assert (told["percent_after_3_months"], told["has_hidden"]) == (None, False)
        line = client.get("/programme/data/realisation.csv").content.decode().splitlines()[1]
        assert line.endswith(f"{other.isoformat()},,,,false,false")


def test_examples_are_marked(client: Client) -> None:
    event = promises()
    assert "Example data" in text_of(read(client, "/en"))  # invented pesantren sell here
    assert "invented parties of a demonstration" not in text_of(read(client, "/en"))
    Event.objects.filter(pk=event.pk).update(is_fictional=True)
    cache.clear()
    assert "The commitments below are of invented parties of a demonstration." in text_of(read(client, "/en"))


def two_years(few: int, value: int) -> shown.Page:
    """Four pesantren promise 1,000 each in 2025; in 2026 `few` promise `value` each."""
    for number, count, rupiah in ((2025, 4, 1_000), (2026, few, value)):
        event = world.an_event(world.this_year(number))
        for at in range(count):
            partner = world.seller(f"{number}-{at}")
            world.promised(event, partner, f"Contoh Pembeli {at}", rupiah)
    return sums_page(event)


def test_the_chart_of_our_own_years_compares_the_value_for_each_pesantren(client: Client) -> None:
    """4 × 1,000 = 4,000 in 2025, 3 × 1,200 = 3,600 in 2026: the sum is smaller, the bar longer, and it is said why."""
    two_years(3, 1_200)
    with translation.override("en"):
        chart = page.statistics()["sums"]["chart"]
    assert [(one.label, one.bars[0].text.replace(NBSP, " "), one.bars[0].width) for one in chart.groups] == [
        ("2025 · 4 pesantren", "Rp 1.000", "250.0"),
        ("2026 · 3 pesantren", "Rp 1.200", "300.0"),
    ]
    text = text_of(read(client, "/en"))
    assert (
        "Committed. 2026 against 2025: fewer pesantren took part (3, before 4), and the value for each pesantren rose "
        "from Rp 1.000 to Rp 1.200. The smaller sum is no decline."
    ) in text
    assert "A bar is as long as the value per pesantren" in text
    for language, words in FALLS.items():
        assert re.findall(words, text_of(read(client, language)).lower()) == [], language


@pytest.mark.parametrize(("few", "value"), [(3, 900), (4, 900), (3, 2_000)])
def test_our_own_years_are_not_talked_up(client: Client, few: int, value: int) -> None:
    """Less for each, or as many pesantren, or a larger sum: nothing is said."""
    two_years(few, value)
    with translation.override("en"):
        assert page.statistics()["sums"]["readings"] == []


def queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as caught:
        read(client)
    return len(caught)


def test_queries_do_not_grow_and_a_warm_page_asks_nothing_of_its_own(client: Client) -> None:
    world.past()
    event = promises()
    read(client)
    cache.clear()
    first = queries(client)
    warm = queries(client)
    for at in range(6):
        partner = world.seller(f"lagi{at}", "32.05")
        world.promised(event, partner, f"Contoh Lagi {at}", 1000)
        world.winner(event.year, f"Contoh Juara {at}")
    cache.clear()
    assert queries(client) == first
    assert warm <= 2
