"""Loaded goods without the slow part: pictures are encoded once, in test_pictures."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def no_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    from catalogue import pictures

    monkeypatch.setattr(pictures, "make_variants", lambda original, kind: (1200, 900))


@pytest.fixture
def loaded(db: Any, no_encoding: None) -> None:
    from django.core.management import call_command

    call_command("load_opop", verbosity=0)


@pytest.fixture
def queries() -> Callable[..., list[str]]:
    """`queries(client, path)`: the SQL a page needs, after its caches are warm."""

    def count(client: Any, path: str) -> list[str]:
        assert client.get(path).status_code == 200
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return [query["sql"] for query in caught]

    return count
