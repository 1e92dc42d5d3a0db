"""What every sweep of the timetable does with the rows it finds."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

log = logging.getLogger(__name__)
SECONDS = 100  # a task that takes 300 is killed (celery_settings.py); the next sweep goes on


def each(rows: Iterable[Any], work: Callable[[Any], object]) -> None:
    """Do the work for each row; one that fails is logged and must not hold up the others."""
    end = time.monotonic() + SECONDS
    for row in rows:
        if time.monotonic() > end:
            break
        try:
            work(row)
        except Exception:
            log.exception("Timetable: %s failed for %r", work, row)
