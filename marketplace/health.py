"""For load balancers and compose: is the process alive, and can it do its work?"""

from celery import current_app
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"alive": True})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Database reachable, migrations applied, broker reachable; 503 and the names of what is not."""
    checks = {"database": _database(), "migrations": False, "broker": _broker()}
    if checks["database"]:
        checks["migrations"] = _migrated()
    ready_now = all(checks.values())
    return JsonResponse({"ready": ready_now, **checks}, status=200 if ready_now else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        return True
    except Exception:
        return False


def _migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _broker() -> bool:
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
        return True
    except Exception:
        return False
