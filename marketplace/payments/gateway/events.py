"""News from Stripe, signed: only that something happened to an object, by its id. What it is now, we read."""

from collections.abc import Iterable
from dataclasses import dataclass

import stripe


class BadSignature(Exception):
    """Not from Stripe, too old, or no news at all."""


@dataclass(frozen=True)
class Event:
    id: str
    kind: str
    objects: dict[str, str]  # {"checkout.session": "cs_…", "payment_intent": "pi_…"}


def opened(body: bytes, signature: str, secrets: Iterable[str]) -> Event:
    """The news in this letter, if one of our secrets signed it. Raises BadSignature."""
    for secret in secrets:
        try:
            said = stripe.Webhook.construct_event(body, signature, secret).to_dict()
            return _event(said)
        except stripe.SignatureVerificationError:
            continue
        # Not UTF-8, no JSON, JSON that is no object, an object that is no event: the SDK raises all of these.
        except (ValueError, AttributeError, KeyError, TypeError) as error:
            raise BadSignature(str(error)) from error
    raise BadSignature("No secret of ours signed this.")


def _event(said: dict[str, object]) -> Event:
    data = said["data"]["object"]  # type: ignore[index]
    ids = {str(data["object"]): str(data["id"])}
    for name in ("payment_intent", "charge"):
        if isinstance(data.get(name), str):
            ids[name] = data[name]
    return Event(id=str(said["id"]), kind=str(said["type"]), objects=ids)
