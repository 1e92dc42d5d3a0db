"""docker-compose.yml, Dockerfile and .env.example agree with each other and with the settings."""

import os
import re
import shutil
import subprocess
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from marketplace import probe

BASE = Path(__file__).resolve().parent.parent.parent
TEXT = (BASE / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "beat"]
RUNNING = ["web", "worker", "beat"]


def test_services_and_their_versions():
    assert set(SERVICES) == {"db", "redis", *OURS}
    assert SERVICES["db"]["image"] == "postgres:18"
    assert SERVICES["redis"]["image"].startswith("redis:")
    assert {SERVICES[name]["image"] for name in OURS} == {"opop-marketplace"}


@pytest.mark.parametrize("name", ["db", "redis", *RUNNING])
def test_every_lasting_service_restarts_and_says_how_it_is(name: str):
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_volumes_are_named_and_declared():
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert used == set(COMPOSE["volumes"]) == {"db", "redis", "var"}


@pytest.mark.parametrize("name", RUNNING)
def test_they_wait_for_the_migrations(name: str):
    assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["restart"] == "no"


@pytest.mark.parametrize("name", OURS)
def test_ours_are_nobody_special(name: str):
    service = SERVICES[name]
    assert service["user"] == "10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "useradd --system --uid 10001" in (BASE / "Dockerfile").read_text()


def test_no_secret_stands_in_the_files():
    assert not re.search(r"(PASSWORD|SECRET_KEY):\s+(?!\$\{)\S", TEXT)
    example = (BASE / ".env.example").read_text()
    assert not re.search(r"^(SECRET_KEY|\w*PASSWORD)=\S", example, re.M)
    assert "${POSTGRES_PASSWORD:?" in TEXT


def test_the_web_is_reached_through_this_machine_alone():
    assert SERVICES["web"]["ports"] == ["127.0.0.1:${PORT:-8000}:8000"]
    assert "ports" not in SERVICES["db"]
    assert "ports" not in SERVICES["redis"]


def test_the_example_tells_of_every_setting():
    code = "".join((BASE / "marketplace" / name).read_text() for name in ("settings.py", "environment.py"))
    names = r"(?:text|flag|number|words|required|secret|needed|weekdays)\(\s*f?[\"']([A-Z_]+(?:\{currency\})?)[\"']"
    asked = set(re.findall(names, code))
    lines = set(re.findall(r"^#?([A-Z_]+)=", (BASE / ".env.example").read_text(), re.M))
    told = {re.sub(r"^(OPERATOR_\w+_)(USD|AED|EUR|SAR)$", r"\1{currency}", name) for name in lines}
    inside = {
        "DEBUG",
        "STATIC_ROOT",
        "BENCH",
        "SHOW_CODES",
    }  # for developers; the image; make bench; make demo
    assert len(asked) > 15
    assert asked - inside == told - {"POSTGRES_PASSWORD"}


def test_compose_reads_it_where_there_is_compose():
    has = (
        shutil.which("docker")
        and not subprocess.run(["docker", "compose", "version"], capture_output=True).returncode
    )
    if not has:
        assert SERVICES  # the other tests of this module have read it
        return
    env = {**os.environ, "POSTGRES_PASSWORD": "x"}
    done = subprocess.run(
        ["docker", "compose", "--env-file", ".env.example", "config"], cwd=BASE, env=env, capture_output=True
    )
    assert done.returncode == 0, done.stderr


def test_probe_of_the_web_uses_a_name_that_the_site_accepts(monkeypatch: pytest.MonkeyPatch):
    asked: list[tuple[str, str | None]] = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Host"]))
            self.send_response(200 if len(asked) == 1 else 503)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("ALLOWED_HOSTS", "pasar.example.com, www.example.com")
    address = f"http://127.0.0.1:{server.server_port}"
    assert probe.web(address) is True
    with pytest.raises(OSError, match="503"):
        probe.web(address)
    server.shutdown()
    assert asked == [("/readyz", "pasar.example.com")] * 2


def test_probe_of_beat_wants_fresh_notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    assert probe.beat() is False
    notes = tmp_path / "beat-schedule"
    notes.touch()
    assert probe.beat() is True
    os.utime(notes, (time.time() - 3600,) * 2)
    assert probe.beat() is False
