"""Sends every entry of the timetable once, the way beat does: python -m tests.worker.send_all

On a busy machine the last of them waits longer than a sweep may be old; here each has ten minutes.
"""

from celery.beat import Scheduler

from marketplace.celery import app

if __name__ == "__main__":
    scheduler = Scheduler(app)
    for entry in scheduler.schedule.values():
        entry.options = {**entry.options, "expires": 600}
        scheduler.apply_async(entry, advance=False)
