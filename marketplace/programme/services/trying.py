"""Long work on one row, tried three times by one worker at a time: reports, schedules, catalogues, reading workbooks.

The row is the queue (`state`, `tries`, `problem`): whoever works on it holds an advisory lock of PostgreSQL that ends
with the worker, so that the sweep goes on with what a dead one left, and two workers never make the same.
"""

import logging
from collections.abc import Callable, Collection
from typing import Any

from marketplace.common.alone import alone
from marketplace.programme import states

log = logging.getLogger(__name__)
MOST_TRIES = 3


def failed(row: Any, problem: str) -> None:
    note(row, state=states.FAILED, problem=problem)


def attempt(
    row: Any,
    lock: int,
    work: Callable[[Any], None],
    *,
    waits: Collection[str] = states.UNDER_WAY,
    during: str = states.WORKING,
    between: str = states.WORKING,
    died: str = "",
    fail: Callable[[Any, str], None] = failed,
) -> None:
    """Do the work from the front, or anew where a worker stopped. Safe to run twice and at the same time. Never raises.

    `lock`: the first half of the caller's advisory locks; `waits`: the states in which there is something to do;
    `during`, `between`: the state while it is tried, and after a try that failed; `died`: the reason where the worker
    was killed each time; `fail`: the end after the last try. Side effects: state, tries, problem, and those of the
    work, which writes the good end itself.
    """
    with alone(lock, row.pk) as mine:
        row.refresh_from_db()
        if not mine or row.state not in waits:
            return
        if row.tries >= MOST_TRIES:  # it would kill the next worker, too
            fail(row, row.problem or died)
            return
        note(row, state=during, tries=row.tries + 1)
        try:
            work(row)
        except Exception as error:
            log.exception("%r could not be made", row)
            problem = f"{type(error).__name__}: {error}"[:300]
            if row.tries >= MOST_TRIES:
                fail(row, problem)
            else:
                note(row, state=between, problem=problem)


def note(row: Any, **values: Any) -> None:
    """Write these columns at once, so that others see how far it is, and on the row in memory."""
    type(row)._base_manager.filter(pk=row.pk).update(**values)
    for name, value in values.items():
        setattr(row, name, value)
