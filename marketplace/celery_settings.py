"""The broker (Redis, or files under var/ where there is none) and the timetable."""

from celery.schedules import crontab
from django.conf import settings

broker_connection_retry_on_startup = True
task_ignore_result = True
task_acks_late = True
task_reject_on_worker_lost = True
worker_prefetch_multiplier = 1
task_time_limit = 300
timezone = "Asia/Jakarta"
enable_utc = True

if settings.REDIS_URL:
    broker_url = settings.REDIS_URL
    broker_transport_options = {"visibility_timeout": 600}
else:
    folder = settings.VAR_DIR / "broker"
    for name in ("queue", "processed", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    broker_url = "filesystem://"
    broker_transport_options = {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "processed_folder": str(folder / "processed"),
        "control_folder": str(folder / "control"),
        "store_processed": False,
        "polling_interval": 0.05,
    }

# What is due stands in the database; the sweeps find it, whatever the broker forgot.
SWEEP = 15.0 if settings.DEMO else 60.0
beat_schedule_filename = str(settings.VAR_DIR / "beat-schedule")
beat_schedule = {
    "send mails that wait": {"task": "notices.sweep", "schedule": SWEEP},
    "expire unpaid orders": {"task": "fulfilment.expire_unpaid", "schedule": SWEEP},
    "remind of unpaid orders": {"task": "fulfilment.remind_unpaid", "schedule": SWEEP * 4},
    "remind pesantren that have not answered": {"task": "fulfilment.remind_offers", "schedule": SWEEP * 4},
    "end claim clocks": {"task": "fulfilment.close_claims", "schedule": SWEEP},
    "clear sessions and old attempts": {"task": "common.tidy", "schedule": crontab(hour=3, minute=10)},
    "audit books, orders and stock": {"task": "fulfilment.audit", "schedule": crontab(hour=3, minute=30)},
}
