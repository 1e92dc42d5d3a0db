"""The fake on 127.0.0.1, for the demonstration and for browsers in tests. It listens nowhere else."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.fakestripe.api import LOST, Answer, FakeStripe
from tests.fakestripe.webhooks import Postman
from tests.fakestripe.world import World

HOST = "127.0.0.1"
TICK = 1  # seconds between looks at what time brings about
LARGEST = 1_000_000  # bytes of a request


class Refused(SystemExit):
    """It would be wrong to start here; says why."""


def check_allowed() -> None:
    """Raises `Refused` in production: somebody could pay there with 4242."""
    if os.environ.get("PRODUCTION", "").strip().lower() not in {"", "0", "false", "no", "off"}:
        raise Refused("The fake Stripe does not start where PRODUCTION is set.")


class Server(ThreadingHTTPServer):
    """`port` 0 takes a free one; then `url` tells which."""

    daemon_threads = True

    def __init__(
        self,
        *,
        port: int = 0,
        webhook: str | None = None,
        secret: str,
        path: Path | None = None,
        settles_after: int | None = None,
    ) -> None:
        check_allowed()
        super().__init__((HOST, port), Handler)
        self.ended = threading.Event()
        self.url = f"http://{HOST}:{self.server_port}"
        world = World(public=self.url, path=path, settles_after=settles_after)
        self.fake = FakeStripe(world, Postman(world, secret, webhook))
        for session in world.of("checkout.session"):
            if session["url"]:
                session["url"] = f"{self.url}/c/pay/{session['id']}"  # the port may have changed

    def start(self) -> None:
        """Serve in threads of its own until `shutdown`."""
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        threading.Thread(target=self.tick, daemon=True).start()

    def shutdown(self) -> None:
        self.ended.set()
        super().shutdown()

    def tick(self) -> None:
        while not self.ended.wait(TICK):
            with self.fake.lock:
                self.fake.tick()
                self.fake.save()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def serve(self) -> None:
        answer = self.refused() or self.server.fake.handle(
            self.command, self.path, dict(self.headers), self.rfile.read(self.length)
        )
        if answer.status == LOST:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_POST = do_DELETE = do_HEAD = serve  # noqa: N815 - the standard library asks for these names

    @property
    def length(self) -> int:
        text = self.headers.get("Content-Length") or "0"
        return int(text) if text.isdigit() else LARGEST + 1

    def refused(self) -> Answer | None:
        """A page elsewhere must not reach us through somebody's browser."""
        host = (self.headers.get("Host") or "").rpartition(":")[0]
        levers = self.path.startswith("/_fake/")
        as_json = self.headers.get_content_type() == "application/json"
        if host not in {HOST, "localhost"} or self.length > LARGEST or (levers and not as_json):
            self.close_connection = True
            text = json.dumps({"error": {"type": "invalid_request_error", "message": "Not from there."}})
            return Answer(403, {"Content-Type": "application/json", "Connection": "close"}, text.encode())
        return None

    def log_message(self, format: str, *args: object) -> None:
        """Requests stand in `fake.log`."""
