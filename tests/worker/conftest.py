"""A real worker and beat as processes of their own, on the test database, with a broker of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from celery import Celery
from django.db import connection

from marketplace.common import filebroker

CELERY = [sys.executable, "-m", "celery", "-A", "marketplace"]
WORKER = ["worker", "--pool", "prefork", "--concurrency", "1", "--loglevel", "INFO", "--without-gossip"]
BEAT = ["beat", "--loglevel", "INFO", "--max-interval", "1"]
PATIENCE = 40  # seconds, on a machine that is busy with other tests


def wait_until(found: Callable[[], Any], what: str) -> Any:
    """Look again until it is true; with a sentence if it never is."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if result := found():
            return result
        time.sleep(0.05)
    raise AssertionError(f"not within {PATIENCE} s: {what}")


class Machine:
    """The processes of one test. `kill` is kill -9 of the worker with its children."""

    def __init__(self, folder: Path, redis_url: str) -> None:
        self.folder, self.redis_url = folder, redis_url
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        at = connection.settings_dict
        host = f"?host={quote(at['HOST'])}" if str(at["HOST"]).startswith("/") else ""
        place = "" if host else f"{at['HOST']}{':' + str(at['PORT']) if at['PORT'] else ''}"
        who = f"{quote(at['USER'])}{':' + quote(at['PASSWORD']) if at['PASSWORD'] else ''}@"
        self.environment = {
            **os.environ,
            "DATABASE_URL": f"postgresql://{who}{place}/{at['NAME']}{host}",
            "DJANGO_SETTINGS_MODULE": "tests.worker.settings",
            "VAR_DIR": str(folder),
            "REDIS_URL": redis_url,
            "SECRET_KEY": "only-for-this-test-0123456789-abcdefghijklmnop",
            "LOG_LEVEL": "INFO",
        }

    def start(self, name: str, command: list[str]) -> None:
        if name in self.processes:  # one of each; or it would outlive the test
            self.kill(name)
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def start_worker(self) -> None:
        ready = self.log("worker").count(" ready.")
        self.start("worker", [*CELERY, *WORKER])
        wait_until(lambda: self.log("worker").count(" ready.") > ready, "the worker is ready")

    def start_beat(self) -> None:
        self.start("beat", [*CELERY, *BEAT])

    def run(self, module: str) -> None:
        subprocess.run([sys.executable, "-m", module], env=self.environment, check=True, capture_output=True)

    def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)

    def stop(self) -> None:
        for name in list(self.processes):
            self.kill(name)

    def log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def mails(self) -> list[str]:
        """Message-IDs with addresses that left, in order."""
        path = self.folder / "mails"
        return path.read_text().splitlines() if path.exists() else []

    def hang(self, when: str) -> None:
        (self.folder / "hang").write_text(when)

    def is_hanging(self) -> bool:
        return (self.folder / "hanging").exists()

    def mend(self) -> None:
        (self.folder / "hang").unlink()

    def client(self) -> Celery:
        """A sender on this broker, as a page has one."""
        if self.redis_url:
            return Celery("client", broker=self.redis_url)
        queue = self.folder / "broker" / "queue"
        for name in ("queue", "processed", "control"):
            (self.folder / "broker" / name).mkdir(parents=True, exist_ok=True)
        filebroker.register()
        options = {"data_folder_in": str(queue), "data_folder_out": str(queue)}
        app = Celery("client", broker="files://", set_as_current=False)
        app.conf.broker_transport_options = {
            **options,
            "control_folder": str(self.folder / "broker" / "control"),
        }
        return app

    def waiting(self) -> int:
        """How many messages lie at the broker."""
        if self.redis_url:
            import redis

            return redis.Redis.from_url(self.redis_url).llen("celery")
        return len(list((self.folder / "broker" / "queue").glob("*.msg")))

    def empty_broker(self) -> None:
        if self.redis_url:
            import redis

            redis.Redis.from_url(self.redis_url).delete("celery")
        for path in (self.folder / "broker" / "queue").glob("*"):
            path.unlink()


BROKERS = ["files", "redis"] if os.environ.get("REDIS_URL") else ["files"]


@pytest.fixture(params=BROKERS)
def machine(request: pytest.FixtureRequest, tmp_path: Path, transactional_db: None) -> Iterator[Machine]:
    redis_url = os.environ["REDIS_URL"] if request.param == "redis" else ""
    found = Machine(tmp_path, redis_url)
    (tmp_path / "broker").mkdir()
    if redis_url:
        found.empty_broker()
    yield found
    found.stop()
    if request.session.testsfailed:
        print(found.log("worker")[-6000:], found.log("beat")[-2000:])  # noqa: T201 - shown for a failed test
