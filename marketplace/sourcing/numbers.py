"""Numbers of demands and contracts: random, so that nobody can guess one or count them."""

from django.utils import timezone

from marketplace.orders.numbers import random_code


def demand_number() -> str:
    """For instance P26-7KQ3M: P for permintaan, the year, 5 random characters."""
    return f"P{timezone.localdate():%y}-{random_code(5)}"


def contract_number() -> str:
    """For instance K26-7KQ3MX: K for kontrak."""
    return f"K{timezone.localdate():%y}-{random_code(6)}"
