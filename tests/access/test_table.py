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

from tests.access.table import ROLES, SIGN_IN, Expected, Row
from tests.access.whole import TABLE
from tests.access.world import World, make_world

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


@contextmanager
def undone(*, forget: bool = True) -> Iterator[None]:
    """What happens inside leaves the world as it was: making it anew for each URL took minutes. `forget`: what was
    kept in memory goes, too."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)
        transaction.savepoint_commit(point)  # else thousands stay open, each with locks of its own
        if forget:
            cache.clear()


def wrong_answer(world: World, role: str, name: str, row: Row, method: str) -> str:
    """What a role gets from an address where the table says otherwise; nothing where they agree."""
    client, url = Client(), reverse(name, args=[world.values[key] for key in row.args])
    if role != "guest":
        client.force_login(world.people[role])
    wanted = row.get if method == "GET" else row.post
    found = answer(client.get(url) if method == "GET" else client.post(url, row.data))
    return "" if wanted is None or found == wanted[role] else f"{found}, not {wanted[role]}"


def test_every_url_answers_every_role_as_the_table_says() -> None:
    """One world for all, made as it was after each: making it takes longer than asking."""
    world, wrong = make_world(), {}
    for role in ROLES:
        for name, row in TABLE.items():
            for method in ("GET", "POST") if row.post is not None else ("GET",):
                with undone(forget=method == "POST"):
                    if said := wrong_answer(world, role, name, row, method):
                        wrong[f"{method} {name} by {role}"] = said
    assert wrong == {}


# A GET of these never shows anything: it leads back to the basket.
BACK_TO_BASKET = {"basket:update", "basket:remove"}


def test_wrong_id_is_a_404() -> None:
    """Nobody, not even the office, gets anything but a 404 (or a refusal of GET) for an id that is not there."""
    world, found = make_world(), {}
    ids: dict[str, Any] = {key: 10**9 for key, value in world.values.items() if isinstance(value, int)}
    for name in ("photo", "demand_file", "request_file", "receipt_photo"):
        ids[name] = uuid4()
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
