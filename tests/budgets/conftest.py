"""The shop as production serves it: gunicorn, hashed and compressed files, the sourced goods with their pictures.

It has a database and pictures of its own under var/budgets, made by the steps of `make demo` (a minute at the
first run, a second later), so that no other test sees its rows. It is not called PRODUCTION only because the
demonstration's people may not sign in there; pages and files are the same.
"""

import fcntl
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from catalogue import pictures
from marketplace.embedded import demo_secret, held, make_folder
from tests.checkout.visitors import SocketVisitor

BASE = Path(__file__).resolve().parent.parent.parent
SELLER = "pesantren@example.com"
READY_SECONDS = 60
SWEEP = "from catalogue.tasks import sweep_pictures; sweep_pictures()"


@dataclass(frozen=True)
class Shop:
    address: str
    product: str  # path of one listing
    guest: list[dict[str, str]]  # cookies of somebody with goods in the basket
    seller: list[dict[str, str]]  # and of a signed-in member of a pesantren
    draft: str  # path of a listing that this member has begun


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    made = sha256(repr((pictures.WIDTHS, pictures.QUALITY)).encode()).hexdigest()[:8]
    var = Path(settings.VAR_DIR) / "budgets" / made
    make_folder(var)
    with held(var) as database:
        environment = demonstration(var, database)
        with alone(var):
            run("-m", "marketplace.demo_steps", environment=environment)
            run("manage.py", "shell", "--no-imports", "--command", SWEEP, environment=environment)
        with served(environment) as address:
            urllib.request.urlopen(f"{address}/", timeout=60).close()  # both compile their templates now
            guest, product = with_basket(address)
            member = signed_in(address)
            yield Shop(address, product, cookies(guest), cookies(member), begun(member))


@contextmanager
def alone(var: Path) -> Iterator[None]:
    """Two processes of a test run never make the same shop at the same time."""
    with (var / "making.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def demonstration(var: Path, database: str) -> dict[str, str]:
    hidden = {"REDIS_URL", "STATIC_ROOT", "BASE_URL", "ALLOWED_HOSTS", "DEBUG", "PRODUCTION"}
    clean = {name: value for name, value in os.environ.items() if name not in hidden}
    clean["DJANGO_SETTINGS_MODULE"] = "marketplace.settings"
    return {**clean, "VAR_DIR": str(var), "DATABASE_URL": database, "SECRET_KEY": demo_secret(var)}


def run(*command: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, *command], cwd=BASE, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-2000:]


class served:  # noqa: N801 - reads as a verb: with served(environment) as address
    """gunicorn as in the Dockerfile, on a free port."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {**environment, "BASE_URL": self.address}
        self.log = Path(environment["VAR_DIR"]) / "web.log"

    def __enter__(self) -> str:
        command = [
            sys.executable, "-m", "gunicorn", "marketplace.wsgi", "--bind", f"127.0.0.1:{self.port}",
            "--workers", "2", "--worker-class", "gthread", "--threads", "4", "--no-control-socket", "--preload",
        ]  # fmt: skip
        with self.log.open("wb") as log:
            self.server = subprocess.Popen(command, cwd=BASE, env=self.environment, stdout=log, stderr=log)
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and self.server.poll() is None:
            try:
                urllib.request.urlopen(f"{self.address}/healthz", timeout=5).close()
            except OSError:
                time.sleep(0.1)
            else:
                return self.address
        self.__exit__()
        raise AssertionError(f"gunicorn does not answer:\n{self.log.read_text()[-2000:]}")

    def __exit__(self, *error: object) -> None:
        self.server.terminate()
        try:
            self.server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.server.kill()


def with_basket(address: str) -> tuple[SocketVisitor, str]:
    """A guest with the first listing that can be ordered in the basket, and its path."""
    visitor = SocketVisitor(address)
    path, pk = re.search(r'<h3><a href="([^"]+_(\d+)/)"', visitor.get("/products/?orderable=1").text).groups()  # type: ignore[union-attr]
    form = visitor.get(f"/en/basket/add/{pk}/").text
    least = re.search(r'name="quantity"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="quantity"', form)
    assert least, form[-3000:]
    answer = visitor.post(f"/en/basket/add/{pk}/", {"quantity": least[1] or least[2]})
    assert answer.status == 302, answer.text[-3000:]
    return visitor, path


def signed_in(address: str) -> SocketVisitor:
    visitor = SocketVisitor(address)
    visitor.get("/en/sign-in/")
    answer = visitor.post("/en/sign-in/", {"name": SELLER, "password": "demo-only"})
    assert answer.status == 302, answer.text[:2000]
    return visitor


def begun(member: SocketVisitor) -> str:
    """The path of a new listing of this member."""
    answer = member.post("/workspace/products/new/", {"key": str(uuid4()), "kind": "bakery"})
    assert answer.status == 302, answer.text[-2000:]
    return answer.location


def cookies(visitor: SocketVisitor) -> list[dict[str, str]]:
    """As Chromium takes them."""
    return [
        {"name": one.name, "value": str(one.value).strip('"'), "url": visitor.base} for one in visitor.jar
    ]


def load_per_core() -> float:
    """How many programs want each core at the moment; 1.0 or less: the machine is ours."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)
