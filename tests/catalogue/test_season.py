"""Seasons in words and as a strip."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import translation

from catalogue import season


@pytest.mark.parametrize(
    ("harvest", "runs"),
    [
        ([12, 1, 2, 3, 4], [(12, 4)]),
        ([7, 8, 11, 12], [(7, 8), (11, 12)]),
        ([5], [(5, 5)]),
        ([1, 12], [(12, 1)]),
        (list(range(1, 13)), [(1, 12)]),
    ],
)
def test_runs_go_over_the_turn_of_the_year(harvest: list[int], runs: list[tuple[int, int]]) -> None:
    assert season.runs(harvest) == runs


def test_words() -> None:
    with translation.override("en"):
        assert season.text([12, 1, 2], True, True) == "Harvest December–February"
        assert season.text([7, 8, 12], True, False) == "Harvest July–August, December"
        assert season.text(range(1, 13), True, False) == "Available all year"
        assert season.text([], False, True) == "Available all year"
        assert season.text([], True, True) == "Season not stated"
        assert season.text([], False, False) == ""


def test_the_month_is_the_one_in_jakarta() -> None:
    with time_machine.travel(datetime(2026, 12, 1, 0, 30, tzinfo=ZoneInfo("Asia/Jakarta")), tick=False):
        assert season.in_season([12])
        assert not season.in_season([11])
        assert [month.is_now for month in season.strip([12])].index(True) == 11


def test_the_next_harvest_is_named_out_of_season() -> None:
    with time_machine.travel(datetime(2026, 11, 23, tzinfo=ZoneInfo("Asia/Jakarta")), tick=False):
        assert season.next_harvest([3, 7, 12]) == "Desember"
        assert season.next_harvest([3, 7]) == "Maret"
        assert season.next_harvest([11]) == ""
        assert season.next_harvest([]) == ""
