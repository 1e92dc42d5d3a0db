"""One worker at a time on one row: an advisory lock of PostgreSQL. It ends with the worker, so that a sweep can go on
with what a dead one left."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def alone(kind: int, row_id: int) -> Iterator[bool]:
    """Whether nobody else works on this row now; held until the end, or until this worker dies. `kind`: a number of
    the caller's own, the first half of the lock."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [kind, row_id])
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [kind, row_id])
