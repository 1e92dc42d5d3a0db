"""Measures every page at both sizes and writes var/bench.json and var/bench_1000.json.

python -m tools.bench                        both sizes, as `make bench` does
python -m tools.bench --products 60 …        one small market, for a test of this tool
"""

import argparse
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from marketplace.embedded import held, make_folder
from tools.bench.market import Size, environment, prepare
from tools.bench.pages import Pages, Request
from tools.bench.processes import cpu_ms
from tools.bench.visitor import Failed
from tools.bench.web import BASE, Web

SIZES = {"bench_1000.json": Size(1000, 50, 500), "bench.json": Size(100_000, 5018, 50_000)}
WARM, TIMES, TIMES_BASE = 8, 40, 200
# What we aim at: CPU as a multiple of the base page, SQL statements, milliseconds.
RATIOS = {"list": 6, "list_page_100": 6, "facets": 6, "search": 6, "search_typo": 6, "product": 4}
MEDIANS = {"facets": 60, "search": 60, "search_typo": 150}
QUERIES = 8


@dataclass(frozen=True)
class Cost:
    """Of one request."""

    ratio: float
    queries: int
    web_cpu_ms: float
    db_cpu_ms: float
    median_ms: float

    def above(self, page: str) -> list[str]:
        """Where it misses what we aim at."""
        found = []
        if self.ratio > RATIOS.get(page, self.ratio):
            found.append(f"{self.ratio} times the base page, not {RATIOS[page]}")
        if page in RATIOS and self.queries > QUERIES:
            found.append(f"{self.queries} queries, not {QUERIES}")
        if self.median_ms > MEDIANS.get(page, self.median_ms):
            found.append(f"{self.median_ms} ms, not {MEDIANS[page]}")
        return found


def measured(requests: list[Request], web: int, database: int, base_ms: float = 0.0) -> Cost:
    """One after the other. The processor time of the servers stands still between requests."""
    before = cpu_ms(web), cpu_ms(database)
    answers = [request() for request in requests]
    spent = cpu_ms(web) - before[0], cpu_ms(database) - before[1]
    web_ms, database_ms = (each / len(requests) for each in spent)
    whole = web_ms + database_ms
    return Cost(
        ratio=round(whole / (base_ms or whole or 1), 2),
        queries=max(answer.queries for answer in answers),
        web_cpu_ms=round(web_ms, 2),
        db_cpu_ms=round(database_ms, 2),
        median_ms=round(median(answer.ms for answer in answers), 1),
    )


def run(var: Path, size: Size, times: int = TIMES) -> dict[str, Cost]:
    make_folder(var)
    with held(var) as address:
        settings = environment(var, address)
        prepare(size, settings)
        database = int((var / "pgdata" / "postmaster.pid").read_text().split()[0])
        costs: dict[str, Cost] = {}
        with Web(settings) as web:
            base = 0.0
            for page, requests in Pages(web.port, settings).all().items():
                for request in islice(requests, WARM):
                    request()
                ready = list(islice(requests, times if costs else TIMES_BASE))
                costs[page] = measured(ready, web.server.pid, database, base)
                base = base or costs[page].web_cpu_ms + costs[page].db_cpu_ms
                _row(page, costs[page])
    return costs


def write(path: Path, costs: dict[str, Cost]) -> None:
    pages = {page: asdict(cost) for page, cost in costs.items() if page != "base"}
    path.write_text(json.dumps(pages, indent=2) + "\n")


def _row(page: str, cost: Cost) -> None:
    numbers = f"{cost.ratio:7.2f} {cost.queries:8} {cost.web_cpu_ms:9.2f} {cost.db_cpu_ms:9.2f} {cost.median_ms:9.1f}"
    _say(f"{page:18}{numbers}  {'; '.join(cost.above(page))}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(prog="python -m tools.bench")
    for name in ("products", "pesantren", "orders"):
        options.add_argument(f"--{name}", type=int)
    options.add_argument("--times", type=int, default=TIMES)
    asked = options.parse_args(arguments)
    var = Path(os.environ.get("VAR_DIR", "").strip() or BASE / "var").resolve()
    sizes = SIZES
    if asked.products:
        sizes = {
            f"bench_{asked.products}.json": Size(asked.products, asked.pesantren or 5, asked.orders or 20)
        }
    for name, size in sizes.items():
        began = time.monotonic()
        _say(f"\n{size.products:,} products, {size.pesantren:,} pesantren, {size.orders:,} orders")
        _say(
            f"{'page':18}{'ratio':>7} {'queries':>8} {'web ms':>9} {'db ms':>9} {'median':>9}  above the aim"
        )
        try:
            costs = run(var / "bench" / str(size.products), size, asked.times)
        except Failed as failed:
            _say(str(failed))
            return 1
        write(var / name, costs)
        _say(f"{var / name} is written, after {time.monotonic() - began:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
