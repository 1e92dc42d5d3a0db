"""Fixtures for all tests: real PostgreSQL, no real broker, mails in memory."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management.commands import flush
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from marketplace.common.compile_messages import compile_messages
from marketplace.notices import services as notices
from tests.browser import browser  # noqa: F401 - a fixture for every folder
from tests.fakestripe.fixtures import fake_stripe  # noqa: F401 - a fixture for every folder

# Of a machine that is busy nobody says that its tests are wrong.
hypothesis.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("ours")
STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"


def pytest_configure() -> None:
    """Pages speak the languages of the .po files as they are now."""
    compile_messages()


@pytest.fixture(autouse=True)
def plain_settings(request: pytest.FixtureRequest, settings: Any, tmp_path: Any) -> None:
    """Fast hashing, unhashed static files, a media folder of the test's own.

    Moving money asks for no code, as if everybody had just shown one; tests marked `second_factor` are asked.
    """
    settings.SECOND_FACTOR_REQUIRED = "second_factor" in request.keywords
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


# What every migration leaves behind again (post_migrate): it stays, so that nothing need be made anew.
LASTING = {"django_content_type", "auth_permission", "django_site"}


@pytest.fixture(autouse=True, scope="session")
def quick_flush() -> Iterator[None]:
    """Tests that commit are cleaned by deleting from the tables that have rows: 0.1 s, where Django's TRUNCATE of some
    250 tables and its post_migrate took 6 s. Our append-only triggers refuse that, and keys would ask for an order;
    only here they sleep."""

    def sql_flush(self: Any, style: Any, tables: list[str], **kwargs: Any) -> list[str]:
        names = [self.quote_name(table) for table in tables if table not in LASTING]
        steps = [f"IF EXISTS (SELECT FROM {name}) THEN DELETE FROM {name}; END IF;" for name in names]
        return [
            "SET session_replication_role = replica",
            f"DO $$ BEGIN {' '.join(steps)} END $$",
            "SET session_replication_role = DEFAULT",
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *args, **kwargs: None)
        yield
