"""The shop as production serves it: gunicorn with two processes, DEBUG off, nothing else around."""

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Self

from tools.bench.visitor import Failed

BASE = Path(__file__).resolve().parent.parent.parent
READY_SECONDS = 60


class Web:
    def __init__(self, environment: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.environment = {**environment, "BASE_URL": f"http://127.0.0.1:{self.port}"}
        self.log = Path(environment["VAR_DIR"]) / "web.log"

    def __enter__(self) -> Self:
        command = [
            sys.executable, "-m", "gunicorn", "marketplace.wsgi", "--bind", f"127.0.0.1:{self.port}",
            "--workers", "2", "--worker-class", "sync", "--no-control-socket", "--preload",
        ]  # fmt: skip
        with self.log.open("wb") as log:
            self.server = subprocess.Popen(command, cwd=BASE, env=self.environment, stdout=log, stderr=log)  # noqa: S603
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until and self.server.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).close()
            except OSError:
                time.sleep(0.1)
            else:
                return self
        self.__exit__()
        raise Failed(f"gunicorn does not answer:\n{self.log.read_text()[-2000:]}")

    def __exit__(self, *error: object) -> None:
        self.server.terminate()
        try:
            self.server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.server.kill()
