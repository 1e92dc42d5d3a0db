"""Real orders, made the way the checkout makes them: through fulfilment.services.place."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.db import transaction

from catalogue.models import Product
from checkout.basket.models import Basket
from marketplace.common.actor import GUEST, Actor
from marketplace.fulfilment.delivery import Delivery
from marketplace.fulfilment.services import Buyer, Placed, place
from marketplace.ledger.money import Money
from marketplace.orders.models import ShippingAddress
from marketplace.pesantren.models import StockRecord
from marketplace.pesantren.strategy import Selector
from tests.factories.catalogue import make_country, make_regency

FEE = 15_000  # rupiah for each pesantren, unless told otherwise


def guest(language: str = "id") -> Buyer:
    return Buyer("Contoh Pembeli", "pembeli@example.com", "+6281234567890", language)


def account(user: Any) -> Buyer:
    return Buyer(user.name, user.email or "", user.phone or "+6281234567890", user.language, user)


def address(**changes: Any) -> ShippingAddress:
    """An address in Kota Bandung, not saved yet."""
    fields = {
        "first_name": "Contoh Pembeli",
        "line1": "Jl. Contoh No. 1",
        "district": "Coblong",
        "village": "Dago",
        "postcode": "40135",
        "phone_number": "+6281234567890",
        "regency": make_regency("32.73"),
        "country": make_country(),
    }
    return ShippingAddress(**{**fields, **changes})


def basket_of(lines: Sequence[tuple[Product, int]], owner: Any = None) -> Basket:
    """An open basket with these lines, ready to be priced."""
    basket = Basket.objects.create(owner=owner)
    basket.strategy = Selector().strategy()
    for product, quantity in lines:
        basket.add_product(product, quantity)
    return basket


def way(partner: Any, fee: int = FEE, kind: str = "courier", **changes: Any) -> Delivery:
    """One way to deliver this pesantren's part, without a tariff row."""
    fields = {
        "code": f"test-{partner.pk}",
        "partner": partner,
        "kind": kind,
        "name": "Kurir contoh",
        "fee": Money(fee),
        "lead_days": 1,
        "road_least": 1,
        "road_most": 3,
        "claim_hours": 48,
    }
    return Delivery(**{**fields, **changes})


def placed_order(
    lines: Sequence[tuple[Product, int]],
    buyer: Buyer | Any = None,
    language: str = "id",
    fee: int = FEE,
    kind: str = "courier",
    company: Any = None,
    release_on: str = "acceptance",
) -> Placed:
    """Place a real order: `lines` are (product, quantity); `buyer` is a Buyer, a user, or nobody (a guest).

    Every pesantren gets one delivery of `kind` for `fee` rupiah. Stock is reserved, the due is open.
    With a `company` it is bought on tempo.
    """
    if buyer is None:
        buyer = guest(language)
    elif not isinstance(buyer, Buyer):
        buyer = account(buyer)
    with transaction.atomic():
        basket = basket_of(lines, buyer.user)
        basket = Basket.objects.select_for_update().get(pk=basket.pk)
        basket.strategy = Selector().strategy()
        records = [line.stockrecord_id for line in basket.all_lines()]
        list(StockRecord.objects.select_for_update().filter(pk__in=records).order_by("pk"))
        sellers = {line.stockrecord.partner_id: line.stockrecord.partner for line in basket.all_lines()}
        return place(
            basket=basket,
            buyer=buyer,
            address=address(),
            deliveries=[way(partner, fee, kind) for partner in sellers.values()],
            place_key=uuid4(),
            actor=Actor.of(buyer.user) if buyer.user else GUEST,
            company=company,
            release_on=release_on,
        )
