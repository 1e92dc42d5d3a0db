"""`python -m tests.fakestripe --port 8210 --webhook http://127.0.0.1:8000/stripe/webhook/`

The signing secret is the first word of STRIPE_WEBHOOK_SECRETS; sessions are kept in VAR_DIR/fakestripe.json.
"""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from tests.fakestripe.fixtures import WEBHOOK_SECRET
from tests.fakestripe.server import Server

SETTLES_AFTER = 30  # seconds until a bank transfer arrives


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.fakestripe", description=__doc__)
    options.add_argument("--port", type=int, default=8210)
    options.add_argument("--webhook", help="where events are sent; without it nothing is sent")
    asked = options.parse_args()
    secrets = os.environ.get("STRIPE_WEBHOOK_SECRETS", "").replace(",", " ").split()
    var = Path(os.environ.get("VAR_DIR", "").strip() or "var")
    var.mkdir(parents=True, exist_ok=True)
    secret = secrets[0] if secrets else WEBHOOK_SECRET
    path = var / "fakestripe.json"
    server = Server(
        port=asked.port, webhook=asked.webhook, secret=secret, path=path, settles_after=SETTLES_AFTER
    )
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    server.start()
    sys.stdout.write(f"Fake Stripe, no real money: {server.url}\n")
    sys.stdout.flush()
    ended.wait()
    server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
