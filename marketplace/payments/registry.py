"""The named ways upward: who owns a due reacts to its settlement, who owns a step for two people takes it.

Both happen in the transaction of the caller.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from marketplace.common.actor import Actor

if TYPE_CHECKING:
    from marketplace.payments.models import Approval, Due

Handler = Callable[["Due", Actor], None]
Step = Callable[["Approval", Actor], None]
_settled: list[Handler] = []
_steps: dict[str, Step] = {}


def on_settled(handler: Handler) -> Handler:
    """Register a handler, called inside the transaction that settles a due. Use as a decorator."""
    if handler not in _settled:
        _settled.append(handler)
    return handler


def settled(due: "Due", actor: Actor) -> None:
    for handler in _settled:
        handler(due, actor)


def step(action: str) -> Callable[[Step], Step]:
    """Register what happens when a second person confirms this action (states.ACTIONS). Use as a decorator."""

    def register(take: Step) -> Step:
        _steps[action] = take
        return take

    return register


def take(approval: "Approval", actor: Actor) -> None:
    """Raises KeyError for an action that nobody registered."""
    _steps[approval.action](approval, actor)
