"""Reads settings from the environment: small, typed, with one clear sentence where something is wrong."""

import os
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# Pages ask short questions of what lies in memory: compiling a plan costs more than it saves, and an index is
# as near as the table. An "options" of the address replaces this.
PLANNER = "-c jit=off -c random_page_cost=1.1"
DEMO_PASSWORD = "demo-only"  # noqa: S105 - printed on purpose; sign-in refuses it outside the demonstration


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def needed(name: str, example: str, production: bool) -> str:
    """A text that production must set; the demonstration goes on with an example."""
    value = text(name)
    if not value and production:
        raise ImproperlyConfigured(f"{name} is not set. Buyers would transfer money to an invented account.")
    return value or example


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def number(name: str, default: int) -> int:
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def words(name: str, default: str = "") -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]


def weekdays(name: str, default: str) -> set[int]:
    """ISO weekdays, 1 (Monday) to 7."""
    found = words(name, default)
    if not all(word in {"1", "2", "3", "4", "5", "6", "7"} for word in found):
        raise ImproperlyConfigured(f"{name} must be weekdays from 1 (Monday) to 7, not {' '.join(found)!r}.")
    return {int(word) for word in found}


def required(name: str, why: str) -> str:
    """A setting that production has no default for."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {why}")
    return value


def secret(name: str, *, least: int) -> str:
    """A required setting that must be long enough not to be guessed."""
    value = required(name, "Production has no default secret: set a random one of 50 characters or more.")
    if len(value) < least or len(set(value)) < 10:
        raise ImproperlyConfigured(
            f"{name} is too easy to guess. Set a random one of {least} or more characters."
        )
    return value


def code_keys(production: bool, fallback: str) -> list[str]:
    """Keys of two-step verification, the newest first; the demonstration makes do with its own secret."""
    if not production:
        return words("SECOND_FACTOR_KEYS") or [fallback]
    secret("SECOND_FACTOR_KEYS", least=50)
    for key in words("SECOND_FACTOR_KEYS"):
        if len(key) < 50:
            raise ImproperlyConfigured("SECOND_FACTOR_KEYS: each key needs 50 random characters or more.")
    return words("SECOND_FACTOR_KEYS")


def shows_codes(production: bool) -> bool:
    """Whether pages tell the people of the demonstration their codes."""
    if production and flag("SHOW_CODES"):
        raise ImproperlyConfigured("SHOW_CODES=1 is for the demonstration. It would open every door.")
    return not production and flag("SHOW_CODES", True)


def database(url: str) -> dict[str, object]:
    """Django's database settings from postgresql://user:password@host:port/name?host=/socket/folder."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql:// (we run on PostgreSQL only).")
    query = {"options": PLANNER} | dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": number("DATABASE_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


STRIPE = "https://api.stripe.com"


def stripe(production: bool) -> tuple[str, list[str], str]:
    """(secret key, webhook secrets, address) of card payments; no key: cards are not offered.

    Production talks to Stripe itself with a live key; the demonstration never touches real money.
    """
    key, secrets = text("STRIPE_SECRET_KEY"), words("STRIPE_WEBHOOK_SECRETS")
    base = text("STRIPE_API_BASE", STRIPE).rstrip("/")
    is_live = key.startswith(("sk_live_", "rk_live_"))
    if production and base != STRIPE:
        raise ImproperlyConfigured(f"STRIPE_API_BASE must be {STRIPE} in production.")
    if production and key and not is_live:
        raise ImproperlyConfigured("STRIPE_SECRET_KEY is no live key. Nobody would really pay.")
    if production and key and not secrets:
        raise ImproperlyConfigured("STRIPE_WEBHOOK_SECRETS is not set. Payments would be noticed late.")
    if not production and is_live:
        raise ImproperlyConfigured("STRIPE_SECRET_KEY is a live key. The demonstration takes no real money.")
    return key, secrets, base
