"""Celery: broker and timetable. Tasks live in <package>/tasks.py and take ids only."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
app = Celery("marketplace")
app.config_from_object("marketplace.celery_settings")
app.autodiscover_tasks()
