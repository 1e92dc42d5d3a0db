"""What a signed-in buyer need not type again."""

from typing import Any

from marketplace.orders.models import ShippingAddress
from marketplace.orders.queries import orders_for_buyer
from marketplace.people.phones import for_people
from marketplace.reference.models import UserAddress


def contact_of(user: Any) -> dict[str, str]:
    """Initial values of the address form: the last order's address, else a kept one, else name and phone."""
    if not user.is_authenticated:
        return {}
    contact = {"name": user.name, "phone": for_people(user.phone or "")}
    last = (
        orders_for_buyer(user)
        .exclude(shipping_address=None)
        .select_related("shipping_address__regency")
        .first()
    )
    kept = UserAddress.objects.filter(user=user).select_related("regency")
    found: ShippingAddress | UserAddress | None = (
        last.shipping_address if last else kept.order_by("-is_default_for_shipping", "-pk").first()
    )
    if found is None:
        return contact
    if last:
        contact |= {"name": last.buyer_name, "phone": for_people(last.buyer_phone)}
    return contact | {
        "regency": found.regency.code if found.regency else "",
        "district": found.district,
        "village": found.village,
        "line1": found.line1,
        "postcode": found.postcode or "",
        "note": found.notes,
    }
