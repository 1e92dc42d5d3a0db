"""Fixtures for all tests: real PostgreSQL, no real broker, mails in memory."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation

from marketplace.common.compile_messages import compile_messages
from marketplace.notices import services as notices
from tests.browser import browser  # noqa: F401 - a fixture for every folder
from tests.fakestripe.fixtures import fake_stripe  # noqa: F401 - a fixture for every folder

STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"


def pytest_configure() -> None:
    """Pages speak the languages of the .po files as they are now."""
    compile_messages()


@pytest.fixture(autouse=True)
def plain_settings(settings: Any, tmp_path: Any) -> None:
    """Fast hashing, unhashed static files, a media folder of the test's own."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": STATIC}}
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BASE_URL = "http://testserver"
    cache.clear()
    translation.activate(settings.LANGUAGE_CODE)  # a request in another language leaves its own behind


@pytest.fixture(autouse=True)
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What would have gone to the broker, as (task, *ids)."""
    sent: list[tuple[Any, ...]] = []

    def send_task(name: str, args: Any = (), **options: Any) -> None:
        sent.append((name, *args))

    from celery import current_app

    monkeypatch.setattr(current_app._get_current_object(), "send_task", send_task)
    return sent


@pytest.fixture(autouse=True)
def by_day(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is day for every reader, at whatever hour the tests run; tests of the night are marked `night`."""
    if "night" not in request.keywords:
        monkeypatch.setattr(notices, "MORNING", 0)
        monkeypatch.setattr(notices, "NIGHT", 24)


@pytest.fixture(autouse=True, scope="session")
def flush_append_only() -> Iterator[None]:
    """Tests that commit are cleaned with TRUNCATE, which our append-only triggers refuse; only here they sleep."""
    original = DatabaseOperations.sql_flush

    def sql_flush(self: Any, *args: Any, **kwargs: Any) -> list[str]:
        statements = original(self, *args, **kwargs)
        return [
            "SET session_replication_role = replica",
            *statements,
            "SET session_replication_role = DEFAULT",
        ]

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign]
    yield
    DatabaseOperations.sql_flush = original  # type: ignore[method-assign]
