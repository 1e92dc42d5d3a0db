"""A null byte in an address names nothing, and no page fails at it."""

import pytest
from django.test import Client

from tests.access.world import make_world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("buyer", "/account/orders/26%00/"),
        ("member", "/workspace/orders/26%00/"),
        ("office", "/office/orders/26%00/"),
        ("office", "/office/parts/26%00/decline/"),
        ("buyer", "/media/products/a%00.webp"),
        ("buyer", f"/media/products/{'x' * 300}.webp"),  # longer than a file's name may be
    ],
)
def test_addresses_that_name_nothing_are_not_found(client: Client, who: str, path: str) -> None:
    client.force_login(make_world().people[who])
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/office/orders/?q=%00", "/office/transfers/{receipt}/match/?due=%00"])
def test_null_bytes_in_a_question_find_nothing(client: Client, path: str) -> None:
    world = make_world()
    client.force_login(world.people["office"])
    assert client.get(path.format(**world.values)).status_code == 200


def test_null_bytes_in_the_number_of_the_thanks_page(client: Client) -> None:
    world = make_world()
    client.force_login(world.people["buyer"])
    response = client.get("/checkout/thanks/?order=26%00")
    assert (response.status_code, response["Location"]) == (302, "/account/orders/")
