"""What a service refuses, in words that stand beside the field."""

from typing import Any


class Refused(Exception):
    """Not done, and nothing was changed. `message` is for people, in the language of the page; `field` names what it
    belongs to ("" for all of it)."""

    def __init__(self, message: str, *, field: str = "", **names: Any) -> None:
        self.message = message % names if names else message
        self.field = field
        super().__init__(self.message)
