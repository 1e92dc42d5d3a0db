"""The broker (Redis, or files under var/ where there is none) and the timetable."""

from typing import Any

from celery.schedules import crontab
from django.conf import settings

from marketplace.common import filebroker

broker_connection_retry_on_startup = True
task_ignore_result = True
task_acks_late = True
task_reject_on_worker_lost = True
worker_prefetch_multiplier = 1
task_time_limit = 300  # below the visibility timeout: no task is handed out again while it still runs
timezone = "Asia/Jakarta"
enable_utc = True

broker_transport_options: dict[str, Any]
if settings.REDIS_URL:
    broker_url = settings.REDIS_URL
    # A broker that is away costs a page milliseconds, not 7 s a message (measured with kombu's defaults).
    broker_transport_options = {"visibility_timeout": 600, "max_retries": 0, "socket_connect_timeout": 2}
else:
    folder = settings.VAR_DIR / "broker"
    for name in ("queue", "processed", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    filebroker.register()
    broker_url = "files://localhost"  # the name means nothing, but kombu warns without one
    worker_enable_remote_control = False  # its own queues would be polled too, for nothing
    broker_transport_options = {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "processed_folder": str(folder / "processed"),
        "control_folder": str(folder / "control"),
        "store_processed": False,
        "polling_interval": 0.05,
    }

# What is due stands in the database; the sweeps find it, whatever the broker forgot.
SWEEP = float(getattr(settings, "SWEEP_SECONDS", 15 if settings.DEMO else 60))
beat_schedule_filename = str(settings.VAR_DIR / "beat-schedule")


def sweep(task: str, every: float) -> dict[str, Any]:
    """One entry. It expires when the next is sent: a worker that was away does not find a day of sweeps."""
    return {"task": task, "schedule": every, "options": {"expires": every}}


beat_schedule = {
    "send mails that wait": sweep("notices.sweep", SWEEP),
    "expire unpaid orders": sweep("fulfilment.expire_unpaid", SWEEP),
    "remind of unpaid orders": sweep("fulfilment.remind_unpaid", SWEEP * 4),
    "remind companies of bills on tempo": sweep("fulfilment.remind_bills", SWEEP * 4),
    "remind buyers of balances": sweep("fulfilment.remind_balances", SWEEP * 4),
    "remind the office of letters of credit": sweep("fulfilment.remind_letters", SWEEP * 60),
    "remind pesantren that have not answered": sweep("fulfilment.remind_offers", SWEEP * 4),
    "match demands, end quotes and demands": sweep("sourcing.sweep", SWEEP),
    "end claim clocks": sweep("fulfilment.close_claims", SWEEP),
    "end what an exporter adds to nothing": sweep("fulfilment.end_exporters", SWEEP),
    "release shares nobody answered for": sweep("pooling.expire_shares", SWEEP),
    "share anew what fell away": sweep("pooling.repool_due", SWEEP),
    "close answered complaints": sweep("complaints.close_answered", SWEEP * 4),
    "make picture widths that wait": {"task": "catalogue.sweep_pictures", "schedule": SWEEP * 4},
    "write copies of people's data, end accounts": sweep("people.sweep_data", SWEEP),
    "end what was kept long enough": {"task": "people.retain", "schedule": crontab(hour=2, minute=40)},
    "read bank statements on": sweep("payments.read_statements", SWEEP),
    "go on with files of listings": sweep("imports.sweep", SWEEP),
    "make reports of the programme that wait": sweep("programme.sweep_reports", SWEEP),
    "go on with files of registrations": sweep("programme.sweep_registrations", SWEEP),
    "link participants of the programme to pesantren that sell": sweep("programme.link_partners", SWEEP * 4),
    "handle news of card payments": sweep("payments.handle_events", SWEEP),
    "follow card payments": sweep("payments.follow_attempts", SWEEP * 2),
    "send refunds to cards": sweep("payments.send_refunds", SWEEP * 4),
    "remind of unmatched money": sweep("payments.remind_unmatched", SWEEP * 60),
    "read the card provider's statement": {
        "task": "payments.read_provider_lines",
        "schedule": crontab(hour=3, minute=0),
    },
    "start bank accounts whose wait is over": sweep("payments.start_accounts", SWEEP * 4),
    "end the help of mentors whose time is over": sweep("pesantren.end_mentorships", SWEEP * 20),
    "draft payouts": {"task": "payments.draft_payouts", "schedule": crontab(hour=9, minute=0)},
    "end, warn of and look for permits": {"task": "permits.daily", "schedule": crontab(hour=0, minute=20)},
    "end and warn of verifications of companies": {
        "task": "offtakers.daily",
        "schedule": crontab(hour=0, minute=25),
    },
    "make packs of export papers that wait": sweep("exports.sweep_packs", SWEEP),
    "look at goods on their way abroad": sweep("exports.look", SWEEP * 10),
    "let parts of orders follow their consignment": sweep("exports.follow_parts", SWEEP * 2),
    "remind coordinators of export papers": {
        "task": "exports.remind_papers",
        "schedule": crontab(hour=7, minute=10),
    },
    "make schedules and catalogues of events that wait": sweep("programme.sweep_events", SWEEP),
    "end export papers whose last day is over": {
        "task": "exports.expire_papers",
        "schedule": crontab(hour=0, minute=15),
    },
    "count the weeks of goods made to order": {
        "task": "pesantren.refresh_free",
        "schedule": crontab(hour=0, minute=5),
    },
    "keep search fresh": {"task": "search.nightly", "schedule": crontab(hour=2, minute=10)},
    "clear sessions and old attempts": {"task": "common.tidy", "schedule": crontab(hour=3, minute=10)},
    "delete forgotten baskets": {"task": "checkout.tidy_baskets", "schedule": crontab(hour=3, minute=20)},
    "warn of money held for long": {
        "task": "fulfilment.warn_of_long_held",
        "schedule": crontab(hour=8, minute=5),
    },
    "ask what became of promises": {
        "task": "programme.remind_commitments",
        "schedule": crontab(hour=8, minute=20),
    },
    "audit books, orders and stock": {"task": "fulfilment.audit", "schedule": crontab(hour=3, minute=30)},
}
