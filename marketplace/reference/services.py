"""The address book of a person. The person's row is locked first: two presses at once keep one address."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from oscar.apps.address.models import Country

from marketplace.reference.models import Regency, UserAddress

MOST = 20  # addresses a person keeps


class BookFull(Exception):
    """This person keeps MOST addresses already."""


class SameAddress(Exception):
    """This person keeps exactly this one already."""


@transaction.atomic
def keep(*, user: Any, contact: Mapping[str, str]) -> UserAddress:
    """Remember the address of a cleaned address form; one that is kept already only gets phone and note.

    Side effects: one UserAddress; the first of a person is the default. Raises BookFull.
    """
    _lock(user)
    fresh = _written(UserAddress(user=user), contact)
    mine = UserAddress.objects.filter(user=user)
    if same := mine.filter(hash=fresh.generate_hash()).first():
        _written(same, contact).save()
        return same
    if mine.count() >= MOST:
        raise BookFull
    fresh.is_default_for_shipping = not mine.exists()
    fresh.save()
    return fresh


@transaction.atomic
def change(*, address: UserAddress, contact: Mapping[str, str]) -> None:
    """Write a kept address anew. Side effects: the row; orders keep what they were placed with. Raises SameAddress."""
    _lock(address.user)
    _written(address, contact)
    others = UserAddress.objects.filter(user_id=address.user_id).exclude(pk=address.pk)
    if others.filter(hash=address.generate_hash()).exists():
        raise SameAddress
    address.save()


@transaction.atomic
def make_default(*, address: UserAddress) -> None:
    """Offer this one first at the checkout. Side effects: the person's other addresses are not the default."""
    _lock(address.user)
    mine = UserAddress.objects.filter(user_id=address.user_id)
    mine.update(is_default_for_shipping=False)
    mine.filter(pk=address.pk).update(is_default_for_shipping=True)


@transaction.atomic
def forget(*, address: UserAddress) -> None:
    """Delete it; the newest of the others becomes the default if it was. Side effects: these rows."""
    _lock(address.user)
    mine = UserAddress.objects.filter(user_id=address.user_id)
    mine.filter(pk=address.pk).delete()
    if not mine.filter(is_default_for_shipping=True).exists() and (newest := mine.order_by("-pk").first()):
        mine.filter(pk=newest.pk).update(is_default_for_shipping=True)


def _lock(user: Any) -> None:
    get_user_model()._default_manager.select_for_update(no_key=True).get(pk=user.pk)


def _written(address: UserAddress, contact: Mapping[str, str]) -> UserAddress:
    country, _ = Country.objects.get_or_create(
        iso_3166_1_a2="ID", defaults={"printable_name": "Indonesia", "name": "Republic of Indonesia"}
    )
    address.first_name = contact["name"]
    address.phone_number = contact["phone"]
    address.regency = Regency.objects.get(code=contact["regency"])
    address.district = contact["district"]
    address.village = contact.get("village", "")
    address.line1 = contact["line1"]
    address.postcode = contact["postcode"]
    address.notes = contact.get("note", "")
    address.country = country
    return address
