"""The state machine engine: moves are data, every move locks its row and leaves one history row.

Decision 0004 says why this is ours and not django-fsm-2.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from marketplace.common.actor import Actor
from marketplace.common.models import StateChange


class IllegalMove(Exception):
    """The row is not in a state from which this move is allowed."""

    def __init__(self, row: models.Model, before: str, after: str) -> None:
        super().__init__(f"{row._meta.label_lower} {row.pk}: {before} → {after} is not allowed")
        self.before, self.after = before, after


@dataclass(frozen=True)
class Machine:
    """Which moves are legal: `moves[state]` is the set of states that may follow it."""

    moves: Mapping[str, Iterable[str]]
    field: str = "state"

    def allows(self, before: str, after: str) -> bool:
        return after in self.moves.get(before, ())

    def is_final(self, state: str) -> bool:
        return not self.moves.get(state)

    def move(self, row: Any, after: str, *, actor: Actor, why: str = "", **changes: Any) -> None:
        """Lock the row, check the move, write the new state with `changes`, and add its history row.

        Works on the state in the database, not on the copy in memory; the moved fields of `row` are brought
        up to date, other fields of it may be stale. Raises IllegalMove. Runs inside the transaction of the
        caller or starts its own. The lock is FOR NO KEY UPDATE: rows that only point here need not wait.
        """
        with transaction.atomic():
            locked = type(row)._base_manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
            before = getattr(locked, self.field)
            if not self.allows(before, after):
                raise IllegalMove(row, before, after)
            values = {self.field: after, **changes}
            type(row)._base_manager.filter(pk=row.pk).update(**values)
            for name, value in values.items():
                setattr(row, name, value)
            record(row, before, after, actor=actor, why=why)


def record(row: models.Model, before: str, after: str, *, actor: Actor, why: str = "") -> None:
    """Write one history row (a birth has no `before`)."""
    StateChange.objects.create(
        subject_type=row._meta.label_lower,
        subject_id=row.pk,
        before=before,
        after=after,
        actor_id=actor.id,
        actor_name=actor.name,
        why=why[:500],
        at=timezone.now(),
    )


def moved_at(model: type[models.Model], field: str = "state") -> models.Subquery:
    """For annotate() on rows of `model`: when each came to the state it is in."""
    rows = StateChange.objects.filter(
        subject_type=model._meta.label_lower,
        subject_id=models.OuterRef("pk"),
        after=models.OuterRef(field),
    )
    return models.Subquery(rows.order_by("-at").values("at")[:1])


def history(row: models.Model) -> models.QuerySet[StateChange]:
    """All moves of one row, oldest first."""
    return StateChange.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk)
