"""What the office reads of contracts: four sums of each, side by side and never added."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    DecimalField,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from marketplace.common.access import OFFICE, is_staff
from marketplace.fulfilment.models import FulfilmentLine
from marketplace.ledger.money import Money
from marketplace.payments import states as dues
from marketplace.payments.models import Due
from marketplace.sourcing.models import Contract, ContractLine

AMOUNT = DecimalField(max_digits=30, decimal_places=2)


@dataclass(frozen=True)
class Sums:
    """In the contract's currency. Committed: signed for. Called off: asked for, less what fell away. Accepted: signed
    for by the buyer on arrival. Paid: came in for orders that were not given up."""

    committed: Money
    called_off: Money
    accepted: Money
    paid: Money


def contracts(user: Any, *, state: str = "") -> QuerySet[Contract]:
    """All contracts, newest first, with what sums() reads; for the office only."""
    if not is_staff(user, OFFICE):
        return Contract.objects.none()
    found = Contract.objects.select_related("company", "seller", "quote__negotiation__demand")
    if state:
        found = found.filter(state=state)
    return found.annotate(**_annotations()).order_by("-pk")


def _annotations() -> dict[str, Any]:
    lines = ContractLine.objects.filter(contract=OuterRef("pk"))
    taken = FulfilmentLine.objects.filter(fulfilment__order__call_off__contract=OuterRef("pk"))
    came = Due.objects.filter(order__call_off__contract=OuterRef("pk"), state__in=[dues.OPEN, dues.SETTLED])
    value = ExpressionWrapper(F("accepted") * F("line__unit_price_incl_tax"), AMOUNT)
    return {
        "committed": _sum(lines, "contract", F("quantity") * F("unit_price")),
        "called": _sum(lines, "contract", F("called_off") * F("unit_price")),
        "accepted": _sum(taken, "fulfilment__order__call_off__contract", value, AMOUNT),
        "came": _sum(came, "order__call_off__contract", F("received")),
    }


def _sum(rows: QuerySet[Any], by: str, of: Any, kind: Any = None) -> Coalesce:
    kind = kind or BigIntegerField()
    grouped = rows.order_by().values(by).annotate(sum=Sum(of)).values("sum")
    return Coalesce(
        Subquery(grouped, output_field=kind), Value(Decimal(0) if kind is AMOUNT else 0), output_field=kind
    )


def sums(contract: Any) -> Sums:
    """Of a row of contracts()."""
    currency = contract.currency
    return Sums(
        committed=Money(contract.committed, currency),
        called_off=Money(contract.called, currency),
        accepted=Money.from_decimal(contract.accepted, currency),
        paid=Money(contract.came, currency),
    )
