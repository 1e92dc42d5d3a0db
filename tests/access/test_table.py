"""Every URL × every role answers as the table says; a URL that is missing from the table fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.table import ROLES, SIGN_IN, TABLE, Expected
from tests.access.world import make_world

pytestmark = pytest.mark.django_db


def names(resolver: URLResolver, space: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            found |= names(pattern, inner)
        elif isinstance(pattern, URLPattern):
            found.add(f"{space}{pattern.name}")
    return found


def test_every_url_has_a_row_and_every_row_a_url() -> None:
    assert names(get_resolver()) == set(TABLE)


def test_every_row_names_every_role() -> None:
    for name, row in TABLE.items():
        assert set(row.get) == set(ROLES), name
        assert row.post is None or set(row.post) == set(ROLES), name


def answer(response: Any) -> Expected:
    """The status, with a redirect to the sign-in page told apart from others."""
    if response.status_code == 302 and response.url.startswith(reverse("customer:login")):
        return SIGN_IN
    return int(response.status_code)


@pytest.mark.parametrize("role", ROLES)
def test_get(role: str) -> None:
    world, wrong = make_world(), {}
    for name, row in TABLE.items():
        client = Client()
        if role != "guest":
            client.force_login(world.people[role])
        url = reverse(name, args=[world.values[key] for key in row.args])
        found = answer(client.get(url))
        if found != row.get[role]:
            wrong[name] = f"{found}, not {row.get[role]}"
    assert wrong == {}


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves the world as it was: making it anew for each URL took minutes."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)
        cache.clear()


@pytest.mark.parametrize("role", ROLES)
def test_post(role: str) -> None:
    world, wrong = make_world(), {}
    for name, row in TABLE.items():
        if row.post is None:
            continue
        client = Client()
        with undone():
            if role != "guest":
                client.force_login(world.people[role])
            url = reverse(name, args=[world.values[key] for key in row.args])
            found = answer(client.post(url, row.data))
        if found != row.post[role]:
            wrong[name] = f"{found}, not {row.post[role]}"
    assert wrong == {}


# A GET of these never shows anything: it leads back to the basket.
BACK_TO_BASKET = {"basket:update", "basket:remove"}


def test_wrong_id_is_a_404() -> None:
    """Nobody, not even the office, gets anything but a 404 (or a refusal of GET) for an id that is not there."""
    world, found = make_world(), {}
    ids: dict[str, Any] = {key: 10**9 for key, value in world.values.items() if isinstance(value, int)}
    ids["photo"] = uuid4()
    client = Client()
    client.force_login(world.people["office"])
    for name, row in TABLE.items():
        if not row.args or name in BACK_TO_BASKET:
            continue
        with undone():
            response = client.get(reverse(name, args=[ids.get(key, "no-such-thing") for key in row.args]))
        if response.status_code not in {404, 405, 410}:
            found[name] = response.status_code
    assert found == {}


def test_every_post_needs_its_token() -> None:
    """CSRF: a form from elsewhere is refused with a page, before anything happens."""
    world = make_world()
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["member"])
    response = client.post(reverse("workspace:accept", args=[world.values["part"]]))
    assert response.status_code == 403
    world.part.refresh_from_db()
    assert world.part.state == "offered"
