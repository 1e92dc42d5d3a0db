"""Who does something: a signed-in person, a guest with a signed link, or the timetable."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Actor:
    """Who acts, as the history keeps it. Made by the page (or task) and handed to services."""

    id: int | None
    name: str

    @classmethod
    def of(cls, user: Any) -> "Actor":
        """The signed-in person."""
        return cls(id=user.pk, name=str(user)[:150])


SYSTEM = Actor(id=None, name="system")
GUEST = Actor(id=None, name="guest")
