"""Lets a worker's process die by kill -9 at a chosen step of a task: before or after its n-th SQL statement.

The file `die` names the task and the step. Who dies renames it to `died` first, so that the repeated task lives.
"""

import os
import signal
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from celery.signals import celeryd_init, task_postrun, task_prerun

_running: dict[str, ExitStack] = {}


def install(folder: str | Path) -> None:
    """Called by the worker's settings."""
    path = Path(folder) / "die"

    def begin(task_id: str, task: Any, **_more: Any) -> None:
        name, _, step = path.read_text().partition(" ") if path.exists() else ("", "", "")
        if name == task.name:
            from django.db import connection

            stack = _running[task_id] = ExitStack()
            stack.enter_context(connection.execute_wrapper(_counting(path, int(step))))

    def end(task_id: str, **_more: Any) -> None:
        if stack := _running.pop(task_id, None):
            stack.close()

    def notice_soon(conf: Any, **_more: Any) -> None:
        conf.worker_lost_wait = 0.2  # seconds until a dead process is noticed; 10 by default

    celeryd_init.connect(notice_soon, weak=False)
    task_prerun.connect(begin, weak=False)
    task_postrun.connect(end, weak=False)


def _counting(path: Path, step: int) -> Callable[..., Any]:
    left = step

    def pass_one() -> None:
        nonlocal left
        if left == 0:
            path.rename(path.with_name("died"))
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        pass_one()
        result = execute(sql, params, many, context)
        pass_one()
        return result

    return wrapper
