"""`make demo`: checks the machine, prepares what is missing, runs web, worker, beat and a fake Stripe until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from marketplace import demo_cards, demo_steps
from marketplace.embedded import Refused, demo_secret, held, make_folder
from marketplace.environment import DEMO_PASSWORD
from marketplace.supervisor import Child, Supervisor, die_with_parent
from marketplace.workspace.demo_people import PEOPLE

BASE = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"  # a demonstration listens to this machine alone
READY_SECONDS = 90


def main() -> int:
    if os.environ.get("MAKELEVEL"):
        die_with_parent()  # a killed make takes us along
    if os.environ.get("PRODUCTION", "").strip() not in {"", "0"}:
        raise Refused("make demo is only the demonstration. Unset PRODUCTION, or see docker-compose.yml.")
    var = Path(os.environ.get("VAR_DIR", "").strip() or BASE / "var").resolve()
    port = free_port(os.environ.get("PORT", "").strip() or "8000")
    make_folder(var)
    check_redis(os.environ.get("REDIS_URL", "").strip())
    with database(var) as address:
        env = {**os.environ, "DATABASE_URL": address, "VAR_DIR": str(var), "PORT": str(port)}
        env["PYTHONUNBUFFERED"] = "1"
        demo_secret(var)  # made once, before several processes ask for it
        prepare(var, env)
        return serve(var, port, env)


def free_port(text: str) -> int:
    """The port as a number, if it is one and nobody listens there."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Refused(f"PORT must be a number up to 65535, not {text!r}. For instance: make demo PORT=8001")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise Refused(f"This user may not open port {port}. Take another: make demo PORT=8001") from None
        except OSError:
            other = 8001 if port == 8000 else 8000
            raise Refused(
                f"Port {port} is taken by another program. Choose another: make demo PORT={other}"
            ) from None
    return port


def check_redis(url: str) -> None:
    """REDIS_URL is the developer's own choice; if it is set, it must answer."""
    if not url:
        return
    import redis

    try:
        redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5).ping()
    except (redis.RedisError, ValueError) as error:
        raise Refused(
            f"REDIS_URL is set, but no Redis answers there ({error}). Start it, or unset REDIS_URL."
        ) from None


@contextmanager
def database(var: Path) -> Iterator[str]:
    """The address of the database that DATABASE_URL names, or of our own for as long as we run."""
    url = os.environ.get("DATABASE_URL", "").strip()
    if not url:
        with held(var) as address:
            yield address
        return
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        said = str(error).strip().splitlines()[0]
        raise Refused(
            f"DATABASE_URL is set, but no PostgreSQL answers there ({said}). Start it, or unset DATABASE_URL."
        ) from None
    yield url


def prepare(var: Path, env: dict[str, str]) -> None:
    """Do the steps that are due, in a process that ends before the others start."""
    if not demo_steps.pending(var, env["DATABASE_URL"]):
        return
    say("Getting ready:")
    steps = [sys.executable, "-m", "marketplace.demo_steps"]
    done = subprocess.run(steps, cwd=BASE, env=env, preexec_fn=die_with_parent)  # noqa: S603
    if done.returncode:
        raise Refused("Getting ready did not succeed; the reason stands above. Nothing was left running.")


def children(var: Path, port: int, env: dict[str, str]) -> list[Child]:
    """Web, worker and timetable, as in docker-compose.yml but smaller."""
    python, log = sys.executable, var / "log"
    celery = [python, "-m", "celery", "--app", "marketplace"]
    temporary = "/dev/shm" if os.access("/dev/shm", os.W_OK) else str(var)  # noqa: S108 - gunicorn's heartbeat
    web = [
        python, "-m", "gunicorn", "marketplace.wsgi", "--bind", f"{HOST}:{port}", "--workers", "2",
        "--worker-class", "gthread", "--threads", "4", "--worker-tmp-dir", temporary,
        "--graceful-timeout", "5", "--no-control-socket", "--preload",
    ]  # fmt: skip
    worker = [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"]
    beat = [*celery, "beat", "--loglevel", "INFO", "--pidfile", ""]
    return [
        Child("web", web, log / "web.log", env),
        # Told to end by SIGTERM, Celery finishes what it does, however long; SIGQUIT drops it, and the sweeps find it.
        Child("worker", worker, log / "worker.log", env, orphaned=signal.SIGQUIT),
        Child("beat", beat, log / "beat.log", env),
    ]


def serve(var: Path, port: int, env: dict[str, str]) -> int:
    """Run until told to end. 0 if that was the person's wish, 1 if something went wrong."""
    fake = demo_cards.prepare(env, HOST, port)  # before the others start: they read its address
    supervisor = Supervisor([*([fake] if fake else []), *children(var, port, env)], say)
    try:
        supervisor.start()
        if not supervisor.wait_until(lambda: answers(port), READY_SECONDS):
            if not supervisor.ending:
                say(f"The shop did not become ready. The logs are in {var / 'log'}.")
            return 0 if supervisor.ending else 1
        say(welcome(var, port, demo_cards.TOLD if fake else ""))
        return 0 if supervisor.watch() else 1
    finally:
        say("Stopping …")
        supervisor.stop()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def welcome(var: Path, port: int, more: str) -> str:
    width = max(len(person.email) for person in PEOPLE)
    people = "\n".join(f"    {person.email:<{width}}  {person.role}" for person in PEOPLE)
    return f"""
  The shop is open:  http://localhost:{port}/   (English /en/, Arabic /ar/)

  Sign in at http://localhost:{port}/sign-in/ with the password {DEMO_PASSWORD}:
{people}
  Who has two-step verification is asked for a code at sign-in; the page tells it.
{more}
  Mails that it sends:  {var / "mail"}
  Logs:                 {var / "log"}
  Stop it with Ctrl-C.
"""


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.chdir(BASE)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("Stopped.")
        sys.exit(130)
