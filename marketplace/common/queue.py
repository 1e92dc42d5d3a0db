"""The one way to start background work: on commit, by task name, with ids only.

The state in the database is the queue (docs/architecture.md): if the broker is away or forgets, the
sweep on the timetable finds what is due. So a broken broker never breaks a page.
"""

import logging

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)


def enqueue(task: str, *ids: int | str) -> None:
    """Send `task` (for instance "notices.deliver") with `ids` once the present transaction commits."""

    def send() -> None:
        try:
            current_app.send_task(task, args=list(ids), retry=False)
        except Exception:  # any broker may fail in its own way; the sweep will do the work
            log.warning("Could not queue %s%s; the sweep will find it.", task, ids, exc_info=True)

    transaction.on_commit(send)
