"""The named way upward: a room that stands above says whether a pesantren that sells already meets a requirement.

Payments knows of bank accounts and registers "bank-account" when the program starts; joining asks by the code of the
row in requirements.csv.
"""

from collections.abc import Callable, Collection

Check = Callable[[Collection[int]], set[int]]  # ids of pesantren: those of them that meet it
_checks: dict[str, Check] = {}


def computes(code: str) -> Callable[[Check], Check]:
    """Register how a requirement before the first payout is computed. Use as a decorator."""

    def register(check: Check) -> Check:
        _checks[code] = check
        return check

    return register


def known() -> set[str]:
    return set(_checks)


def met(code: str, partners: Collection[int]) -> set[int]:
    """Raises KeyError for a code that nobody registered."""
    return _checks[code](partners)
