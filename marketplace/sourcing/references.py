"""How the pool of a call-off's line, and an offer in it, name what they are for. Written and read here alone."""

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

CALL_OFF = "C-"  # then the id of a CallOffLine: shared in earnest ("O-", "M-": composing.py only reckons)
PURCHASE = "purchase/"  # then the id of a PurchaseAgreement

# For annotate() on call-off lines: the reference of each one's pool.
POOL_OF_LINE = Concat(Value(CALL_OFF), Cast("pk", CharField()))


def of_line(pk: int) -> str:
    """Of the pool that shares this line of a call-off."""
    return f"{CALL_OFF}{pk}"


def line_of(reference: str) -> int | None:
    """The id of the call-off's line that a pool shares; None for any other pool."""
    return _id(reference, CALL_OFF)


def of_purchase(pk: int) -> str:
    """The source of an offer that stands for this purchase agreement."""
    return f"{PURCHASE}{pk}"


def purchase_of(source: str) -> int | None:
    """The id of the agreement behind an offer; None for any other offer."""
    return _id(source, PURCHASE)


def _id(text: str, start: str) -> int | None:
    rest = text.removeprefix(start)
    return int(rest) if rest != text and rest.isascii() and rest.isdigit() else None
