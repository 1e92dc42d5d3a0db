"""For load balancers and compose: is the process alive, and can it do its work?

Both answer without a session, a language or a signed-in person, and say what fails, never why.
"""

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

log = logging.getLogger(__name__)


@require_safe
@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"alive": True})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Database reachable, migrations applied, broker reachable; 503 and the names of what is not."""
    database = _holds("database", _check_database)
    checks = {
        "database": database,
        "migrations": database and _holds("migrations", _check_migrations),
        "broker": _holds("broker", _check_broker),
    }
    is_ready = all(checks.values())
    return JsonResponse({"ready": is_ready, **checks}, status=200 if is_ready else 503)


def _holds(name: str, check: Callable[[], None]) -> bool:
    """Whether the check passes. Why it does not is for the log alone: it may name hosts and people."""
    try:
        check()
    except Exception:  # a check may fail in any way its service can think of
        log.warning("Not ready: %s", name, exc_info=True)
        return False
    return True


def _check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1")


def _check_migrations() -> None:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise RuntimeError(f"{len(waiting)} migrations are not applied")


def _check_broker() -> None:
    """Redis: a real connection. Files: every folder is there and takes and gives back a file."""
    if settings.REDIS_URL:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
        return
    options = current_app.conf.broker_transport_options
    for name in ("data_folder_in", "data_folder_out", "control_folder"):
        with tempfile.TemporaryFile(dir=Path(options[name])) as file:
            file.write(b"ready?")
