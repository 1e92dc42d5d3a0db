"""The data that is measured with: made once for each size, and kept while it is complete."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg

from marketplace.embedded import demo_secret
from marketplace.fulfilment.scale import CODE, FIRST
from tools.bench.visitor import Failed

BASE = Path(__file__).resolve().parent.parent.parent
HIDDEN = {"REDIS_URL", "STATIC_ROOT", "BASE_URL", "ALLOWED_HOSTS", "DEBUG", "PRODUCTION", "MAKELEVEL"}
SELLER = "skala-pesantren@example.com"


@dataclass(frozen=True)
class Size:
    products: int
    pesantren: int
    orders: int


def environment(var: Path, database: str) -> dict[str, str]:
    """As a server has it, with the counter of queries on and behind one proxy that says who asks."""
    clean = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    ours = {"DJANGO_SETTINGS_MODULE": "marketplace.settings", "VAR_DIR": str(var), "DATABASE_URL": database}
    return {**clean, **ours, "SECRET_KEY": demo_secret(var), "BENCH": "1", "TRUSTED_PROXIES": "1"}


def prepare(size: Size, settings: dict[str, str]) -> None:
    """Tables, sourced catalogue, then the synthetic market unless it stands there."""
    _run("-m", "marketplace.demo_steps", settings=settings)
    with psycopg.connect(settings["DATABASE_URL"]) as connection:
        made = _made(connection)
    if made == (0, 0):
        counts = [f"--products={size.products}", f"--pesantren={size.pesantren}", f"--orders={size.orders}"]
        _run("manage.py", "load_scale", *counts, settings=settings)
    elif made[0] != size.products or made[1] < size.orders:
        raise Failed(f"{settings['VAR_DIR']} holds another market ({made}). Stop its database and delete it.")
    with psycopg.connect(settings["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _made(connection: psycopg.Connection) -> tuple[int, int]:
    found = connection.execute(
        "SELECT (SELECT count(*) FROM catalogue_product WHERE id > %(first)s),"
        " (SELECT count(*) FROM order_order WHERE id > %(first)s)",
        {"first": FIRST},
    ).fetchone()
    return found or (0, 0)


def _run(*command: str, settings: dict[str, str]) -> None:
    if subprocess.run([sys.executable, *command], cwd=BASE, env=settings).returncode:  # noqa: S603
        raise Failed(f"{' '.join(command)} failed; the reason stands above.")


def goods(settings: dict[str, str], most: int) -> list[tuple[int, str, int]]:
    """Listings that can be ordered and delivered: id, address, minimum; those with most in stock first."""
    with psycopg.connect(settings["DATABASE_URL"]) as connection:
        return connection.execute(
            "SELECT p.id, '/products/' || p.slug || '_' || p.id || '/', r.minimum FROM catalogue_product p"
            " JOIN partner_partner s ON s.id = p.partner_id JOIN partner_stockrecord r ON r.product_id = p.id"
            " WHERE s.code LIKE %s AND p.is_public AND p.gross_weight_g IS NOT NULL"
            " ORDER BY r.num_in_stock - coalesce(r.num_allocated, 0) - 20 * r.minimum DESC, p.id LIMIT %s",
            [f"{CODE}%", most],
        ).fetchall()


def signed_in(settings: dict[str, str]) -> str:
    """A session of the first synthetic pesantren's member, who has no password."""
    code = (
        "from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model\n"
        "from django.contrib.sessions.backends.db import SessionStore\n"
        f"user = get_user_model().objects.get(email={SELLER!r})\n"
        "session = SessionStore()\n"
        "session[SESSION_KEY] = str(user.pk)\n"
        "session[BACKEND_SESSION_KEY] = 'marketplace.people.backends.EmailOrPhoneBackend'\n"
        "session[HASH_SESSION_KEY] = user.get_session_auth_hash()\n"
        "session.create()\n"
        "print(session.session_key)\n"
    )
    command = [sys.executable, "manage.py", "shell", "--no-imports", "--command", code]
    done = subprocess.run(command, cwd=BASE, env=settings, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise Failed(done.stderr[-1000:])
    return done.stdout.strip().splitlines()[-1]
