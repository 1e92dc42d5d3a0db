"""Refusals in Stripe's own words and envelope."""

from typing import Any


class Refusal(Exception):
    """An answer other than 200. `stored`: under an idempotency key, a retry gets this same answer again."""

    def __init__(self, status: int, kind: str, message: str, *, stored: bool = False, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.stored = stored
        self.error = {"type": kind, "message": message, **{k: v for k, v in more.items() if v is not None}}

    @property
    def body(self) -> dict[str, Any]:
        return {"error": self.error}


def invalid(message: str, code: str | None = None, param: str | None = None) -> Refusal:
    """The request is wrong in itself: refused before any work, never stored under the key."""
    return Refusal(400, "invalid_request_error", message, code=code, param=param)


def impossible(message: str, code: str | None = None, param: str | None = None) -> Refusal:
    """The request is well formed, but the state of things forbids it: stored under the key."""
    return Refusal(400, "invalid_request_error", message, stored=True, code=code, param=param)


def missing(kind: str, identity: str | None) -> Refusal:
    return Refusal(
        404,
        "invalid_request_error",
        f"No such {kind.replace('.', ' ')}: '{identity}'",
        code="resource_missing",
        param="id",
    )


def not_modelled(what: str) -> Refusal:
    return Refusal(404, "invalid_request_error", f"Unrecognized request: {what}. fakestripe: not modelled.")
