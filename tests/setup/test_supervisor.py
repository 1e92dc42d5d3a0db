"""The supervisor with small children: TERM ends all, so does one that keeps dying; none survives."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace import supervisor
from marketplace.supervisor import Child, Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
GRANDCHILD = (
    "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(61)']); "
)
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('ready', flush=True); time.sleep(60)"
)


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """A supervisor takes the signals of its process: pytest gets its own back."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def child(tmp_path: Path, command: list[str], name: str = "web") -> Child:
    return Child(name, command, tmp_path / f"{name}.log", dict(os.environ))


def is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().split(") ")[1][0] != "Z"


def test_one_that_keeps_dying_stops_everything(tmp_path: Path):
    said: list[str] = []
    dying = child(tmp_path, [sys.executable, "-c", "raise SystemExit('no such broker')"], "worker")
    keeper = Supervisor([child(tmp_path, SLEEP), dying], said.append)
    keeper.start()
    assert keeper.watch() is False
    keeper.stop()
    assert said[:-2] == [f"The worker process ended; it is started again. Its log: {dying.log}"] * 3
    assert said[-2].startswith("The worker process keeps ending, so everything is stopped.")
    assert "no such broker" in said[-1]
    assert all(one.is_dead() for one in keeper.children)


def test_one_that_does_not_start_is_named(tmp_path: Path):
    said: list[str] = []
    keeper = Supervisor(
        [child(tmp_path, [sys.executable, "-c", "raise SystemExit('bad settings')"])], said.append
    )
    keeper.start()
    assert keeper.wait_until(lambda: False, 20) is False
    assert said[0].startswith("The web process did not start.")
    assert "bad settings" in said[1]
    keeper.stop()


def test_a_stubborn_one_and_what_it_started_are_killed(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(supervisor, "PATIENCE", 0.3)
    one = child(tmp_path, [sys.executable, "-c", GRANDCHILD + STUBBORN])
    keeper = Supervisor([one], print)
    keeper.start()
    assert keeper.wait_until(lambda: "ready" in one.log.read_text(), 20)
    group = subprocess.run(["ps", "-eo", "pid=,pgid="], capture_output=True, text=True).stdout.split("\n")
    members = [
        int(pid) for pid, pgid in (line.split() for line in group if line) if int(pgid) == one.process.pid
    ]
    assert len(members) == 2
    keeper.stop()
    time.sleep(0.1)
    assert [pid for pid in members if is_alive(pid)] == []


def test_term_ends_the_watch(tmp_path: Path):
    keeper = Supervisor([child(tmp_path, SLEEP)], print)
    keeper.start()
    os.kill(os.getpid(), signal.SIGTERM)
    assert keeper.watch() is True
    keeper.stop()
    assert keeper.children[0].is_dead()


def test_a_large_log_is_moved_aside(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(supervisor, "LOG_LIMIT", 10)
    one = child(tmp_path, [sys.executable, "-c", "print('new')"])
    one.log.write_text("old" * 10)
    one.start()
    one.process.wait(20)
    assert one.log.read_text() == "new\n"
    assert one.log.with_suffix(".log.1").read_text() == "old" * 10


# As a script's job with & begins: it ignores SIGINT and SIGQUIT, and what it starts does so, too.
JOB = """
import os, signal, sys, time
from pathlib import Path
from marketplace.supervisor import Child
signal.signal(signal.SIGQUIT, signal.SIG_IGN)
worker = Child("worker", [sys.executable, "-c", "import time; time.sleep(60)"], Path(sys.argv[1]), dict(os.environ),
               orphaned=signal.SIGQUIT)
worker.start()
print(worker.process.pid, flush=True)
time.sleep(60)
"""


def test_nobody_outlives_a_killed_job_of_a_script(tmp_path: Path):
    command = [sys.executable, "-c", JOB, str(tmp_path / "worker.log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as job:
        assert job.stdout is not None
        pid = int(job.stdout.readline())
        assert is_alive(pid)
        job.kill()
    until = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_alive(pid)
