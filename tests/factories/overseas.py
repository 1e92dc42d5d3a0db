"""Orders of buyers abroad. No page makes them yet (call-offs do later): made at home, then turned into dollars."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.test import override_settings
from django.utils import timezone

from marketplace.common.actor import Actor
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments import services as payments
from marketplace.payments import states
from marketplace.payments.models import Due, Rate, RateLock, Receipt
from marketplace.people.models import User
from marketplace.reference import working_days
from tests.factories.catalogue import make_pesantren, make_product
from tests.factories.orders import placed_order

OFFICE = Actor(id=None, name="Contoh Kantor")
_numbers = count(1)


def days(number: int) -> datetime:
    return timezone.now() + timedelta(days=number)


def deposit_and_balance(deposit: int = 3000, tolerance: int = 0) -> list[payments.Step]:
    """30 % in a week, the rest in thirty days, unless told otherwise."""
    return [
        payments.Step(states.DEPOSIT, deposit, days(7), tolerance),
        payments.Step(states.BALANCE, 10_000 - deposit, days(30), tolerance),
    ]


def export_order(
    steps: Sequence[payments.Step] | None = None, currency: str = "USD", sellers: int = 2, **kw: Any
) -> Order:
    """An order in dollars, not paid: 20 sarongs at 1,250.00 and, of a second pesantren, 3 coffee at 333.33.

    Delivery 15.00 each: US$ 26,029.99, or US$ 25,015.00 of one. `steps`: its schedule; else one due, tolerance 50.00.
    """
    lines = [(make_product(make_pesantren("contoh-sarung"), f"Sarung {next(_numbers)}", 1_250), 20)]
    if sellers == 2:
        lines.append((make_product(make_pesantren("contoh-kopi"), f"Kopi {next(_numbers)}", 333), 3))
    order = placed_order(lines, fee=15, **kw).order
    order.dues.all().delete()
    order.lines.filter(unit_price_incl_tax=333).update(
        unit_price_incl_tax=Decimal("333.33"), line_price_incl_tax=Decimal("999.99")
    )
    Order.objects.filter(pk=order.pk).update(
        currency=currency, channel=states.EXPORT, total_incl_tax=_total(order), total_excl_tax=_total(order)
    )
    order.refresh_from_db()
    split: payments.Split = {}
    for part in order.fulfilments.order_by("pk"):
        part.currency, part.delivery_fee = currency, 1_500
        part.save()
        split[str(part.partner_id)] = {"goods": part.goods.minor, "delivery": 1_500}
    if steps is None:
        payments.raise_due(order=order, split=split, due_at=days(7), actor=OFFICE, tolerance=5_000)
    else:
        payments.raise_schedule(order=order, steps=steps, split=split, actor=OFFICE)
    return order


def _total(order: Order) -> Decimal:
    goods: Decimal = sum((line.line_price_incl_tax for line in order.lines.all()), Decimal(0))
    return goods + order.shipping_incl_tax


def dues_of(order: Order) -> list[Due]:
    return list(order.dues.order_by("number"))


def swift(amount: Money, note: str = "") -> Receipt:
    """Money from abroad at the bank, not matched."""
    return payments.record_receipt(
        amount=amount,
        received_on=working_days.today(),
        payer="CONTOH IMPORTIR LLC",
        bank_reference=f"SWIFT-{next(_numbers)}",
        note=note,
        actor=OFFICE,
    )


def settle(due: Due, short: int = 0) -> Due:
    """Pay what is missing, less `short` minor units. One person is enough for it here, whatever the limit."""
    receipt = swift(due.missing - Money(short, due.currency))
    with override_settings(SECOND_PERSON_ABOVE_FOREIGN=1_000_000):
        return payments.match(receipt=receipt, due=due, actor=OFFICE)


def a_rate(rate: str = "16250", base: str = "USD", age: int = 0) -> Rate:
    return Rate.objects.create(
        base=base, quote="IDR", rate=Decimal(rate), source="Contoh (uji)", quoted_at=days(-age)
    )


def a_lock(order: Order, rate: str = "16250") -> RateLock:
    return payments.lock_rate(order=order, rate=a_rate(rate), valid_until=days(60), actor=OFFICE)


def letter_for(due: Due, user: User, **changes: Any) -> Any:
    today = working_days.today()
    facts: dict[str, Any] = {
        "number": f"LC-CONTOH-{next(_numbers)}",
        "issuing_bank": "Contoh Bank, Dubai (fiktif)",
        "advising_bank": "",
        "issued_on": today,
        "latest_shipment": today + timedelta(days=20),
        "expires_on": today + timedelta(days=35),
        "presentation_days": 21,
        "papers": ["Commercial invoice, 3 copies", "Bill of lading, full set"],
    }
    return payments.record_letter(due=due, actor=Actor.of(user), **{**facts, **changes})


def parts_of(order: Order) -> list[Fulfilment]:
    return list(Fulfilment.objects.filter(order=order).order_by("pk"))
