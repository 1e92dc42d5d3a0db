"""Order numbers and transfer references: random, so that nobody can guess one or count our orders."""

import secrets

from django.utils import timezone

# No 0/O, 1/I/L, U: what is read out on the telephone is not confused.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def random_code(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def order_number() -> str:
    """For instance 26-7KQ3M-X92TB: the year and 10 random characters (30^10, about 5.9e14)."""
    return f"{timezone.localdate():%y}-{random_code(5)}-{random_code(5)}"


def transfer_reference() -> str:
    """For instance OPOP-7KQ3-MX92: short enough to type into a banking app, 30^8 possible."""
    return f"OPOP-{random_code(4)}-{random_code(4)}"
