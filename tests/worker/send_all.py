"""Sends every entry of the timetable once, the way beat does: python -m tests.worker.send_all"""

from celery.beat import Scheduler

from marketplace.celery import app

if __name__ == "__main__":
    scheduler = Scheduler(app)
    for entry in scheduler.schedule.values():
        scheduler.apply_async(entry, advance=False)
