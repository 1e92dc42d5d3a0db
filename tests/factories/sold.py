"""An order under an exporter's contract, straight from its prices: goods of pesantren, and what the exporter adds."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services.contracted import Bought, ContractTerms, place_contracted
from marketplace.fulfilment.services.placing import Buyer
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.orders.sold import Sold
from marketplace.payments import services as payments
from marketplace.payments import states as due_states
from marketplace.payments.queries import owed_to
from marketplace.pesantren.models import Partner
from marketplace.reference.working_days import today
from marketplace.sourcing.services.samples import service_listing
from tests.factories.catalogue import make_pesantren
from tests.factories.companies import admin_of, make_overseas
from tests.factories.overseas import OFFICE, days, dues_of, settle
from tests.factories.sourcing import goods_of, make_commodity, make_exporter

# pesantren: (kilograms, purchase price in cents); "contoh-eksportir" brings goods of its own.
ONE = {"contoh-satu": (100, 125)}
POOL = {"contoh-murah": (100, 100), "contoh-mahal": (100, 300)}
SOLD = 259  # US$ 2.59 a kilogram by the contract


def sold_order(
    pool: dict[str, tuple[int, int]] | None = None,
    *,
    sold: int = SOLD,
    steps: Sequence[payments.Step] | None = None,
    paid: bool = True,
    importer: Any = None,
    **changes: Any,
) -> Order:
    """One good of several pesantren at one price of the contract; of ONE the exporter adds US$ 134.00 to 125.00."""
    pool = ONE if pool is None else pool
    exporter, company = make_exporter(), make_overseas(importer)
    units = sum(quantity for quantity, _price in pool.values())
    lines = [_goods(exporter, code, *of, sold) for code, of in pool.items()]
    added = units * sold - sum(quantity * price for quantity, price in pool.values())
    if added:
        record = service_listing(exporter)
        assert record
        lines.append(Bought(record, 1, Money(added, "USD"), ships=False))
    person = admin_of(company)
    facts: dict[str, Any] = {
        "currency": "USD",
        "channel": "export",
        "claim_hours": 48,
        "release_on": "acceptance",
        "ready_on": today() + timedelta(days=7),
        "arrives_to": today() + timedelta(days=20),
        "delivery_name": "CPT Dubai (AEDXB)",
        "kind": "cargo",
        "sold_by": exporter,
        "sold": [Sold("Manggis", units, {"en": "kg", "id": "kg"}, Money(sold, "USD"))],
    }
    order = place_contracted(
        buyer=Buyer(company.name, person.email, "+971500000000", person.language, person),
        lines=lines,
        terms=ContractTerms(**{**facts, **changes}),
        steps=steps or [payments.Step(due_states.FULL, 10_000, days(7))],
        place_key=uuid4(),
        actor=OFFICE,
    )
    if paid:
        settle(dues_of(order)[0])
    return order


def _goods(exporter: Partner, code: str, quantity: int, price: int, sold: int) -> Bought:
    partner = exporter if code == exporter.code else make_pesantren(code)
    product = goods_of(partner, make_commodity(), stock=quantity + 100)
    record = product.stockrecords.get()
    return Bought(record, quantity, Money(price, "USD"), sold_price=Money(sold, "USD"))


def part_of(order: Order, code: str) -> Fulfilment:
    return Fulfilment.objects.select_related("order", "partner").get(order=order, partner__code=code)


def own_of(order: Order) -> Fulfilment:
    return part_of(order, "contoh-eksportir")


def owed(order: Order, code: str) -> int:
    """What is owed to it now, in cents."""
    partner = Partner.objects.get(code=code)
    return owed_to([partner.pk], "USD")[partner.pk].minor
