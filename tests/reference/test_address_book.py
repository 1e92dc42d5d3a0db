"""Keeping addresses: once each, at most 20, one of them first."""

from typing import Any

import pytest

from marketplace.reference import services
from marketplace.reference.models import UserAddress
from marketplace.reference.queries import addresses
from tests.common.race import race
from tests.factories.catalogue import make_regency, make_user

HOME = {
    "name": "Contoh Pembeli",
    "phone": "+6281234567890",
    "regency": "32.73",
    "district": "Coblong",
    "village": "",
    "line1": "Jl. Contoh No. 1",
    "postcode": "40135",
    "note": "",
}


@pytest.fixture
def user(db: None) -> Any:
    make_regency("32.73")
    make_regency("32.04")
    return make_user()


def keep(user: Any, **changes: str) -> UserAddress:
    return services.keep(user=user, contact=HOME | changes)


def test_the_same_address_once_with_the_newest_phone(user: Any) -> None:
    first = keep(user)
    again = keep(user, name="CONTOH pembeli", phone="+6281311112222", note="Pagar biru")
    assert again.pk == first.pk
    assert (str(again.phone_number), again.notes) == ("+6281311112222", "Pagar biru")
    assert UserAddress.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"district": "Lengkong"},
        {"village": "Dago"},
        {"regency": "32.04", "district": "Soreang"},
        {"name": "Toko"},
    ],
)
def test_one_street_name_in_two_places_is_two_addresses(user: Any, other: dict[str, str]) -> None:
    keep(user)
    keep(user, **other)
    assert UserAddress.objects.count() == 2


def test_two_people_may_keep_the_same(user: Any) -> None:
    keep(user)
    keep(make_user("lain@example.com"))
    assert addresses(user).count() == 1


def test_the_default_comes_first_then_the_newest(user: Any) -> None:
    first, second, third = (keep(user, line1=f"Jl. {number}") for number in range(3))
    assert list(addresses(user)) == [first, third, second]
    services.make_default(address=second)
    assert list(addresses(user)) == [second, third, first]
    services.forget(address=second)
    assert list(addresses(user)) == [third, first]
    assert UserAddress.objects.get(is_default_for_shipping=True) == third
    services.forget(address=first)
    assert list(addresses(user)) == [third]


def test_twenty_and_no_more(user: Any) -> None:
    for number in range(services.MOST):
        keep(user, line1=f"Jl. {number}")
    with pytest.raises(services.BookFull):
        keep(user, line1="Jl. lain")
    assert keep(user, line1="Jl. 3").line1 == "Jl. 3"  # one that is kept already is no new one


def test_a_change_may_not_make_two_the_same(user: Any) -> None:
    keep(user)
    shop = keep(user, line1="Jl. Toko")
    with pytest.raises(services.SameAddress):
        services.change(address=shop, contact=HOME)
    shop = UserAddress.objects.get(pk=shop.pk)
    services.change(address=shop, contact=HOME | {"line1": "Jl. Toko No. 9"})
    assert UserAddress.objects.get(pk=shop.pk).line1 == "Jl. Toko No. 9"


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_it_is_kept_once() -> None:
    make_regency("32.73")
    user = make_user()
    race(*[lambda: keep(user)] * 5)
    kept = UserAddress.objects.get()
    assert kept.is_default_for_shipping
