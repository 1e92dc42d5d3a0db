"""Rupiah as people say them at a stand: "12 juta", "Rp 1,5 miliar", "500 ribu", "12.000.000"."""

import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AROUND, MoneyField, ascii_digits, read_number

# Never a bare "M": some read it as million, some as miliar.
WORDS = {
    "rb": 10**3,
    "ribu": 10**3,
    "jt": 10**6,
    "juta": 10**6,
    "million": 10**6,
    "مليون": 10**6,
    "milyar": 10**9,
    "miliar": 10**9,
    "billion": 10**9,
    "مليار": 10**9,
}
SAID = re.compile(r"^(?:rp\.?|idr)?\s*(\d{1,9})(?:[.,](\d{1,6}))?\s*([^\W\d]+)\.?$", re.IGNORECASE)
# "1.500 juta" is one and a half juta to some and 1,5 miliar to others; "0,125 miliar" is one thing alone.
TWICE = re.compile(r"^(?:rp\.?|idr)?\s*[1-9]\d{0,2}[.,]\d{3}\s*[^\W\d]+\.?$", re.IGNORECASE)


def read_rupiah(text: str) -> int | None:
    """Whole rupiah in such a text; nothing for anything else, where it can be read in two ways, or where a part of a
    rupiah would be left."""
    plain = ascii_digits(text).strip()
    said = SAID.match(plain)
    if said:
        if TWICE.match(plain):
            return None
        factor = WORDS.get(said.group(3).casefold())
        if factor is None:
            return None
        exact = Decimal(f"{said.group(1)}.{said.group(2) or 0}") * factor
        return int(exact) if exact == exact.to_integral_value() else None
    found = AROUND.match(plain)
    return read_number(found.group(1)) if found else None


class SaidRupiahField(MoneyField):
    """As MoneyField, and in words; a bare "M", and what may be thousands or a part before a word, is asked back.
    static/js/floor.js asks the same on the phone."""

    wrong = _("Write the amount as 12.000.000, or in words as 12 juta or 1,5 miliar.")
    twice = _("A number like 1.500 before juta can be read in two ways. Write 1500 juta or 1,5 juta.")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("least", 1)
        super().__init__(**kwargs)
        self.widget.attrs["inputmode"] = "text"

    def read(self, text: str) -> int | None:
        plain = ascii_digits(text).strip()
        if re.search(r"\d\s*m\.?$", plain, re.IGNORECASE):
            raise ValidationError(_("M can be read in two ways. Write juta or miliar."), code="number")
        if (said := SAID.match(plain)) and said.group(3).casefold() in WORDS and TWICE.match(plain):
            raise ValidationError(self.twice, code="number")
        return read_rupiah(text)
