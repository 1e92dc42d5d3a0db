"""The address book's pages."""

from typing import Any

import pytest
from django.test import Client

from marketplace.reference import services
from marketplace.reference.models import UserAddress
from tests.factories.catalogue import make_country, make_regency, make_user

HOME = {
    "name": "Contoh Pembeli",
    "phone": "0812 3456 7890",
    "regency": "32.73",
    "district": "Coblong",
    "village": "Dago",
    "line1": "Jl. Contoh No. 1",
    "postcode": "40135",
    "note": "",
}
BOOK = "/en/account/addresses/"


@pytest.fixture
def user(client: Client, db: None) -> Any:
    make_country(), make_regency("32.73"), make_regency("32.04")
    user = make_user()
    client.force_login(user)
    return user


def page(client: Client, path: str = "") -> str:
    response = client.get(f"{BOOK}{path}")
    assert response.status_code == 200
    return str(response.content.decode())


def keep(user: Any, **changes: str) -> UserAddress:
    return services.keep(user=user, contact=HOME | {"phone": "+6281234567890"} | changes)


def test_add_change_put_first_delete(client: Client, user: Any) -> None:
    assert "No address is kept yet" in page(client)
    assert client.post(f"{BOOK}new/", HOME).headers["Location"] == BOOK
    first = UserAddress.objects.get()
    client.post(f"{BOOK}new/", HOME | {"name": "Toko Contoh", "regency": "32.04", "district": "Soreang"})
    second = UserAddress.objects.get(first_name="Toko Contoh")
    text = page(client)
    assert text.index("Contoh Pembeli") < text.index("Toko Contoh")
    assert "Dago, Soreang" in text
    client.post(f"{BOOK}{second.pk}/first/")
    assert page(client).index("Toko Contoh") < page(client).index("Contoh Pembeli")
    text = page(client, f"{first.pk}/")
    assert '<option value="Coblong" selected>' in text
    assert 'value="0812-3456-7890"' in text
    client.post(f"{BOOK}{first.pk}/", HOME | {"postcode": "40132"})
    assert UserAddress.objects.get(pk=first.pk).postcode == "40132"
    assert "Delete this address?" in page(client, f"{first.pk}/delete/")
    assert UserAddress.objects.count() == 2
    client.post(f"{BOOK}{first.pk}/delete/")
    assert list(UserAddress.objects.all()) == [second]


def test_what_is_wrong_stands_beside_its_field(client: Client, user: Any) -> None:
    text = client.post(f"{BOOK}new/", HOME | {"district": "Soreang", "postcode": "1"}).content.decode()
    assert "This kecamatan does not lie in the kabupaten or kota you chose." in text
    assert "A postcode has 5 digits, for example 40135." in text
    assert 'value="Jl. Contoh No. 1"' in text
    text = client.post(
        f"{BOOK}new/", {"regency": "32.04", "name": "Toko", "show": "districts"}
    ).content.decode()
    assert '<option value="Soreang">' in text
    assert 'value="Toko"' in text
    assert "Please mend this first" not in text
    assert not UserAddress.objects.exists()


def test_limits_are_said_in_words(client: Client, user: Any) -> None:
    first = keep(user)
    second = keep(user, line1="Jl. Dua")
    text = client.post(f"{BOOK}{second.pk}/", HOME).content.decode()
    assert "You keep this address already." in text
    for number in range(services.MOST - 2):
        keep(user, line1=f"Jl. {number}")
    assert "You keep 20 addresses" in page(client)
    text = client.post(f"{BOOK}new/", HOME | {"line1": "Jl. Baru"}).content.decode()
    assert "You keep 20 addresses already." in text
    assert 'value="Jl. Baru"' in text
    assert UserAddress.objects.get(pk=first.pk).line1 == "Jl. Contoh No. 1"


def test_nobody_elses(client: Client, user: Any) -> None:
    other = keep(make_user("lain@example.com"))
    assert "Jl. Contoh" not in page(client)
    for path in (f"{other.pk}/", f"{other.pk}/delete/"):
        assert client.get(f"{BOOK}{path}").status_code == 404
        assert client.post(f"{BOOK}{path}", HOME | {"line1": "Jl. Maling"}).status_code == 404
    assert client.post(f"{BOOK}{other.pk}/first/").status_code == 404
    assert UserAddress.objects.get().line1 == "Jl. Contoh No. 1"


def test_queries_do_not_grow(client: Client, user: Any, django_assert_max_num_queries: Any) -> None:
    for number in range(services.MOST):
        keep(user, line1=f"Jl. {number}")
    page(client)
    with django_assert_max_num_queries(12) as caught:
        page(client)
    assert (
        len([query for query in caught.captured_queries if 'FROM "address_useraddress"' in query["sql"]]) == 1
    )
