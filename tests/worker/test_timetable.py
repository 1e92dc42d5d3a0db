"""Whatever needs nothing to begin is begun by the timetable: nobody else calls it."""

import inspect

from marketplace import celery_settings
from marketplace.celery import app


def test_every_sweep_stands_in_the_timetable() -> None:
    app.loader.import_default_modules()
    planned = {entry["task"] for entry in celery_settings.beat_schedule.values()}
    ours = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    sweeps = {name for name, task in ours.items() if not inspect.signature(task.run).parameters}
    assert planned == sweeps
