"""One first visit in Chromium on a slow phone: what travelled, and what the person saw when."""

from dataclasses import asdict, dataclass, field
from time import sleep
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Page, Route
from playwright.sync_api import TimeoutError as TooSlow

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
SLOW_NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
SLOW_PROCESSOR = 4
LATE = 1.5  # seconds
WATCH = """
window.seen = {lcp: 0, cls: 0, moved: []};
new PerformanceObserver(list => list.getEntries().forEach(e => { seen.lcp = e.startTime; }))
  .observe({type: "largest-contentful-paint", buffered: true});
const named = node => node && (node.id || node.className || node.nodeName || node.textContent.slice(0, 40));
new PerformanceObserver(list => list.getEntries().forEach(e => {
  if (e.hadRecentInput) return;
  seen.cls += e.value;
  seen.moved.push(`${Math.round(e.startTime)} ms: ` + e.sources.map(
    one => `${named(one.node)} ${one.previousRect.y}+${one.previousRect.height} to ` +
      `${one.currentRect.y}+${one.currentRect.height}`).join(", "));
})).observe({type: "layout-shift", buffered: true});
"""


@dataclass
class Visit:
    """Bytes of bodies as they were sent, by kind; `total` with headers. LCP in milliseconds."""

    html: int = 0
    css: int = 0
    js: int = 0
    font: int = 0
    image: int = 0
    total: int = 0
    requests: int = 0
    foreign: list[str] = field(default_factory=list)  # addresses that are not ours
    uncompressed: list[str] = field(default_factory=list)  # texts that were sent as they are
    lcp: float = 0
    cls: float = 0
    moved: list[str] = field(default_factory=list)  # what shifted, when, from where to where

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


KINDS = {"Document": "html", "Stylesheet": "css", "Script": "js", "Font": "font", "Image": "image"}


class Watcher:
    """Listens to the browser's network and adds up."""

    def __init__(self, devtools: CDPSession, host: str) -> None:
        self.visit, self.host, self.answers = Visit(), host, dict[str, dict[str, Any]]()
        devtools.on("Network.responseReceived", self.answered)
        devtools.on("Network.loadingFinished", self.finished)
        devtools.send("Network.enable")
        devtools.send("Network.setCacheDisabled", {"cacheDisabled": False})

    def answered(self, event: dict[str, Any]) -> None:
        self.answers[event["requestId"]] = event

    def finished(self, event: dict[str, Any]) -> None:
        answer = self.answers.pop(event["requestId"], None)
        if answer is None or not answer["response"]["url"].startswith("http"):
            return  # data: addresses do not travel
        response, visit = answer["response"], self.visit
        headers = {name.lower(): value for name, value in response["headers"].items()}
        sent = int(event["encodedDataLength"])
        body = int(headers.get("content-length", sent))
        kind = KINDS.get(answer["type"], "html")
        setattr(visit, kind, getattr(visit, kind) + body)
        visit.total += max(sent, body)
        visit.requests += 1
        if urlsplit(response["url"]).netloc != self.host:
            visit.foreign.append(response["url"])
        has_text = kind in {"html", "css", "js"} and response["status"] != 204
        if has_text and "content-encoding" not in headers:
            visit.uncompressed.append(response["url"])


def first_visit(browser: Browser, url: str, cookies: list[dict[str, str]]) -> Visit:
    """What a first visit costs. A browser that hung on a busy machine is asked once more; a page that hangs is not
    forgiven twice.
    """
    try:
        return visit(browser, url, cookies)
    except TooSlow:
        return visit(browser, url, cookies)


def visit(browser: Browser, url: str, cookies: list[dict[str, str]], late: str = "") -> Visit:
    """Open the page with an empty cache over a slow network, until nothing more arrives.

    Files whose address has `late` in it come LATE seconds later.
    """
    context = browser.new_context(locale="id-ID", reduced_motion="reduce", **PHONE)
    try:
        context.add_cookies(cookies)  # type: ignore[arg-type]
        context.add_init_script(WATCH)
        page = context.new_page()
        if late:
            page.route(lambda address: late in address, comes_late)
        devtools = context.new_cdp_session(page)
        watcher = Watcher(devtools, urlsplit(url).netloc)
        devtools.send("Network.emulateNetworkConditions", SLOW_NETWORK)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_PROCESSOR})
        arrive(page, url)
        seen = page.evaluate("window.seen")
        watcher.visit.lcp, watcher.visit.cls = round(seen["lcp"]), round(seen["cls"], 4)
        watcher.visit.moved = seen["moved"]
        return watcher.visit
    finally:
        context.close()


def comes_late(route: Route) -> None:
    sleep(LATE)
    route.continue_()


def arrive(page: Page, url: str) -> None:
    answer = page.goto(url, wait_until="load", timeout=60_000)
    assert answer is not None, url
    assert answer.status == 200, f"{url}: {answer.status}"
    assert page.url == url, f"{url} led to {page.url}"
    page.wait_for_load_state("networkidle")
