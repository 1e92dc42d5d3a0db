"""The arithmetic of codes: secrets, steps of 30 seconds (RFC 6238), recovery codes. No tables here.

The secret of a person's app is HMAC-SHA-256 of a random seed under a key of the settings. Whoever reads the tables
has the seeds and cannot make a code; whoever reads the settings has no seed.
"""

import hmac
import secrets
from base64 import b32encode
from hashlib import sha256

import pyotp
import segno
from django.conf import settings

from marketplace.common.forms import ascii_digits

STEP = 30  # seconds; authenticator apps know no other by default
WINDOW = 1  # steps before and after that are taken, for clocks that differ
DIGITS = 6
RECOVERY_CODES = 10
RECOVERY_DIGITS = 16  # 53 bits, typed on the same keys as the code of the app


class KeyGone(Exception):
    """The key that this secret was made with stands in the settings no longer."""


def newest_mark() -> str:
    """Names the key that new secrets are made with."""
    return _mark(settings.SECOND_FACTOR_KEYS[0])


def _mark(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:8]


def _keyed(mark: str, text: str) -> bytes:
    key = next((key for key in settings.SECOND_FACTOR_KEYS if _mark(key) == mark), None)
    if key is None:
        raise KeyGone(f"SECOND_FACTOR_KEYS has no key {mark} any more")
    return hmac.digest(key.encode(), text.encode(), "sha256")


def new_seed() -> str:
    return secrets.token_urlsafe(24)


def secret(*, person_id: int, seed: str, mark: str) -> str:
    """What stands in the app, in base 32: 160 bits, as RFC 4226 recommends. Raises KeyGone."""
    return b32encode(_keyed(mark, f"totp:{person_id}:{seed}")[:20]).decode()


def step_at(seconds: float) -> int:
    return int(seconds) // STEP


def code_of(key: str, step: int) -> str:
    """The six digits that the app shows in this step."""
    return pyotp.TOTP(key).generate_otp(step)


def step_of(key: str, typed: str, now: int) -> int | None:
    """The newest step within the window whose code was typed, or nothing. `now` is a step."""
    for step in range(now + WINDOW, now - WINDOW - 1, -1):
        if hmac.compare_digest(code_of(key, step), typed):
            return step
    return None


def tidy(typed: str) -> str:
    """As people type codes: with spaces and dashes, in small letters, in digits of their own script."""
    return "".join(sign for sign in ascii_digits(typed).upper() if sign.isascii() and sign.isalnum())


def is_of_app(code: str) -> bool:
    return len(code) == DIGITS and code.isdigit()


def new_recovery_codes() -> list[str]:
    """Ten different ones, as they are shown: 1234-5678-9012-3456."""
    found: set[str] = set()
    while len(found) < RECOVERY_CODES:
        found.add(f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}}")
    return [in_fours(code).replace(" ", "-") for code in sorted(found)]


def digest(*, seed: str, mark: str, code: str) -> str:
    """What is kept of a recovery code. Keyed, so that the tables alone do not even allow guessing."""
    return _keyed(mark, f"recovery:{seed}:{tidy(code)}").hex()


def address(key: str, name: str) -> str:
    """otpauth://…: what the QR code says, and what opens the app on the same phone."""
    return pyotp.TOTP(key).provisioning_uri(name=name, issuer_name=settings.OSCAR_SHOP_NAME)


def picture(text: str) -> str:
    """A QR code as the address of an image (data:image/svg+xml,…), dark on white whatever the page's colours."""
    return segno.make(text, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff")


def in_fours(key: str) -> str:
    """A key or code as it is read and typed by hand."""
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))
