"""The bench measures what it says, and leaves nothing open where it is off."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from tools.bench.__main__ import Cost
from tools.bench.processes import TICKS, cpu_ms, used_ms

BASE = Path(__file__).resolve().parent.parent.parent
PAGES = {
    "list", "list_page_100", "facets", "search", "search_typo", "product", "add_to_basket", "place_order",
    "workspace_orders",
}  # fmt: skip


def test_own_time_and_that_of_ended_children_is_read_from_the_line_of_proc() -> None:
    stat = "7 (post) gres: x) S 1 7 7 0 -1 4194304 100 0 0 0 30 12 5 3 20 0 1 0"
    assert used_ms(stat) == 50 * 1000 / TICKS


def test_work_of_a_child_counts_while_it_lives_and_after() -> None:
    burn = "import time\nwhile time.process_time() < 0.2: pass\nprint(flush=True)\ninput()"
    before = cpu_ms(os.getpid())
    child = subprocess.Popen([sys.executable, "-c", burn], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    alive = cpu_ms(os.getpid()) - before
    child.communicate(b"\n")
    assert 190 <= alive <= cpu_ms(os.getpid()) - before


def test_what_misses_the_aim_is_named() -> None:
    assert Cost(5.9, 8, 1, 1, 59).above("search") == []
    assert Cost(6.1, 9, 1, 1, 61).above("search") == [
        "6.1 times the base page, not 6", "9 queries, not 8", "61 ms, not 60",
    ]  # fmt: skip
    assert Cost(99, 99, 1, 1, 999).above("place_order") == []


@pytest.mark.django_db
def test_without_bench_there_is_no_page_and_no_count(client: Client) -> None:
    assert client.get("/bench/base/").status_code == 404
    assert "X-Queries" not in client.get("/")


def test_production_refuses_it() -> None:
    env = {
        **os.environ, "BENCH": "1", "PRODUCTION": "1", "SECRET_KEY": "0123456789abcdefghij" * 3,
        "ALLOWED_HOSTS": "example.com", "BASE_URL": "https://example.com",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", "import marketplace.settings"],
        cwd=BASE,
        env=env,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "BENCH=1" in done.stderr


@pytest.mark.demo
def test_a_small_market_is_measured_whole(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "tools.bench", "--products=60", "--times=2"]
    done = subprocess.run(
        command, cwd=BASE, env={**env, "VAR_DIR": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "bench_60.json").read_text())
    assert set(found) == PAGES
    for page, cost in found.items():
        assert set(cost) == {"ratio", "queries", "web_cpu_ms", "db_cpu_ms", "median_ms"}
        assert cost["queries"] > 0, page
        assert cost["median_ms"] > 0, page
