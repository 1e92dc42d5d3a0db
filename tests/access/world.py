"""One small world for the access table: two buyers, two pesantren, one paid order, one delivered part."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from checkout.basket.models import Basket
from marketplace.common.actor import SYSTEM
from marketplace.fulfilment import services
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.money import Money
from marketplace.orders.queries import link_token
from marketplace.payments import services as payments
from marketplace.pesantren.strategy import Selector
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_tariffs, make_user
from tests.factories.orders import account, placed_order

DAY = date(2026, 11, 23)


@dataclass
class World:
    people: dict[str, Any]
    values: dict[str, Any]
    part: Fulfilment


def pay(placed: Any, reference: str) -> None:
    receipt = payments.record_receipt(
        amount=placed.due.total,
        received_on=DAY,
        payer="Contoh",
        bank_reference=reference,
        note=placed.due.reference,
        actor=SYSTEM,
    )
    payments.match(receipt=receipt, due=placed.due, actor=SYSTEM)


def make_people() -> dict[str, Any]:
    return {
        "buyer": make_user("buyer@example.com"),
        "other_buyer": make_user("other@example.com"),
        "member": make_user("pesantren@example.com"),
        "other_member": make_user("pesantren2@example.com"),
        "office": make_user("office@example.com", staff_role="office"),
        "export": make_user("export@example.com", staff_role="export"),
    }


def arrived(placed: Any) -> Fulfilment:
    """The part of a paid order, brought to the buyer's door."""
    part = placed.order.fulfilments.get()
    services.accept(fulfilment=part, actor=SYSTEM)
    services.pack(fulfilment=part, actor=SYSTEM)
    services.hand_over(fulfilment=part, actor=SYSTEM, carrier="JNE", tracking_number="1")
    services.deliver(fulfilment=part, actor=SYSTEM)
    return part


def unknown_money(reference: str) -> Any:
    return payments.record_receipt(
        amount=Money(5000), received_on=DAY, payer="Siapa", bank_reference=reference, note="", actor=SYSTEM
    )


def make_world() -> World:
    make_tariffs()
    people = make_people()
    mine, other = make_pesantren("contoh-satu"), make_pesantren("contoh-dua")
    make_member(people["member"], mine)
    make_member(people["other_member"], other)
    product = make_product(mine, title="Sarung uji")
    paid, unpaid, delivered = (
        placed_order(lines=[(product, 1)], buyer=account(people["buyer"])) for _ in range(3)
    )
    pay(paid, "BANK-1")
    pay(delivered, "BANK-2")
    signable = arrived(delivered)
    refund = payments.return_receipt(receipt=unknown_money("BANK-4"), actor=SYSTEM, why="unknown")
    basket = Basket.objects.create(owner=people["buyer"])
    basket.strategy = Selector().strategy()
    line, _ = basket.add_product(product, 1)
    part = paid.order.fulfilments.get()
    values = {
        "private_name": "private/acceptance/x.webp",
        "sector": product.categories.get().slug,
        "slug": product.slug,
        "product": product.pk,
        "pesantren": mine.code,
        "basket_line": line.pk,
        "uid": "MQ",
        "bad_token": "no-such-token",
        "order": paid.order.number,
        "token": link_token(unpaid.order),
        "signable_token": link_token(delivered.order),
        "signable_part": signable.number,
        "photo": uuid4(),
        "part": part.number,
        "receipt": unknown_money("BANK-3").pk,
        "refund": refund.pk,
    }
    return World(people, values, part)
