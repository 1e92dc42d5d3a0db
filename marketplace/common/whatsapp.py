"""Links that open WhatsApp with a message ready to be sent."""

import re
from urllib.parse import quote

HOME = "62"
LEAST, MOST = 8, 15  # digits of a number with its country (E.164)


def link(phone: str, text: str) -> str:
    """To this number; nothing where it is none. A number typed as at home (0812…) is one of Indonesia."""
    digits = re.sub(r"[\s().-]", "", phone)
    if digits.startswith("+"):
        digits = digits[1:]
    elif digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith("0"):
        digits = HOME + digits[1:]
    if not (digits.isascii() and digits.isdigit() and LEAST <= len(digits) <= MOST):
        return ""
    return f"https://wa.me/{digits}?text={_encoded(text)}"


def share(text: str) -> str:
    """WhatsApp asks to whom."""
    return f"https://wa.me/?text={_encoded(text)}"


def _encoded(text: str) -> str:
    """Percent-encoded throughout: some phones show a "+" as it stands, and cut the message at a slash."""
    return quote(text, safe="")
