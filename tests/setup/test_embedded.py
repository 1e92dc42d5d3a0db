"""The PostgreSQL that the program starts itself: in deep folders, several at once, stopped by the last."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from marketplace import embedded


@pytest.fixture
def var(tmp_path: Path):
    """A folder too deep for a socket. Whatever a test starts there ends with it."""
    folder = tmp_path / ("deep-" * 12) / ("folder-" * 8)
    folder.mkdir(parents=True)
    yield folder
    embedded.stop(folder)


def command(var: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "marketplace.embedded", *arguments],
        env={**clean, "VAR_DIR": str(var), **env},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_starts_answers_and_really_stops(var: Path):
    address = command(var, "start").stdout.strip()
    with psycopg.connect(address) as connection:
        row = connection.execute("select current_database(), 'É' ~ '^\\w$', lower('É')").fetchone()
    assert row == ("opop", True, "é")
    pid = int((var / "pgdata" / "postmaster.pid").read_text().splitlines()[0])
    assert command(var, "start").stdout.strip() == address
    done = command(var, "stop")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not Path(f"/proc/{pid}").exists()
    assert embedded.running(var / "pgdata") is None
    assert command(var, "stop").returncode == 0


def test_socket_of_a_deep_folder_is_short_and_private_and_goes_with_the_server(var: Path):
    embedded.database_url(var)
    folder = embedded.running(var / "pgdata")
    assert folder is not None
    assert len(os.fsencode(folder / embedded.SOCKET)) < 100
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    embedded.stop(var)
    assert not folder.exists()


def test_many_ask_at_once_and_get_one_server(var: Path):
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: command(var, "start"), range(4)))
    assert [answer.stderr for answer in answers] == [""] * 4
    assert len({answer.stdout for answer in answers}) == 1


def test_the_last_holder_stops_it(var: Path):
    with embedded.held(var):
        with embedded.held(var) as address:
            psycopg.connect(address).close()
        assert embedded.running(var / "pgdata")
    assert embedded.running(var / "pgdata") is None


def test_run_gives_the_command_a_database_and_its_exit_code(var: Path):
    code = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']); raise SystemExit(7)"
    done = command(var, "run", sys.executable, "-c", code)
    assert (done.returncode, done.stderr) == (7, "")
    assert embedded.running(var / "pgdata") is None


def test_run_leaves_a_database_that_is_named_alone(var: Path):
    code = "import os; print(os.environ['DATABASE_URL'])"
    done = command(var, "run", sys.executable, "-c", code, DATABASE_URL="postgresql://elsewhere/x")
    assert done.stdout == "postgresql://elsewhere/x\n"
    assert not (var / "pgdata").exists()


def test_a_folder_that_cannot_be_written_gets_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")
    done = command(tmp_path / "file" / "var", "start")
    assert done.returncode == 1
    assert done.stderr.startswith(f"Cannot write to {tmp_path / 'file' / 'var'}: ")
    assert done.stderr.count("\n") == 1


def test_the_secret_is_made_once_and_is_private(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: embedded.demo_secret(tmp_path), range(8)))
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 50
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
