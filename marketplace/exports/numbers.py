"""Numbers of the export desk: random, so that nobody can guess one or count them."""

from django.utils import timezone

from marketplace.orders.numbers import random_code


def consignment_number() -> str:
    """For instance X26-7KQ3MX."""
    return f"X{timezone.localdate():%y}-{random_code(6)}"


def pick_up_number() -> str:
    """For instance T26-7KQ3M: T for truck."""
    return f"T{timezone.localdate():%y}-{random_code(5)}"


def receipt_number() -> str:
    """For instance R26-7KQ3MX: R for receipt (penerimaan barang)."""
    return f"R{timezone.localdate():%y}-{random_code(6)}"
