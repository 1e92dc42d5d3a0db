"""Writes the drawn orders: order, lines, parts, acceptances, and the history of each."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from oscar.apps.address.models import Country

from marketplace.common.actor import GUEST, SYSTEM
from marketplace.common.models import StateChange
from marketplace.fulfilment import states
from marketplace.fulfilment.models import Acceptance, Fulfilment, FulfilmentLine
from marketplace.fulfilment.scale import FIRST
from marketplace.fulfilment.scale.copying import copy
from marketplace.fulfilment.scale.goods import Known
from marketplace.fulfilment.scale.sales import HOURS, Item, Part, Sale
from marketplace.orders import states as order_states
from marketplace.orders.models import Line, LinePrice, Order, ShippingAddress
from marketplace.payments import states as due_states
from marketplace.payments.models import Due, Receipt
from marketplace.people.models import User
from marketplace.pesantren.models import Member

BUYERS = 500
SELLER = "skala-pesantren@example.com"  # works for the first pesantren; nobody can sign in with a password
ENDS = {
    order_states.PLACED: [],
    order_states.CANCELLED: [order_states.CANCELLED],
    order_states.CLEARED: [order_states.CLEARED],
    order_states.IN_FULFILMENT: [order_states.CLEARED, order_states.IN_FULFILMENT],
    order_states.COMPLETED: [order_states.CLEARED, order_states.IN_FULFILMENT, order_states.COMPLETED],
}


def make_people() -> None:
    """Buyers, and one member of the first pesantren."""
    names = ("id", "email", "name", "password")
    closed = make_password(None)
    buyers = (
        (FIRST + number, f"skala-{number:04}@example.com", f"Contoh Pembeli {number:04}", closed)
        for number in range(1, BUYERS + 1)
    )
    copy(User, names, buyers)
    copy(User, names, [(FIRST, SELLER, "Contoh Anggota Skala", closed)])
    copy(Member, ("id", "partner_id", "user_id"), [(FIRST, FIRST + 1, FIRST)])


def make_orders(sales: list[Sale], known: Known, chance: Random) -> None:
    """Orders with where they go. Every second one belongs to somebody who signed in, the others to guests."""
    country = Country.objects.get(iso_3166_1_a2="ID").pk
    places = [regency.pk for regency in known.regencies]
    copy(
        ShippingAddress,
        ("id", "first_name", "line1", "district", "postcode", "phone_number", "regency_id", "country_id"),
        (
            (sale.pk, "Contoh Pembeli", f"Jl. Contoh No. {sale.pk % 200}", "Contoh", "40135", "+6281200000000",
             chance.choice(places), country)
            for sale in sales
        ),
    )  # fmt: skip
    copy(Order, ORDER, map(_order, sales))
    items = [(sale, part, item) for sale in sales for part in sale.parts for item in part.items]
    copy(Line, LINE, (_line(*row) for row in items))
    copy(
        LinePrice,
        ("id", "order_id", "line_id", "quantity", "price_incl_tax", "price_excl_tax"),
        (
            (item.pk, sale.pk, item.pk, item.quantity, item.unit_price, item.unit_price)
            for sale, _part, item in items
        ),
    )


ORDER = (
    "id", "number", "currency", "total_incl_tax", "total_excl_tax", "shipping_incl_tax", "shipping_excl_tax",
    "shipping_method", "shipping_code", "status", "guest_email", "user_id", "date_placed", "site_id",
    "shipping_address_id", "buyer_name", "buyer_phone", "language", "pay_by",
)  # fmt: skip


def _order(sale: Sale) -> tuple[Any, ...]:
    buyer = sale.pk % BUYERS + 1
    user = FIRST + buyer if sale.pk % 2 else None
    return (
        sale.pk, sale.number, "IDR", sale.total, sale.total, sale.fees, sale.fees, "per pesantren",
        "per-pesantren", sale.status, "" if user else f"skala-{buyer:04}@example.com", user, sale.placed, 1,
        sale.pk, f"Contoh Pembeli {buyer:04}", "+6281200000000", "id", sale.placed + timedelta(hours=24),
    )  # fmt: skip


LINE = (
    "id", "order_id", "partner_id", "partner_name", "partner_sku", "product_id", "stockrecord_id", "title",
    "quantity", "line_price_incl_tax", "line_price_excl_tax", "line_price_before_discounts_incl_tax",
    "line_price_before_discounts_excl_tax", "unit_price_incl_tax", "unit_price_excl_tax", "status",
    "num_allocated", "title_texts", "unit_texts", "weight_g",
)  # fmt: skip


def _line(sale: Sale, part: Part, item: Item) -> tuple[Any, ...]:
    goods = item.goods
    texts = dict(zip(("id", "en", "ar"), goods.titles, strict=True))
    return (
        item.pk, sale.pk, part.partner, f"Pesantren Contoh Skala {part.partner - FIRST:04}",
        f"skala-{goods.pk - FIRST:06}", goods.pk, goods.pk, goods.titles[0], item.quantity,
        *[item.price] * 4, *[item.unit_price] * 2, "placed",
        0 if part.state == states.CANCELLED or states.HANDED_OVER in part.steps else item.quantity,
        texts, goods.units, goods.weight,
    )  # fmt: skip


FULFILMENT = (
    "id", "number", "order_id", "partner_id", "state", "delivery_kind", "delivery_name", "delivery_fee",
    "claim_hours", "lead_days", "road_least", "road_most", "ready_on", "arrives_from", "arrives_to",
    "offered_at", "handed_over_at", "delivered_at", "claim_until", "carrier",
)  # fmt: skip


def make_parts(sales: list[Sale], known: Known) -> None:
    """Each pesantren's part of each order, its lines, and the signature where it was received."""
    every = [(sale, part) for sale in sales for part in sale.parts]
    copy(Fulfilment, FULFILMENT, (_part(sale, part, known) for sale, part in every))
    copy(
        FulfilmentLine,
        ("id", "fulfilment_id", "line_id", "quantity", "accepted"),
        (
            (
                item.pk,
                part.pk,
                item.pk,
                item.quantity,
                item.quantity if part.state == states.RECEIVED else None,
            )
            for _sale, part in every
            for item in part.items
        ),
    )
    copy(
        Acceptance,
        ("id", "fulfilment_id", "signed_name", "signed_at"),
        (
            (part.pk, part.pk, "Contoh Pembeli", sale.at(len(part.steps) - 1))
            for sale, part in every
            if part.state == states.RECEIVED
        ),
    )


def _part(sale: Sale, part: Part, known: Known) -> tuple[Any, ...]:
    steps = part.steps
    hours = min(known.classes[item.goods.class_code].claim_hours for item in part.items)

    def when(state: str) -> Any:
        return sale.at(steps.index(state)) if state in steps else None

    delivered = when(states.DELIVERED)
    ready = (sale.paid + timedelta(hours=HOURS * 3)).date()
    return (
        part.pk, part.number, sale.pk, part.partner, part.state, "vehicle", "Kendaraan contoh", part.fee, hours,
        1, 0, 1, ready, ready, ready + timedelta(days=1), when(states.OFFERED), when(states.HANDED_OVER),
        delivered, delivered + timedelta(hours=hours) if delivered else None,
        "Contoh Sopir" if states.HANDED_OVER in steps else "",
    )  # fmt: skip


HISTORY = ("id", "subject_type", "subject_id", "before", "after", "actor_name", "why", "at")


def make_history(sales: list[Sale]) -> int:
    """One row for each step of each machine, as the services would have written them."""
    rows = (change for sale in sales for change in _changes(sale))
    return copy(StateChange, HISTORY, ((FIRST + n, *row) for n, row in enumerate(rows, start=1)))


def _changes(sale: Sale) -> Iterator[tuple[Any, ...]]:
    last = max(len(part.steps) for part in sale.parts) - 1
    ends = ENDS[sale.status]
    steps = [sale.placed, *(sale.at(max(last - len(ends) + 1 + n, 1)) for n in range(len(ends)))]
    yield from _machine(Order, sale.pk, [order_states.PLACED, *ends], steps)
    for part in sale.parts:
        yield from _machine(Fulfilment, part.pk, part.steps, [sale.at(n) for n in range(len(part.steps))])
    due = [due_states.OPEN]
    if sale.is_paid:
        due.append(due_states.SETTLED)
        receipt = [due_states.UNMATCHED, due_states.MATCHED]
        yield from _machine(Receipt, sale.pk, receipt, [sale.paid, sale.paid])
    elif sale.status == order_states.CANCELLED:
        due.append(due_states.EXPIRED)
    yield from _machine(Due, sale.pk, due, [sale.placed, sale.at(1)])


def _machine(model: Any, pk: int, path: list[str], times: list[Any]) -> Iterator[tuple[Any, ...]]:
    why = states.DEADLINE_PASSED if path[-1] in (order_states.CANCELLED, due_states.EXPIRED) else ""
    for before, after, at in zip(["", *path], path, times, strict=False):
        actor = SYSTEM if before else GUEST
        yield model._meta.label_lower, pk, before, after, actor.name, why if before else "", at
