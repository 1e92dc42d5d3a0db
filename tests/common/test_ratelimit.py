"""Rate limits: counted in one place for all processes, for one window."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from marketplace.common.models import Attempt
from marketplace.common.ratelimit import address, limited, too_many
from marketplace.common.tasks import tidy
from tests.common.race import race

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def test_the_window_opens_again_when_it_is_over() -> None:
    with time_machine.travel(START, tick=False) as clock:
        assert [too_many("a", most=2, minutes=10) for _ in range(4)] == [False, False, True, True]
        assert not too_many("b", most=2, minutes=10)  # another key has its own count
        clock.move_to(START + timedelta(minutes=9, seconds=59))
        assert too_many("a", most=2, minutes=10)
        clock.move_to(START + timedelta(minutes=10))  # trying meanwhile did not prolong it
        assert [too_many("a", most=2, minutes=10) for _ in range(3)] == [False, False, True]


def test_tidy_deletes_only_windows_that_are_over() -> None:
    with time_machine.travel(START, tick=False):
        too_many("old", most=1, minutes=5)
        too_many("new", most=1, minutes=60)
    with time_machine.travel(START + timedelta(minutes=30), tick=False):
        tidy()
    assert list(Attempt.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.django_db(transaction=True)
def test_of_20_at_once_exactly_as_many_pass_as_may() -> None:
    results = race(*[lambda: too_many("same", most=5, minutes=10)] * 20)
    assert sorted(results) == [False] * 5 + [True] * 15
    assert Attempt.objects.get().count == 20


@limited("form", most=1, minutes=5)
def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def test_only_posts_are_counted_and_by_address(rf: RequestFactory) -> None:
    assert [page(rf.get("/")).status_code for _ in range(3)] == [200, 200, 200]
    assert not Attempt.objects.exists()
    assert [page(rf.post("/")).status_code for _ in range(2)] == [200, 429]
    assert page(rf.post("/", REMOTE_ADDR="203.0.113.9")).status_code == 200


@pytest.mark.parametrize(
    ("proxies", "header", "seen"),
    [
        (0, "203.0.113.1", "127.0.0.1"),  # a header anybody can write is not believed
        (1, "203.0.113.1", "203.0.113.1"),
        (1, "198.51.100.7, 203.0.113.1", "203.0.113.1"),
        (2, "198.51.100.7, 203.0.113.1", "198.51.100.7"),
        (2, "203.0.113.1", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_address(rf: RequestFactory, settings, proxies: int, header: str, seen: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    assert address(rf.get("/", HTTP_X_FORWARDED_FOR=header)) == seen
