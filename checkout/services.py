"""Placing the order of a basket: once, at what was shown, or not at all with a clear reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from oscar.apps.address.models import Country

from checkout.basket import queries as baskets
from checkout.basket.models import Basket
from checkout.queries import Plan, plan
from checkout.shown import differences
from checkout.tempo import buying_company, terms_of
from marketplace.common.actor import Actor
from marketplace.fulfilment.services import Buyer, place
from marketplace.orders.models import Order, ShippingAddress
from marketplace.payments.credit import NOT_VERIFIED, NoCredit
from marketplace.pesantren.models import StockRecord
from marketplace.pesantren.strategy import Selector
from marketplace.reference.models import Regency
from offtakers.models import Company


class Changed(Exception):
    """Something differs from what the buyer was shown; `reasons` are sentences for them."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class NotReady(Exception):
    """A line cannot be ordered as it stands (stock, minimum, seller): the basket page says how to mend it."""

    def __init__(self, lines: list[baskets.LineView]) -> None:
        super().__init__(", ".join(str(line.line) for line in lines))
        self.lines = lines


class BasketGone(Exception):
    """The basket is closed and no order came of it, or it is empty."""


@dataclass(frozen=True)
class Wish:
    """What the buyer filled in: `contact` is the cleaned address form, `ways` a delivery code a pesantren.

    `on_tempo`: the company this person buys for pays later.
    """

    contact: Mapping[str, str]
    ways: Mapping[int, str]
    language: str
    user: Any = None
    on_tempo: bool = False

    @property
    def company(self) -> Company | None:
        """Who pays later, or nobody: it is paid now. Raises NoCredit for who buys for no company."""
        if not self.on_tempo:
            return None
        if company := buying_company(self.user):
            return company
        raise NoCredit(NOT_VERIFIED)

    @property
    def buyer(self) -> Buyer:
        email = self.contact.get("email") or (self.user.email if self.user else "") or ""
        return Buyer(self.contact["name"], email, self.contact["phone"], self.language, self.user)


@transaction.atomic
def submit(*, basket: Basket, place_key: UUID, shown: str, wish: Wish, actor: Actor) -> Order:
    """Place the order of this basket, or return the one that it (or this key) already became.

    The basket's row is locked first, then its stock records in id order; lines, prices, deliveries and total
    are read again under these locks and compared with `shown`. The caller has checked that the key belongs
    to this visitor.
    Side effects: those of fulfilment.services.place. Raises Changed, NotReady, BasketGone, OutOfStock,
    NoCredit; then nothing is written and the basket stays as it is.
    """
    locked = Basket.objects.select_for_update().filter(pk=basket.pk).first()
    if order := Order.objects.filter(place_key=place_key).first():
        return order
    if locked is None:
        raise BasketGone
    if locked.status != Basket.OPEN:
        return _became(locked)
    now = _read_locked(locked, wish)
    _lock_company(wish)
    if reasons := differences(shown, now, wish.contact, *terms_of(wish.user)):
        raise Changed(reasons)
    placed = place(
        basket=locked,
        buyer=wish.buyer,
        address=_address(now, wish.contact),
        deliveries=[part.chosen for part in now.parts if part.chosen],
        place_key=place_key,
        actor=actor,
        company=wish.company,
    )
    return placed.order


def _became(basket: Basket) -> Order:
    """The order that a closed basket became."""
    order = Order.objects.filter(basket=basket).order_by("-pk").first()
    if order is None:
        raise BasketGone
    return order


def _read_locked(basket: Basket, wish: Wish) -> Plan:
    """Lock the basket's stock records in id order, then read everything as it stands under the locks."""
    records = basket.lines.values_list("stockrecord_id", flat=True)
    list(StockRecord.objects.select_for_update(no_key=True).filter(pk__in=list(records)).order_by("pk"))
    basket.strategy = Selector().strategy()
    view = baskets.read(basket)
    if view.is_empty:
        raise BasketGone
    if view.problems:
        raise NotReady(view.problems)
    return plan(view, destination(wish.contact), wish.ways)


def _lock_company(wish: Wish) -> None:
    """On tempo, its terms and members stand still until the order is placed (fulfilment/LOCKS.md)."""
    if wish.on_tempo and wish.user:
        mine = Company.objects.filter(members__user=wish.user)
        list(mine.order_by("pk").select_for_update(of=("self",), no_key=True))


def destination(contact: Mapping[str, str]) -> Regency | None:
    """The kabupaten or kota that the address names."""
    return Regency.objects.select_related("province").filter(code=contact.get("regency", "")).first()


def _address(now: Plan, contact: Mapping[str, str]) -> ShippingAddress | None:
    """The address to freeze with the order; nothing where only services are bought."""
    if not now.shipping:
        return None
    country, _ = Country.objects.get_or_create(
        iso_3166_1_a2="ID", defaults={"printable_name": "Indonesia", "name": "Republic of Indonesia"}
    )
    return ShippingAddress(
        first_name=contact["name"],
        line1=contact["line1"],
        postcode=contact["postcode"],
        phone_number=contact["phone"],
        notes=contact.get("note", ""),
        district=contact["district"],
        village=contact.get("village", ""),
        regency=destination(contact),
        country=country,
    )
