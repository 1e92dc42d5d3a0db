"""Every URL × every role answers as the table says; a URL that is missing from the table fails."""

from typing import Any
from uuid import uuid4

import pytest
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


def check(response: Any, expected: Expected, what: str) -> None:
    if expected == SIGN_IN:
        assert response.status_code == 302, what
        assert response.url.startswith(reverse("customer:login")), f"{what}: sent to {response.url}"
    else:
        assert response.status_code == expected, f"{what}: {response.status_code}, not {expected}"
        if response.status_code == 302:
            assert not response.url.startswith(reverse("customer:login")), f"{what}: sent to sign in"


@pytest.mark.parametrize("role", ROLES)
def test_get(role: str) -> None:
    world = make_world()
    for name, row in TABLE.items():
        client = Client()
        if role != "guest":
            client.force_login(world.people[role])
        url = reverse(name, args=[world.values[key] for key in row.args])
        check(client.get(url), row.get[role], f"GET {name} as {role}")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.post])
def test_post(name: str, role: str) -> None:
    world, row = make_world(), TABLE[name]
    assert row.post is not None
    client = Client()
    if role != "guest":
        client.force_login(world.people[role])
    url = reverse(name, args=[world.values[key] for key in row.args])
    check(client.post(url, row.data), row.post[role], f"POST {name} as {role}")


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.args])
def test_wrong_id_is_a_404(name: str) -> None:
    """Nobody, not even the office, gets anything but a 404 (or a refusal of GET) for an id that is not there."""
    world, row = make_world(), TABLE[name]
    if name in {"customer:password-reset-confirm", "catalogue:detail"}:
        return
    wrong = {"product": 10**9, "basket_line": 10**9, "receipt": 10**9, "refund": 10**9, "photo": uuid4()}
    client = Client()
    client.force_login(world.people["office"])
    response = client.get(reverse(name, args=[wrong.get(key, "no-such-thing") for key in row.args]))
    assert response.status_code in {404, 405}, f"{name}: {response.status_code}"


def test_every_post_needs_its_token() -> None:
    """CSRF: a form from elsewhere is refused with a page, before anything happens."""
    world = make_world()
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["member"])
    response = client.post(reverse("workspace:accept", args=[world.values["part"]]))
    assert response.status_code == 403
    world.part.refresh_from_db()
    assert world.part.state == "offered"
