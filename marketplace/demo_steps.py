"""What must be done before the demonstration can start, each step skipped while nothing it reads has changed.

`pending()` is cheap and needs no Django, so that a second start is quick; `python -m marketplace.demo_steps`
does what is pending.
"""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
ROOMS = ["marketplace/**", "catalogue/**", "checkout/**", "offtakers/**"]
TABLES = [f"{room}/migrations/*.py" for room in ROOMS]
DATA = [*(f"{room}/data/**/*" for room in ROOMS), *(f"{room}/management/commands/*.py" for room in ROOMS)]
LOADER = ["catalogue/*.py", "marketplace/*/demo_*.py"]
RATES = (
    BASE / "marketplace/payments/data/rates_example.csv"
)  # invented, and says so wherever a price is shown by it


@dataclass(frozen=True)
class Step:
    name: str
    says: str
    reads: list[str]  # patterns of files; a change in any of them makes the step due again
    act: Callable[[], None]
    made: str  # below var/: gone means due again


def pending(var: Path, database: str) -> list[Step]:
    """The steps that are due: their stamp is missing or tells of other files."""
    return [step for step in STEPS if not _is_done(step, var, database)]


def fingerprint(step: Step) -> str:
    """Changes with any byte or name of the files that a step reads, and with the versions of packages."""
    digest = hashlib.sha256()
    for path in _files([*step.reads, "requirements.lock"]):
        digest.update(str(path.relative_to(BASE)).encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def run(var: Path, database: str) -> None:
    """Do what is pending, saying so, and leave the stamps."""
    for step in pending(var, database):
        began = time.monotonic()
        sys.stdout.write(f"  {step.says} … ")
        sys.stdout.flush()
        seal = fingerprint(step)
        step.act()
        if step.name == "database":
            _seal_database(database, seal)
        path = _stamp(step, var)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(seal)
        sys.stdout.write(f"{time.monotonic() - began:.1f} s\n")


def _is_done(step: Step, var: Path, database: str) -> bool:
    stamp = _stamp(step, var)
    if not stamp.exists() or not (var / step.made).exists():
        return False
    seal = stamp.read_text()
    return seal == fingerprint(step) and (step.name != "database" or _database_seal(database) == seal)


def _stamp(step: Step, var: Path) -> Path:
    return var / "stamp" / step.name


def _files(patterns: list[str]) -> Iterator[Path]:
    found = {path for pattern in patterns for path in BASE.glob(pattern)}
    yield from sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)


# The database carries its stamp itself, as a comment: another or an emptied one is not taken for this one.
def _database_seal(database: str) -> str:
    import psycopg

    asks = "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()"
    with psycopg.connect(database) as connection:
        row = connection.execute(asks).fetchone()
        filled = connection.execute("select to_regclass('partner_stockrecord')").fetchone()
    return str(row[0]) if row and filled and filled[0] else ""


def _seal_database(database: str, seal: str) -> None:
    import psycopg
    from psycopg import sql

    with psycopg.connect(database, autocommit=True) as connection:
        try:
            name = sql.Identifier(connection.info.dbname)
            connection.execute(sql.SQL("comment on database {} is {}").format(name, sql.Literal(seal)))
        except psycopg.errors.InsufficientPrivilege:
            pass  # not ours to comment on: the step will be done each time


def _compile() -> None:
    from marketplace.common.compile_messages import compile_messages

    compile_messages()


def _fill_database() -> None:
    _manage("migrate", interactive=False)
    _manage("load_opop")
    _manage("load_programme")
    _manage("demo_people")
    _manage("demo_programme")
    _manage("load_rates", str(RATES))
    _manage("demo_exports")
    _manage("demo_events")


def _collect_static() -> None:
    _manage("collectstatic", interactive=False, clear=True)


def _manage(command: str, *arguments: str, **options: bool) -> None:
    """One command of manage.py. Django starts here, not earlier: it reads the texts once and must find them
    compiled, or the first mails are English."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command(command, *arguments, verbosity=0, **options)


STEPS = [
    Step("messages", "Texts in three languages", ["marketplace/locale/*/LC_MESSAGES/*.po"], _compile, "."),
    Step("static", "Styles, scripts, icons", ["static/**/*"], _collect_static, "static/staticfiles.json"),
    Step(
        "database",
        "Tables, catalogue, sign-ins (minutes)",
        [*TABLES, *DATA, *LOADER],
        _fill_database,
        "media",
    ),
]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    run(Path(os.environ["VAR_DIR"]), os.environ["DATABASE_URL"])
