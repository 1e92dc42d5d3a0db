"""Saved lists: made, filled from products and baskets, bought again, and nobody else's business."""

from typing import Any

import pytest
from django.test import Client

from checkout.basket.models import Basket, Line
from checkout.lists import services
from checkout.lists.models import SavedLine, SavedList
from marketplace.pesantren.models import StockRecord
from tests.common.race import race
from tests.factories.catalogue import make_product, make_user

LISTS = "/en/account/lists/"


@pytest.fixture
def user(client: Client, db: None) -> Any:
    user = make_user()
    client.force_login(user)
    return user


def make(user: Any, name: str = "Belanja bulanan", **quantities: int) -> SavedList:
    made = services.make(owner=user, name=name)
    services.save(saved_list=made, quantities={int(key[1:]): most for key, most in quantities.items()})
    return made


def of(product: Any, quantity: int) -> dict[str, int]:
    return {f"p{product.pk}": quantity}


def quantities(saved_list: SavedList) -> dict[str, int]:
    return {line.product.title: line.quantity for line in saved_list.lines.all()}


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_guest_signs_in_and_loses_nothing(client: Client, db: None) -> None:
    product = make_product()
    address = f"{LISTS}add/{product.pk}/?quantity=7"
    assert client.post(f"{LISTS}add/{product.pk}/", {"quantity": "7"}).headers["Location"] == address
    asked = client.get(address).headers["Location"]
    assert asked.startswith("/en/sign-in/?next=")
    make_user()
    client.get(asked)
    answer = client.post(asked, {"name": "buyer@example.com", "password": "demo-only", "next": address})
    assert answer.headers["Location"] == address
    assert 'name="quantity" value="7"' in page(client, address)


def test_from_a_product_into_a_new_and_a_known_list(client: Client, user: Any) -> None:
    product = make_product(minimum=3)
    path = f"{LISTS}add/{product.pk}/"
    assert 'name="quantity" value="3"' in page(client, path)
    text = client.post(path, {"quantity": "0", "name": ""}).content.decode()
    assert "Write a name for the list." in text
    assert "This must be at least 1." in text
    client.post(path, {"quantity": "12", "name": "Belanja bulanan"})
    made = SavedList.objects.get()
    assert (made.owner, quantities(made)) == (user, {"Sarung uji": 12})
    client.post(path, {"quantity": "15", "saved_list": made.pk, "name": ""})
    assert quantities(made) == {"Sarung uji": 15}
    text = client.post(
        path, {"quantity": "2", "saved_list": "new", "name": "belanja BULANAN"}
    ).content.decode()
    assert "You have a list of this name already." in text
    text = client.post(path, {"quantity": "2", "saved_list": "new", "name": ""}).content.decode()
    assert "Write a name for the list." in text
    assert SavedList.objects.count() == 1


def test_the_basket_as_a_list(client: Client, user: Any) -> None:
    assert client.get(f"{LISTS}basket/").headers["Location"] == "/en/basket/"
    sarong, mango = make_product(), make_product(title="Manggis")
    for product, quantity in ((sarong, 4), (mango, 9)):
        client.post(f"/en/basket/add/{product.pk}/", {"quantity": quantity})
    assert f'href="{LISTS}basket/"' in page(client, "/en/basket/")
    assert "Manggis" in page(client, f"{LISTS}basket/")
    answer = client.post(f"{LISTS}basket/", {"name": "Belanja bulanan"})
    made = SavedList.objects.get()
    assert answer.headers["Location"] == f"{LISTS}{made.pk}/"
    assert quantities(made) == {"Sarung uji": 4, "Manggis": 9}
    assert Line.objects.count() == 2  # the basket stays


def test_todays_price_and_what_stands_against_it(client: Client, user: Any) -> None:
    product, gone = make_product(tiers=[(10, 140_000)]), make_product(title="Hilang")
    made = make(user, **of(product, 10), **of(gone, 1))
    gone.is_public = False
    gone.save()
    StockRecord.objects.filter(product=product).update(num_in_stock=4)
    text = page(client, f"{LISTS}{made.pk}/")
    assert "Rp\xa0140.000" in text
    assert "Rp\xa01.400.000" in text
    assert "Only 4\xa0potong are free now; you asked for 10\xa0potong." in text
    assert "This is not listed any more." in text


def test_quantities_are_changed_and_taken_out(client: Client, user: Any) -> None:
    made = make(user, **of(make_product(), 3))
    line = made.lines.get()
    answer = client.post(f"{LISTS}{made.pk}/", {"line": line.pk, "quantity": "1.200", "page": "1"})
    assert answer.headers["Location"] == f"{LISTS}{made.pk}/?page=1"
    assert quantities(made) == {"Sarung uji": 1200}
    text = client.post(
        f"{LISTS}{made.pk}/", {"line": line.pk, "quantity": "tiga", "page": "x"}
    ).content.decode()
    assert f'<a href="#quantity-{line.pk}">Write a whole number' in text
    assert 'value="tiga"' in text
    client.post(f"{LISTS}{made.pk}/", {"line": line.pk, "quantity": "0"})
    assert quantities(made) == {}
    for wrong in (line.pk, "x", "9" * 30):
        assert client.post(f"{LISTS}{made.pk}/", {"line": wrong, "quantity": "1"}).status_code == 404


def test_all_of_it_into_the_basket_twice(client: Client, user: Any) -> None:
    product, short = make_product(), make_product(title="Manggis", stock=2)
    made = make(user, **of(product, 10), **of(short, 5))
    for _ in range(2):
        assert client.post(f"{LISTS}{made.pk}/buy/").headers["Location"] == "/en/basket/"
    lines = Line.objects.filter(basket__status=Basket.OPEN)
    assert set(lines.values_list("product__title", "quantity")) == {("Sarung uji", 10), ("Manggis", 2)}
    assert "2\xa0potong were put into the basket instead of 5\xa0potong." in page(client, "/en/basket/")
    assert quantities(made) == {"Sarung uji": 10, "Manggis": 5}


def test_renamed_and_deleted(client: Client, user: Any) -> None:
    made, other = make(user), make(user, "Lebaran")
    text = client.post(f"{LISTS}{made.pk}/name/", {"name": "LEBARAN"}).content.decode()
    assert "You have a list of this name already." in text
    client.post(f"{LISTS}{made.pk}/name/", {"name": "Belanja mingguan"})
    made.refresh_from_db()
    assert made.name == "Belanja mingguan"
    assert "are forgotten" in page(client, f"{LISTS}{made.pk}/delete/")
    client.post(f"{LISTS}{made.pk}/delete/")
    assert list(SavedList.objects.all()) == [other]


def test_nobody_elses(client: Client, user: Any) -> None:
    product = make_product()
    other = make(make_user("lain@example.com"), **of(product, 3))
    line = other.lines.get()
    assert "Belanja bulanan" not in page(client, LISTS)
    for path in ("", "name/", "delete/"):
        assert client.get(f"{LISTS}{other.pk}/{path}").status_code == 404
        data = {"line": line.pk, "quantity": "9", "name": "x"}
        assert client.post(f"{LISTS}{other.pk}/{path}", data).status_code == 404
    assert client.post(f"{LISTS}{other.pk}/buy/").status_code == 404
    mine = make(user)
    assert client.post(f"{LISTS}{mine.pk}/", {"line": line.pk, "quantity": "9"}).status_code == 404
    answer = client.post(f"{LISTS}add/{product.pk}/", {"quantity": "9", "saved_list": other.pk, "name": ""})
    assert "This list is gone. Choose another one." in answer.content.decode()
    assert quantities(other) == {"Sarung uji": 3}
    assert make(user, "belanja bulanan 2")  # two people may use one name


def test_limits(client: Client, user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_LISTS", 1)
    monkeypatch.setattr(services, "MOST_LINES", 1)
    product, other = make_product(), make_product(title="Manggis")
    made = make(user, **of(product, 1))
    text = client.post(LISTS, {"name": "Lain"}).content.decode()
    assert "You have 1 lists, as many as there is room for." in text
    path = f"{LISTS}add/{other.pk}/"
    text = client.post(path, {"quantity": "1", "saved_list": made.pk, "name": ""}).content.decode()
    assert "A list has room for 1 goods." in text
    services.save(saved_list=made, quantities={product.pk: 5})  # no new line
    assert quantities(made) == {"Sarung uji": 5}


@pytest.mark.parametrize("count", [1, 8])
def test_queries_do_not_grow(
    client: Client, user: Any, count: int, django_assert_max_num_queries: Any
) -> None:
    products = [make_product(title=f"Barang {number}") for number in range(count)]
    made = make(user, **{key: 2 for product in products for key in of(product, 2)})
    page(client, f"{LISTS}{made.pk}/")
    with django_assert_max_num_queries(14):
        page(client, f"{LISTS}{made.pk}/")
    with django_assert_max_num_queries(12):
        page(client, LISTS)


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_there_is_one_list() -> None:
    user = make_user()
    product = make_product()

    def press() -> Any:
        return services.save_new(owner=user, name="Belanja", quantities={product.pk: 3})

    results = race(press, press, press)
    assert [type(result) for result in results].count(services.SameName) == 2
    assert SavedLine.objects.get().quantity == 3
