"""Our connection to Stripe: one pinned API version, short waits, and errors of our own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import stripe
from django.conf import settings

API_VERSION = "2026-10-28.endive"  # what stripe 16.1 is written for; webhook endpoints are made with it too
TIMEOUT = 10  # seconds; nobody waits longer for a page
_http: Any = None


class Unavailable(Exception):
    """Nobody knows whether it was done: no answer, too busy, or an error at Stripe. Ask again with the same key."""


class Refused(Exception):
    """Stripe said no, for good; its words are for the office. `code` is Stripe's own, or empty."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


def configured() -> bool:
    """Whether this site has a key for Stripe."""
    return bool(settings.STRIPE_SECRET_KEY)


def use(http_client: Any) -> None:
    """For tests: speak through this `stripe.HTTPClient`; None: over the network again."""
    global _http
    _http = http_client


def api() -> Any:
    """The client. Raises Unavailable where no key is set."""
    if not configured():
        raise Unavailable("No key for Stripe is set.")
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        stripe_version=API_VERSION,
        base_addresses={"api": settings.STRIPE_API_BASE},
        http_client=_http or stripe.RequestsClient(timeout=TIMEOUT),
        max_network_retries=1,
    )


@contextmanager
def asking() -> Iterator[Any]:
    """The client, with Stripe's errors turned into ours: Refused where asking again is of no use, else Unavailable."""
    try:
        yield api()
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.AuthenticationError) as error:
        raise Unavailable(str(error)) from error
    except (stripe.InvalidRequestError, stripe.CardError, stripe.PermissionError) as error:
        if error.http_status == 409:  # the same key is being worked on
            raise Unavailable(str(error)) from error
        raise Refused(error.user_message or str(error), error.code or "") from error
    except stripe.StripeError as error:
        raise Unavailable(str(error)) from error
