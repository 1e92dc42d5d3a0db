"""Idempotency keys: a retry gets the first answer again, another request under the same key is refused."""

from dataclasses import dataclass
from typing import Any

from tests.fakestripe.errors import Refusal

KEPT = 86400  # seconds; after that the key is free again: a hazard that real Stripe has as well


@dataclass
class Slot:
    fingerprint: str
    opened: int
    status: int = 0  # 0: the first request is still at work
    body: str = ""


class Slots:
    """One slot for each key."""

    def __init__(self) -> None:
        self.slots: dict[str, Slot] = {}

    def open(self, key: str, fingerprint: str, now: int) -> Slot | None:
        """The stored answer, or None where the work is ours to do now.

        Raises `Refusal`: 400 for other parameters under the key, 409 while the first request is at work.
        """
        if len(key) > 255:
            raise Refusal(400, "invalid_request_error", "Idempotency key too long.", param="idempotency_key")
        slot = self.slots.get(key)
        if slot is None or now - slot.opened >= KEPT:
            self.slots[key] = Slot(fingerprint, now)
            return None
        if slot.fingerprint != fingerprint:
            raise Refusal(
                400,
                "idempotency_error",
                "Keys for idempotent requests can only be used with the same parameters they were first used "
                f"with. Try using a key other than '{key}' if you meant to execute a different request.",
            )
        if not slot.status:
            raise Refusal(
                409,
                "invalid_request_error",
                "There is currently another in-progress request using this Idempotent Key.",
                code="idempotency_key_in_use",
            )
        return slot

    def close(self, key: str, status: int, body: str) -> None:
        self.slots[key].status = status
        self.slots[key].body = body

    def free(self, key: str) -> None:
        """The request was refused before any work; the key may be used again."""
        self.slots.pop(key, None)

    def saved(self) -> dict[str, Any]:
        return {key: vars(slot) for key, slot in self.slots.items() if slot.status}

    def load(self, saved: dict[str, Any]) -> None:
        self.slots = {key: Slot(**slot) for key, slot in saved.items()}
