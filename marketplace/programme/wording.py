"""Rupiah as a journalist quotes them: exact, and short with miliar and juta written out (never "M" or "jt").

And what the three sums are called."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from marketplace.ledger.money import NO_BREAK_SPACE, Money

MILLION, BILLION, TRILLION = 10**6, 10**9, 10**12
COMMA = "id"  # only Indonesian writes a decimal comma; Arabic pages keep Western digits and the point


def exact(rupiah: int) -> str:
    """Rp 21.020.000.000"""
    return str(Money(rupiah))


def figure(number: Decimal) -> str:
    """One digit behind the point from 100 on, two below; no idle zeros: 155,9 but 21,02 and 1,4."""
    places = Decimal("0.1") if abs(number) >= 100 else Decimal("0.01")
    text = f"{number.quantize(places, ROUND_HALF_UP):,f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,")) if _language() == COMMA else text


def short(rupiah: int) -> str:
    """Rp 21,02 miliar; below a million the exact amount."""
    if abs(rupiah) < MILLION:
        return exact(rupiah)
    texts = {
        MILLION: _("Rp %(amount)s million"),
        BILLION: _("Rp %(amount)s billion"),
        TRILLION: _("Rp %(amount)s trillion"),
    }
    return _of_unit(rupiah, texts)


def brief(rupiah: int) -> str:
    """155,9 juta: for the narrow places of a chart whose title says that it is rupiah."""
    if abs(rupiah) < MILLION:
        return exact(rupiah)
    texts = {
        MILLION: _("%(amount)s million"),
        BILLION: _("%(amount)s billion"),
        TRILLION: _("%(amount)s trillion"),
    }
    return _of_unit(rupiah, texts)


def _of_unit(rupiah: int, texts: Mapping[int, str]) -> str:
    unit = max(one for one in texts if one <= abs(rupiah))
    amount = figure(Decimal(rupiah) / unit)
    return (texts[unit] % {"amount": amount}).replace(" ", NO_BREAK_SPACE)


def each(rupiah: int, count: int) -> int:
    """The value per pesantren in whole rupiah, half a rupiah up; `count` is the divisor, never 0."""
    return int((Decimal(rupiah) / count).quantize(Decimal(1), ROUND_HALF_UP))


def sum_name(kind: str) -> str:
    """What one of the three sums is called."""
    names = {
        "committed": pgettext("sum", "Committed"),
        "reported": pgettext("sum", "Reported"),
        "realised": pgettext("sum", "Realised"),
    }
    return names[kind]


def _language() -> str:
    return get_language() or "id"
