"""Numbers and tokens of the programme: random, so that nobody can guess one or count them."""

from secrets import token_urlsafe

from django.utils import timezone

from marketplace.orders.numbers import random_code


def event_number() -> str:
    """For instance E26-7KQ3M."""
    return f"E{timezone.localdate():%y}-{random_code(5)}"


def commitment_number() -> str:
    """For instance M26-7KQ3MX: M for komitmen."""
    return f"M{timezone.localdate():%y}-{random_code(6)}"


def lead_number() -> str:
    """For instance L26-7KQ3M."""
    return f"L{timezone.localdate():%y}-{random_code(5)}"


def token() -> str:
    """Of a link or a badge that opens without signing in: 192 random bits, 32 characters."""
    return token_urlsafe(24)
