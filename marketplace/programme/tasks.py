"""Background work of the programme, by part; Celery looks for it here."""

from marketplace.programme import (  # noqa: F401 - they register their tasks
    event_tasks,
    registration_tasks,
    reminder_tasks,
    report_tasks,
)
