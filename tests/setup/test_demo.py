"""make demo: its refusals, and one whole life from an empty folder to no process left."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from marketplace import demo_cards, demo_steps, embedded
from marketplace.workspace.demo_people import PEOPLE

BASE = Path(__file__).resolve().parent.parent.parent


def environment(var: Path, **env: str) -> dict[str, str]:
    hidden = {"DATABASE_URL", "REDIS_URL", "PORT", "STRIPE_SECRET_KEY", "MAKELEVEL", "DJANGO_SETTINGS_MODULE"}
    clean = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**clean, "VAR_DIR": str(var), **env}


def refusal(var: Path, **env: str) -> str:
    """What the program says, as one line, when it refuses to start."""
    done = subprocess.run(
        [sys.executable, "-m", "marketplace.demo"],
        cwd=BASE, env=environment(var, **env), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert embedded.running(var / "pgdata") is None
    return done.stderr.strip()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_taken_port(tmp_path: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refusal(tmp_path, PORT=str(port))
    assert said == f"Port {port} is taken by another program. Choose another: make demo PORT=8000"


@pytest.mark.parametrize("port", ["80a", "0", "65536", "-1"])
def test_a_port_that_is_none(tmp_path: Path, port: str):
    assert refusal(tmp_path, PORT=port).startswith("PORT must be a number up to 65535")


def test_a_folder_that_cannot_be_written(tmp_path: Path):
    (tmp_path / "file").write_text("")
    said = refusal(tmp_path / "file" / "var", PORT=str(free_port()))
    assert said.startswith(f"Cannot write to {tmp_path / 'file' / 'var'}: ")


def test_an_unreachable_database(tmp_path: Path):
    said = refusal(tmp_path, PORT=str(free_port()), DATABASE_URL="postgresql://opop:hidden@127.0.0.1:1/opop")
    assert said.startswith("DATABASE_URL is set, but no PostgreSQL answers there")
    assert "hidden" not in said


def test_an_unreachable_redis(tmp_path: Path):
    said = refusal(tmp_path, PORT=str(free_port()), REDIS_URL="redis://:hidden@127.0.0.1:1/0")
    assert said.startswith("REDIS_URL is set, but no Redis answers there")
    assert "hidden" not in said


def test_not_in_production(tmp_path: Path):
    assert "only the demonstration" in refusal(tmp_path, PORT=str(free_port()), PRODUCTION="1")


class Demo:
    """One running `make demo`, without make."""

    def __init__(self, var: Path) -> None:
        self.var, self.port = var, free_port()
        self.began = time.monotonic()
        self.log = (var.parent / "said").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "marketplace.demo"],
            cwd=BASE, env=environment(var, PORT=str(self.port)), stdout=self.log, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def said(self) -> str:
        return Path(self.log.name).read_text()

    def wait_for(self, words: str, seconds: float = 600) -> float:
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            if words in self.said():
                return time.monotonic() - self.began
            time.sleep(0.1)
        raise AssertionError(f"never said {words!r}:\n{self.said()}")

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as response:
            return int(response.status)

    def processes(self) -> dict[int, str]:
        """Everything alive that carries our VAR_DIR in its environment, or serves our data folder."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if (
                    f"VAR_DIR={self.var}\0".encode() in (folder / "environ").read_bytes()
                    or str(self.var) in command
                ):
                    found[int(folder.name)] = command
            except OSError:
                continue
        return found

    def stop(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)

    def wait_until_empty(self, seconds: float = 60) -> dict[int, str]:
        until = time.monotonic() + seconds
        while self.processes() and time.monotonic() < until:
            time.sleep(0.1)
        return self.processes()


@pytest.fixture
def demos(tmp_path: Path) -> Iterator[list[Demo]]:
    started: list[Demo] = []
    yield started
    for demo in started:
        if demo.process.poll() is None:
            demo.process.kill()
        demo.log.close()
    embedded.stop(tmp_path / "var")


@pytest.mark.worker
@pytest.mark.demo
def test_a_whole_life(tmp_path: Path, demos: list[Demo]):
    """First start, a killed worker, Ctrl-C, a quick second start, kill -9: never a process left."""
    var = tmp_path / "var"
    first = Demo(var)
    demos.append(first)
    assert first.wait_for("Stop it with Ctrl-C") < 600  # a minute on an idle machine; the tests share theirs
    said = first.said()
    assert f"http://localhost:{first.port}/" in said
    assert all(person.email in said for person in PEOPLE)
    assert "demo-only" in said
    assert first.get("/readyz") == 200
    names = " ".join(first.processes().values())
    assert all(
        word in names
        for word in ("gunicorn", "celery --app marketplace worker", "beat", "postgres -D", "tests.fakestripe")
    )
    assert "4242 4242 4242 4242" in said

    worker = next(pid for pid, name in first.processes().items() if "marketplace worker" in name)
    main = int(re.search(r"PPid:\s+(\d+)", Path(f"/proc/{worker}/status").read_text())[1])
    os.kill(worker if main == first.process.pid else main, signal.SIGKILL)
    first.wait_for("The worker process ended; it is started again.")

    assert first.stop(signal.SIGINT) == 0
    assert first.processes() == {}
    assert embedded.running(var / "pgdata") is None

    second = Demo(var)
    demos.append(second)
    assert second.wait_for("Stop it with Ctrl-C") < 40  # 5 s on an idle machine; the tests share theirs
    assert "Getting ready" not in second.said()
    second.stop(signal.SIGKILL)
    assert [name for name in second.wait_until_empty().values() if "postgres" not in name] == []


def test_cards_of_the_developers_own(tmp_path: Path):
    """Whoever sets a key talks to Stripe's own test mode, and no fake starts."""
    env = {"STRIPE_SECRET_KEY": "sk_test_mine", "VAR_DIR": str(tmp_path)}
    assert demo_cards.prepare(env, "127.0.0.1", 8000) is None
    assert "STRIPE_API_BASE" not in env


def test_the_fake_takes_another_port_where_its_own_is_taken(tmp_path: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        env = {"VAR_DIR": str(tmp_path)}
        child = demo_cards.prepare(env, "127.0.0.1", taken - demo_cards.ABOVE_THE_SHOP)
    assert child
    assert env["STRIPE_API_BASE"].startswith("http://127.0.0.1:")
    assert not env["STRIPE_API_BASE"].endswith(f":{taken}")
    assert env["STRIPE_SECRET_KEY"].startswith("sk_test_")
    assert child.command[-1] == f"http://127.0.0.1:{taken - demo_cards.ABOVE_THE_SHOP}/stripe/webhook/"


def test_steps_are_due_when_what_they_read_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.css").write_text("a")
    (tmp_path / "requirements.lock").write_text("django==5.2")
    monkeypatch.setattr(demo_steps, "BASE", tmp_path)
    done: list[str] = []

    def act() -> None:
        done.append("static")

    monkeypatch.setattr(demo_steps, "STEPS", [demo_steps.Step("static", "Styles", ["static/**/*"], act, ".")])
    var = tmp_path / "var"
    for _ in range(2):
        demo_steps.run(var, "")
    assert done == ["static"]
    (tmp_path / "static" / "a.css").write_text("b")
    demo_steps.run(var, "")
    (tmp_path / "static" / "a.css").rename(tmp_path / "static" / "b.css")
    demo_steps.run(var, "")
    (tmp_path / "requirements.lock").write_text("django==5.2.1")
    demo_steps.run(var, "")
    assert len(done) == 4
    assert demo_steps.pending(var, "") == []


def test_an_emptied_database_is_filled_again(tmp_path: Path):
    """Its stamp is a comment on the database itself: a file under var/ alone proves nothing."""
    with embedded.held(tmp_path) as address:
        assert demo_steps._database_seal(address) == ""
        demo_steps._seal_database(address, "seal")
        assert demo_steps._database_seal(address) == ""  # sealed, but without tables
        with psycopg.connect(address) as connection:
            connection.execute("create table partner_stockrecord ()")
        assert demo_steps._database_seal(address) == "seal"
