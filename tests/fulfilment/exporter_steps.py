"""Steps of orders that an exporter sold, and what the books say of them."""

from typing import Any

from marketplace.common.actor import Actor
from marketplace.fulfilment import services, states
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments import held
from marketplace.payments.models import CreditNote, PriceDifference, Refund
from marketplace.people.models import User
from tests.factories.catalogue import make_user
from tests.factories.overseas import OFFICE, dues_of
from tests.factories.sold import part_of
from tests.fulfilment.steps import bring, sign, total

SATU, MURAH, MAHAL, EXPORTER = "contoh-satu", "contoh-murah", "contoh-mahal", "contoh-eksportir"


def short(part: Fulfilment, *brings: int) -> None:
    part = bring(part, states.ACCEPTED) if part.state == states.OFFERED else part
    units = dict(zip(part.lines.order_by("pk").values_list("pk", flat=True), brings, strict=True))
    services.bring_less(fulfilment=part, brings=units, why="Panen kurang", actor=OFFICE)


def done(part: Fulfilment, *taken: int) -> Fulfilment:
    """Delivered and signed for; all of it unless told otherwise."""
    if part.delivery_kind:
        part = bring(part, states.DELIVERED)
    else:
        part = bring(part, states.ACCEPTED)
        services.deliver(fulfilment=part, actor=OFFICE)
        part = Fulfilment.objects.get(pk=part.pk)
    sign(part, dict(enumerate(taken)))
    return Fulfilment.objects.get(pk=part.pk)


def credit(part: Fulfilment, units: int | Money, **kw: Any) -> CreditNote:
    line = part.lines.get()
    facts = {"lines": {line.pk: units}, "why": "Busuk", "actor": office()}
    return services.issue_credit_note(fulfilment=part, **facts, **kw)


def office() -> Actor:
    person = User.objects.filter(email="kantor@example.com").first()
    return Actor.of(person or make_user("kantor@example.com", staff_role="office"))


def refunds() -> list[int]:
    return list(Refund.objects.order_by("pk").values_list("amount", flat=True))


def rows() -> list[tuple[int, int, int, int, int, int]]:
    found = PriceDifference.objects.order_by("pk")
    return list(found.values_list("price", "amount", "from_held", "from_asked", "from_debt", "to_payable"))


def kept(order: Order, code: str) -> int:
    return held.held(order.number, part_of(order, code).partner_id, "USD").minor


def sound() -> None:
    assert audit() == []
    assert total(Kind.BANK, "USD") == sum(
        total(kind, "USD") for kind in Kind if kind not in (Kind.BANK, Kind.RECEIVABLE, Kind.SELLER_DEBT)
    ) - total(Kind.SELLER_DEBT, "USD")


def asked(order: Order) -> list[int]:
    return [due.missing.minor for due in dues_of(order)]
