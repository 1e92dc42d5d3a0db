"""`make lighthouse`: Google's Lighthouse as a phone against the demonstration; fails below the scores we promise.

Three runs a page, the median counts. URL=http://localhost:8000 measures a demonstration that runs already;
without it one is started under var/lighthouse and stopped again. Needs Node and Chromium; neither is needed
for anything else than this.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from tools import chromium

BASE = Path(__file__).resolve().parent.parent
FOLDER = BASE / "tools" / "lighthouse"
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
RUNS = 3
LEAST_NODE = (18, 20)
PATIENCE = 300  # seconds for a new demonstration: tables, catalogue, and pictures in all widths
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --disable-dev-shm-usage"
)
NODE_MISSING = (
    "Node 18.20 or newer with npm is missing; only `make lighthouse` needs it. Install it with: "
    "apt-get install nodejs npm"
)
Scores = dict[str, float]


class Refused(Exception):
    """Lighthouse cannot run here; the text says what to do."""


def main() -> int:
    program = chromium.find()
    if not program:
        raise Refused(chromium.MISSING.replace("the browser tests need it", "Lighthouse needs it"))
    install()
    address = os.environ.get("URL", "").strip().rstrip("/")
    with running(address) if address else demonstration() as site:
        return report(measure_all(site, program))


def install() -> None:
    """Put the packages of package-lock.json into tools/lighthouse/node_modules, unless they are there."""
    npm = shutil.which("npm")
    if not npm or node_version() < LEAST_NODE:
        raise Refused(NODE_MISSING)
    mark = FOLDER / "node_modules" / ".package-lock.json"
    if mark.exists() and mark.stat().st_mtime >= (FOLDER / "package-lock.json").stat().st_mtime:
        return
    say("Installing Lighthouse into tools/lighthouse/node_modules …")
    done = subprocess.run(  # noqa: S603
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=FOLDER
    )
    if done.returncode:
        raise Refused("npm could not install Lighthouse; the reason stands above.")
    mark.touch()


def node_version() -> tuple[int, int]:
    """(20, 20), or (0, 0) where there is no Node."""
    node = shutil.which("node")
    if not node:
        return (0, 0)
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.match(r"v(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


@contextmanager
def running(address: str) -> Iterator[str]:
    """A site that somebody else started."""
    try:
        fetch(f"{address}/")
    except (OSError, ValueError) as error:
        raise Refused(f"No page answers at {address} ({error}). Start it with: make demo") from None
    yield address


@contextmanager
def demonstration() -> Iterator[str]:
    """A demonstration of our own on a free port, once its pictures are made; it ends with us."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    var = Path(os.environ.get("VAR_DIR", "").strip() or BASE / "var") / "lighthouse"
    env = {**os.environ, "VAR_DIR": str(var), "PORT": str(port)}
    env.pop("MAKELEVEL", None)
    say("Starting a demonstration (URL=http://localhost:8000 would measure one that runs) …")
    var.mkdir(parents=True, exist_ok=True)
    with (var / "demo.log").open("wb") as log:
        demo = subprocess.Popen(
            [sys.executable, "-m", "marketplace.demo"],
            cwd=BASE,
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        address = f"http://localhost:{port}"
        wait_for_pictures(address, demo, var / "demo.log")
        yield address
    finally:
        demo.send_signal(signal.SIGINT)
        try:
            demo.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(demo.pid, signal.SIGKILL)


def wait_for_pictures(address: str, demo: subprocess.Popen[bytes], log: Path) -> None:
    """Until every picture of the list has its AVIF widths: while the worker makes them, nothing is typical."""
    end, last = time.monotonic() + PATIENCE, ""
    while time.monotonic() < end:
        if demo.poll() is not None:
            raise Refused(f"The demonstration ended at once; {log} says why:\n{log.read_text()[-800:]}")
        try:
            page = fetch(f"{address}/products/")
            last = "its pictures were still being made"
            if page.count("<picture") == page.count('<source type="image/avif"') > 0:
                return
        except OSError as error:
            last = str(error)
        time.sleep(1)
    raise Refused(f"The demonstration was not ready after {PATIENCE} s: {last}. See {log}.")


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - our own pages
        return str(answer.read().decode())


def pages(address: str) -> dict[str, str]:
    """What is measured, by name: four pages in Indonesian and Arabic."""
    product = re.search(r'<h3><a href="([^"]+)"', fetch(f"{address}/products/"))
    if not product:
        raise Refused(f"{address}/products/ shows no goods.")
    paths = {"home": "/", "list": "/products/", "search": "/search/?q=kopi", "product": product[1]}
    found = {f"{name} id": path for name, path in paths.items()}
    return found | {f"{name} ar": f"/ar{path}" for name, path in paths.items()}


def measure_all(address: str, program: str) -> dict[str, tuple[Scores, list[str]]]:
    found = {}
    for name, path in pages(address).items():
        runs = [measure(address + path, program) for _ in range(RUNS)]
        scores = {part: median(scores[part] for scores, _ in runs) for part in runs[0][0]}
        found[name] = (scores, runs[0][1])
        say("  " + line(name, scores))
    return found


def measure(url: str, program: str) -> tuple[Scores, list[str]]:
    """Scores of 100, the times that lead to them, and what failed (performance is in the times)."""
    command = [
        str(FOLDER / "node_modules" / ".bin" / "lighthouse"), url, "--quiet", "--output=json",
        "--output-path=stdout", "--no-enable-error-reporting", f"--chrome-flags={FLAGS}",
    ]  # fmt: skip
    if "/search/" in url:  # found goods are for this person, not for other search engines: noindex is meant
        command.append("--skip-audits=is-crawlable")
    done = subprocess.run(  # noqa: S603
        command, env={**os.environ, "CHROME_PATH": program}, capture_output=True, text=True, timeout=180
    )
    if done.returncode:
        raise Refused(f"Lighthouse failed on {url}:\n{done.stderr[-800:]}")
    result = json.loads(done.stdout)
    categories, audits = result["categories"], result["audits"]
    scores: Scores = {part: round(100 * (categories[part]["score"] or 0)) for part in LEAST}
    scores |= {
        "LCP s": audits["largest-contentful-paint"]["numericValue"] / 1000,
        "CLS": audits["cumulative-layout-shift"]["numericValue"],
        "TBT ms": audits["total-blocking-time"]["numericValue"],
        "KiB": audits["total-byte-weight"]["numericValue"] / 1024,
    }
    return scores, [fault for part in LEAST if part != "performance" for fault in faults(result, part)]


def faults(result: dict[str, Any], part: str) -> list[str]:
    """The audits that cost points in one category."""
    weighed = [ref["id"] for ref in result["categories"][part]["auditRefs"] if ref["weight"]]
    audits = [result["audits"][name] for name in weighed]
    return [f"{part}: {one['title']}" for one in audits if one["score"] is not None and one["score"] < 0.9]


def line(name: str, scores: Scores) -> str:
    parts = "".join(f"{scores[part]:>16.0f}" for part in LEAST)
    times = f"{scores['LCP s']:>8.1f}{scores['CLS']:>8.3f}{scores['TBT ms']:>8.0f}{scores['KiB']:>8.0f}"
    return f"{name:<12}{parts}{times}"


def report(found: dict[str, tuple[Scores, list[str]]]) -> int:
    """Print what is too low and why; 1 if anything is."""
    head = "".join(f"{part:>16}" for part in LEAST)
    say(f"  {'at least':<12}" + "".join(f"{least:>16}" for least in LEAST.values()))
    say(f"  {'':<12}{head}{'LCP s':>8}{'CLS':>8}{'TBT ms':>8}{'KiB':>8}")
    low = {name: one for name, one in found.items() if any(one[0][part] < LEAST[part] for part in LEAST)}
    for name, (_, reasons) in low.items():
        say(f"Too low: {name}" + "".join(f"\n  {reason}" for reason in reasons))
    return 1 if low else 0


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refused as refused:
        sys.exit(str(refused))
