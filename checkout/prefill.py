"""What a signed-in buyer need not type again."""

from typing import Any

from marketplace.orders.queries import orders_for_buyer
from marketplace.people.phones import for_people
from marketplace.reference.models import UserAddress
from marketplace.reference.queries import districts_of


def person_of(user: Any) -> dict[str, str]:
    """Name and phone, for the address form."""
    return {"name": user.name, "phone": for_people(user.phone or "")} if user.is_authenticated else {}


def contact_of(user: Any) -> dict[str, str]:
    """Initial values of the address form: name and phone, and the last order's address if there is one."""
    orders = orders_for_buyer(user).exclude(shipping_address=None)
    last = orders.select_related("shipping_address__regency").first()
    if last is None:
        return person_of(user)
    person = {"name": last.buyer_name, "phone": for_people(last.buyer_phone)}
    return person | place_of(last.shipping_address)


def kept_contact(address: UserAddress) -> dict[str, str]:
    """A kept address as the checkout keeps its contact. Without a `district_code` it has to be looked at again."""
    place = place_of(address)
    return {
        "name": address.name,
        "phone": str(address.phone_number),
        **place,
        "district_code": districts_of(place["regency"]).get(address.district, ""),
        "kept": str(address.pk),
    }


def place_of(found: Any) -> dict[str, str]:
    """The fields of the address form from an address in the database."""
    return {
        "regency": found.regency.code if found.regency else "",
        "district": found.district,
        "village": found.village,
        "line1": found.line1,
        "postcode": found.postcode or "",
        "note": found.notes,
    }
