"""The one named way upward: who owns a due reacts to its settlement in the same transaction."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from marketplace.common.actor import Actor

if TYPE_CHECKING:
    from marketplace.payments.models import Due

Handler = Callable[["Due", Actor], None]
_settled: list[Handler] = []


def on_settled(handler: Handler) -> Handler:
    """Register a handler, called inside the transaction that settles a due. Use as a decorator."""
    if handler not in _settled:
        _settled.append(handler)
    return handler


def settled(due: "Due", actor: Actor) -> None:
    for handler in _settled:
        handler(due, actor)
