"""Placing an order: order, lines, stock, fulfilments and the due, all or nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from oscar.core.prices import Price

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.fulfilment import mails, states
from marketplace.fulfilment.delivery import Delivery
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.fulfilment.services import tempo
from marketplace.fulfilment.services.following import offer_parts
from marketplace.ledger.money import Money
from marketplace.orders.models import Order, ShippingAddress
from marketplace.orders.states import PLACED
from marketplace.orders.utils import OrderCreator, OrderNumberGenerator
from marketplace.payments import services as payments
from marketplace.payments.models import Due
from marketplace.payments.services import fees
from marketplace.pesantren.exceptions import NotSelling
from marketplace.pesantren.models import Partner
from offtakers.models import Company


@dataclass(frozen=True)
class Buyer:
    """Who buys: a signed-in person or a guest. `phone` is E.164."""

    name: str
    email: str
    phone: str
    language: str
    user: Any = None


@dataclass(frozen=True)
class Placed:
    order: Order
    due: Due


@dataclass(frozen=True)
class _Shipping:
    """What Oscar's order creator wants to know of the delivery: several ways are one method to it."""

    name: str = "per pesantren"
    code: str = "per-pesantren"


@transaction.atomic
def place(
    *,
    basket: Any,
    buyer: Buyer,
    address: ShippingAddress | None,
    deliveries: Sequence[Delivery],
    place_key: UUID,
    actor: Actor,
    company: Company | None = None,
    release_on: str = states.ON_ACCEPTANCE,
) -> Placed:
    """Make an order of a basket whose row (and whose stock records, in id order) the caller has locked.

    `deliveries` holds one chosen way for each pesantren in the basket. Amounts in whole rupiah. With a
    `company` it is bought on tempo, on that company's terms: the pesantren are asked at once. `release_on`
    (states.RELEASES) is the milestone that makes the money the pesantren's. Fees and taxes are frozen on the lines.
    Side effects: Order with lines, stock reserved or weeks held, one Fulfilment a pesantren, one Due, history rows,
    mail to the buyer, basket submitted. Raises OutOfStock (nothing is written then), ValueError if the ways are
    not one for each pesantren or a price was changed by an Oscar offer (not in use: parts would not add up),
    NotSelling if a pesantren is suspended, payments.credit.NoCredit if the company may not buy this on tempo.
    """
    ways = {way.partner.pk: way for way in deliveries}
    _check(basket, ways, deliveries)
    shipping = sum((way.fee for way in deliveries), Money(0))
    order = _create_order(basket, buyer, address, shipping, place_key)
    machine.record(order, "", PLACED, actor=actor)
    split: payments.Split = {}
    parts = _by_seller(order)
    fees.freeze(order=order, lines=[line for _partner, lines in parts for line in lines])
    for index, (partner_id, lines) in enumerate(parts, start=1):
        fulfilment = _create_fulfilment(order, index, ways[partner_id], lines, actor, release_on)
        goods = sum((line.price for line in lines), Money(0))
        split[str(partner_id)] = {"goods": goods.minor, "delivery": fulfilment.delivery_fee}
    basket.submit()
    if company:
        return Placed(order, _on_tempo(order, split, company, actor))
    due = payments.raise_due(order=order, split=split, due_at=cast(datetime, order.pay_by), actor=actor)
    mails.order_placed(order, due)
    return Placed(order, due)


def _on_tempo(order: Order, split: payments.Split, company: Company, actor: Actor) -> Due:
    """The company owes it; the pesantren are asked now. Until all has arrived the last day is an estimate."""
    last, _ = tempo.last_day(order.fulfilments.all(), company.tempo_days)
    due = payments.raise_on_tempo(
        order=order, split=split, company=company, due_at=tempo.end_of(last), actor=actor
    )
    Order.objects.filter(pk=order.pk).update(pay_by=None)
    offer_parts(order=order, actor=actor, why=due.reference, due=due)
    mails.order_on_tempo(order, due)
    return due


def _check(basket: Any, ways: dict[int, Delivery], deliveries: Sequence[Delivery]) -> None:
    lines = list(basket.all_lines())
    if set(ways) != {line.stockrecord.partner_id for line in lines} or len(ways) != len(deliveries):
        raise ValueError("one way of delivery is needed for each pesantren, and no other")
    if any(line.has_discount for line in lines):
        raise ValueError("offers are not in use here")
    refuse_suspended(ways)


def refuse_suspended(partners: Iterable[int]) -> None:
    """Raises NotSelling. Asked while their stock records are locked, which a suspension takes first (LOCKS.md)."""
    stopped = Partner.objects.filter(pk__in=list(partners), suspended_at__isnull=False).order_by("pk")
    if names := list(stopped.values_list("name", flat=True)):
        raise NotSelling(names)


def _create_order(
    basket: Any, buyer: Buyer, address: ShippingAddress | None, shipping: Money, place_key: UUID
) -> Order:
    goods = Money.from_decimal(basket.total_incl_tax, "IDR")
    total = (goods + shipping).to_decimal()
    if address:
        address.save()
    order: Order = OrderCreator().place_order(
        basket=basket,
        total=Price("IDR", excl_tax=total, incl_tax=total),
        shipping_method=_Shipping(),
        shipping_charge=Price("IDR", excl_tax=shipping.to_decimal(), incl_tax=shipping.to_decimal()),
        user=buyer.user,
        shipping_address=address,
        order_number=OrderNumberGenerator().order_number(basket),
        guest_email="" if buyer.user else buyer.email,
        buyer_name=buyer.name,
        buyer_phone=buyer.phone,
        language=buyer.language,
        place_key=place_key,
        pay_by=timezone.now() + timedelta(hours=settings.PAYMENT_HOURS),
    )
    return order


def _by_seller(order: Order) -> list[tuple[int, list[Any]]]:
    groups: dict[int, list[Any]] = {}
    for line in order.lines.select_related(*fees.FREEZE_NEEDS).order_by("pk"):
        groups.setdefault(line.partner_id, []).append(line)
    return list(groups.items())


def _create_fulfilment(
    order: Order, index: int, way: Delivery, lines: list[Any], actor: Actor, release_on: str
) -> Fulfilment:
    made_by = max((line.made_by for line in lines if line.made_by), default=None)  # as it was held just now
    ready, earliest, latest = replace(way, made_by=made_by).dates(timezone.now())
    fulfilment = Fulfilment.objects.create(
        number=f"{order.number}-{index}",
        order=order,
        partner=way.partner,
        delivery_kind=way.kind,
        delivery_name=way.name,
        delivery_fee=way.fee.minor,
        claim_hours=way.claim_hours,
        release_on=release_on,
        lead_days=way.lead_days,
        road_least=way.road_least,
        road_most=way.road_most,
        road_sundays=way.road_sundays,
        ready_on=ready,
        arrives_from=earliest,
        arrives_to=latest,
    )
    FulfilmentLine.objects.bulk_create(
        FulfilmentLine(fulfilment=fulfilment, line=line, quantity=line.quantity) for line in lines
    )
    machine.record(fulfilment, "", states.WAITING, actor=actor)
    return fulfilment
