"""Card payments in the demonstration: a fake Stripe of our tests, on this machine alone, in a process of its own.

Nothing of it is imported here or by anything that production runs; an installation without tests/ has no fake.
"""

import secrets
import socket
import sys
from pathlib import Path

from marketplace.supervisor import Child

BASE = Path(__file__).resolve().parent.parent
ABOVE_THE_SHOP = 210  # its port is the shop's and this many, where that one is free
TOLD = """
  Pay by card: 4242 4242 4242 4242 pays, 4000 0027 6000 3184 asks the bank first, 4000 0000 0000 0002 is declined.
  (Fake Stripe, no real money. More numbers stand on its page.)
"""


def prepare(env: dict[str, str], host: str, port: int) -> Child | None:
    """The process of the fake, and its address and secrets in `env`; None where cards are the developer's own choice.

    Side effects: `env` gets STRIPE_SECRET_KEY, STRIPE_API_BASE and STRIPE_WEBHOOK_SECRETS.
    """
    if env.get("STRIPE_SECRET_KEY", "").strip() or not (BASE / "tests" / "fakestripe").is_dir():
        return None
    own = _port(host, port + ABOVE_THE_SHOP)
    env["STRIPE_SECRET_KEY"] = f"sk_test_{secrets.token_hex(16)}"
    env["STRIPE_WEBHOOK_SECRETS"] = f"whsec_{secrets.token_hex(16)}"
    env["STRIPE_API_BASE"] = f"http://{host}:{own}"
    news = f"http://{host}:{port}/stripe/webhook/"
    command = [sys.executable, "-m", "tests.fakestripe", "--port", str(own), "--webhook", news]
    return Child("fake Stripe", command, Path(env["VAR_DIR"]) / "log" / "stripe.log", env)


def _port(host: str, wanted: int) -> int:
    """The wanted one if it is free, else any."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except (OSError, OverflowError):
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"No port is free on {host}.")
