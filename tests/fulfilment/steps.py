"""Steps of an order's life for tests, through the same services as the pages."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from marketplace.common.actor import GUEST, Actor
from marketplace.fulfilment import services, states
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services import Placed
from marketplace.ledger.models import Account, Kind
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments import services as payments
from marketplace.payments.models import Due, Receipt
from tests.factories.catalogue import make_pesantren, make_product
from tests.factories.orders import placed_order

OFFICE = Actor(id=1, name="Kantor")
SELLER = Actor(id=2, name="Penjual")
WAY = [states.OFFERED, states.ACCEPTED, states.PACKED, states.HANDED_OVER, states.DELIVERED]
_references = count(1)


def two_sellers(sarongs: int = 20, jengkol: int = 5, **kw: Any) -> Placed:
    """20 sarongs at Rp 150.000 and 5 kg jengkol at Rp 40.000, delivery Rp 15.000 each: Rp 3.230.000."""
    sarong = make_product(make_pesantren("contoh-sarung"), "Sarung", 150_000)
    bean = make_product(make_pesantren("contoh-jengkol"), "Jengkol", 40_000, perishable=True)
    return placed_order([(sarong, sarongs), (bean, jengkol)], **kw)


def one_seller(quantity: int = 10, price: int = 50_000, **kw: Any) -> Placed:
    """10 × Rp 50.000 and Rp 15.000 delivery: Rp 515.000."""
    return placed_order([(make_product(price=price), quantity)], **kw)


def arrives(amount: int, note: str = "", currency: str = "IDR") -> Receipt:
    """Money at the bank, typed by the office."""
    return payments.record_receipt(
        amount=Money(amount, currency),
        received_on="2026-11-23",
        payer="Contoh Pembeli",
        bank_reference=f"BANK-{next(_references)}",
        note=note,
        actor=OFFICE,
    )


def pay(due: Due, amount: int | None = None) -> Receipt:
    """Money arrives (all that was asked for, unless told otherwise) and the office matches it."""
    receipt = arrives(due.amount if amount is None else amount, note=due.reference)
    payments.match(receipt=receipt, due=due, actor=OFFICE)
    return receipt


def paid(placed: Placed) -> list[Fulfilment]:
    pay(placed.due)
    return parts(placed.order)


def parts(order: Order) -> list[Fulfilment]:
    return list(Fulfilment.objects.filter(order=order).order_by("pk"))


def bring(part: Fulfilment, to: str) -> Fulfilment:
    """Move a paid part along its way until `to`."""
    part = Fulfilment.objects.get(pk=part.pk)
    for state in WAY[WAY.index(part.state) + 1 : WAY.index(to) + 1]:
        step(part, state)
    return Fulfilment.objects.get(pk=part.pk)


def step(part: Fulfilment, to: str) -> None:
    if to == states.ACCEPTED:
        services.accept(fulfilment=part, actor=SELLER)
    elif to == states.PACKED:
        services.pack(fulfilment=part, actor=SELLER)
    elif to == states.HANDED_OVER:
        services.hand_over(fulfilment=part, actor=SELLER, carrier="Kurir", tracking_number="R-1")
    elif to == states.DELIVERED:
        services.deliver(fulfilment=part, actor=SELLER)
    else:
        raise AssertionError(to)


def sign(part: Fulfilment, taken: Mapping[int, int] | None = None) -> None:
    """The buyer signs. `taken` maps the line's place (0, 1 …) to units; all, unless told otherwise."""
    lines = list(part.lines.all())
    accepted = {line.pk: (taken or {}).get(place, line.quantity) for place, line in enumerate(lines)}
    reasons = {line.pk: "busuk" for line in lines if accepted[line.pk] < line.quantity}
    services.sign(fulfilment=part, actor=GUEST, signed_name="Contoh", accepted=accepted, reasons=reasons)


def status(order: Order) -> str:
    return Order.objects.get(pk=order.pk).status


def total(kind: Kind, currency: str = "IDR") -> int:
    """Balance over all accounts of one kind."""
    return sum(account.balance for account in Account.objects.filter(kind=kind, currency=currency))


def books() -> dict[str, int]:
    """Balances of all kinds that are not zero, in rupiah."""
    return {kind.value: total(kind) for kind in Kind if total(kind)}


def assert_sound() -> None:
    """Nothing contradicts anything, and every rupiah the bank has is somebody's."""
    assert audit() == []
    accounts = list(Account.objects.filter(currency="IDR"))
    bank = sum(account.balance for account in accounts if account.kind == Kind.BANK)
    assert bank == sum(account.balance for account in accounts if account.kind != Kind.BANK)
    assert [account for account in accounts if account.balance < 0] == []
