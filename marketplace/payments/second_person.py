"""Above a limit, money moves only if two people of the office agree (services/approvals.py)."""

from decimal import Decimal

from django.conf import settings

from marketplace.ledger.money import Money
from marketplace.payments import states
from marketplace.payments.exceptions import Claimed, SecondPersonNeeded
from marketplace.payments.models import Approval, Receipt, Refund


def is_needed(amount: Money) -> bool:
    """Whether a step with this amount needs two people. A limit of 0: always."""
    return limit(amount.currency) < amount


def limit(currency: str = "IDR") -> Money:
    """What one person may move alone, in this currency."""
    if currency == "IDR":
        return Money(settings.SECOND_PERSON_ABOVE)
    return Money.from_decimal(Decimal(settings.SECOND_PERSON_ABOVE_FOREIGN), currency)


def check(row: Receipt | Refund, approval: Approval | None) -> None:
    """Refuse to move this money without its confirmed approval. Call it with `row` locked.

    Raises SecondPersonNeeded above the limit, Claimed while somebody's proposal for it waits.
    """
    if approval:
        if approval.state != states.CONFIRMED or row not in (approval.receipt, approval.refund):
            raise SecondPersonNeeded("This approval is not for this money.")
        return
    if row.approvals.filter(state=states.PROPOSED).exists():
        raise Claimed("Somebody proposed a step with this money; it waits for a second person.")
    if is_needed(row.total):
        raise SecondPersonNeeded("This amount needs a second person.")
