"""Background work of the programme, by part; Celery looks for it here."""

from marketplace.programme.commitments import tasks as reminder_tasks  # noqa: F401 - they register their tasks
from marketplace.programme.events import tasks as event_tasks  # noqa: F401 - they register their tasks
from marketplace.programme.registrations import tasks as registration_tasks  # noqa: F401 - they register their tasks
from marketplace.programme.reports import tasks as report_tasks  # noqa: F401 - they register their tasks
