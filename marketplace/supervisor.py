"""Keeps the processes of the demonstration running, and ends every one of them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

PATIENCE = 5.0  # seconds a process has to end by itself; work cut off is found again by the sweeps
MOST_RESTARTS = 3  # of one process; then something is wrong that a restart does not mend
LINES = 8  # of its log, shown when a process dies
LOG_LIMIT = 5_000_000  # bytes; a larger log is moved aside at the next start


class Child:
    """One process with a log of its own."""

    def __init__(
        self, name: str, command: list[str], log: Path, env: dict[str, str], orphaned: int = signal.SIGTERM
    ) -> None:
        self.name, self.command, self.log, self.env = name, command, log, env
        self.orphaned = orphaned  # the signal that ends it when nobody watches it any more
        self.restarts = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own commands
                self.command,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C reaches us alone; we end the others in order
                preexec_fn=partial(die_with_parent, self.orphaned),
            )

    def is_dead(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def signal_group(self, number: int) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(f"    {line}" for line in lines[-LINES:])


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """On Linux: be told to end when the parent dies, even if it was killed with -9."""
    if sys.platform == "linux":
        signal.signal(number, signal.SIG_DFL)  # jobs that a script starts with & ignore SIGQUIT
        ctypes.CDLL(None).prctl(1, number, 0, 0, 0)  # 1: PR_SET_PDEATHSIG


class Supervisor:
    """Starts children in order, watches them, and ends them all, the last first."""

    def __init__(self, children: list[Child], say: Callable[[str], None]) -> None:
        self.children, self.say = children, say
        self.ending = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._end)

    def _end(self, number: int, frame: object) -> None:
        self.ending = True

    def start(self) -> None:
        for child in self.children:
            if not self.ending:
                child.start()

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> bool:
        """True once ready; false if the time is over, a child died or the person asked to end."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.ending:
            if ready():
                return True
            if dead := next((child for child in self.children if child.is_dead()), None):
                self.say(f"The {dead.name} process did not start. The last lines of {dead.log}:")
                self.say(dead.last_words())
                return False
            time.sleep(0.1)
        return False

    def watch(self) -> bool:
        """Until told to end; a dead child is started again. False if one keeps dying."""
        while not self.ending:
            for child in self.children:
                if child.is_dead() and not self._revive(child):
                    return False
            time.sleep(0.2)
        return True

    def _revive(self, child: Child) -> bool:
        child.restarts += 1
        if child.restarts > MOST_RESTARTS:
            self.say(f"The {child.name} process keeps ending, so everything is stopped. From {child.log}:")
            self.say(child.last_words())
            return False
        self.say(f"The {child.name} process ended; it is started again. Its log: {child.log}")
        child.signal_group(signal.SIGKILL)  # what it may have left behind
        child.start()
        return True

    def stop(self) -> None:
        """Ask every child to end; whoever has not after PATIENCE is killed with all it started."""
        for child in reversed(self.children):
            if child.process is not None and not child.is_dead():
                child.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and not all(child.is_dead() for child in self._started()):
            time.sleep(0.05)
        for child in self._started():
            child.signal_group(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()

    def _started(self) -> list[Child]:
        return [child for child in self.children if child.process is not None]
