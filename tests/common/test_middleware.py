"""A null byte in an address names nothing, and no page fails at it."""

import pytest
from django.test import Client

from tests.factories.catalogue import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("buyer", "/account/orders/26%00/"),
        ("buyer", "/workspace/orders/26%00/"),
        ("office", "/office/orders/26%00/"),
        ("office", "/office/parts/26%00/decline/"),
        ("buyer", "/media/products/a%00.webp"),
        ("office", "/office/orders/?q=%00"),
        ("office", "/office/orders/?q=roti&page%00=2"),
        ("buyer", "/checkout/thanks/?order=26%00"),
        ("visitor", "/search/?q=%00"),
        ("visitor", "/programme/?event=1%00"),
        ("buyer", f"/media/products/{'x' * 300}.webp"),  # longer than a file's name may be
    ],
)
def test_addresses_that_name_nothing_are_not_found(client: Client, who: str, path: str) -> None:
    if who != "visitor":
        client.force_login(make_user(staff_role="office" if who == "office" else ""))
    assert client.get(path).status_code == 404


def test_a_per_cent_sign_before_zeros_is_no_null_byte(client: Client) -> None:
    client.force_login(make_user(staff_role="office"))
    assert client.get("/office/orders/?q=%2500").status_code == 200
