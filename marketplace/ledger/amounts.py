"""Amounts in several currencies, as people write them."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AROUND, ascii_digits, read_number
from marketplace.ledger.money import MINOR_DIGITS, Money, MoneyError

SIGN = re.compile(r"^(?:us\$|\$|€|aed|usd|eur|sar|idr|rp\.?)?\s*(.*?)$", re.IGNORECASE | re.DOTALL)
# "1,250.00", "1.250,00", "1 250", "1250.5": groups of three, then at most two digits behind another sign.
CENTS = re.compile(r"^(\d{1,3}(?:([., '])\d{3}(?:\2\d{3})*)?|\d+)(?:([.,])(\d{1,2}))?$")


def read_minor(text: str, currency: str) -> int | None:
    """Minor units in a text; nothing where it is not an amount. Rupiah: whole, "1.500.000" and "1,500,000" alike."""
    plain = ascii_digits(text).strip()
    if currency == "IDR":
        found = AROUND.match(plain)
        return read_number(found.group(1)) if found else None
    match = CENTS.match(SIGN.sub(r"\1", plain))
    if match is None or (match.group(2) and match.group(2) == match.group(3)):
        return None
    whole = int(re.sub(r"\D", "", match.group(1)))
    try:
        return Money.from_decimal(Decimal(f"{whole}.{match.group(4) or 0}"), currency).minor
    except MoneyError:
        return None


class AmountField(forms.CharField):
    """An amount whose currency stands in another field; the form turns it into minor units with in_minor()."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most  # major units: more is a typing error
        super().__init__(max_length=60, **kwargs)
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.setdefault("autocomplete", "off")

    def in_minor(self, text: str, currency: str) -> int:
        """Raises ValidationError for what is no amount, zero, or too much."""
        minor = read_minor(text, currency)
        if minor is None and currency == "IDR":
            raise ValidationError(_("Write the amount in digits, in whole rupiah, for example 1.500.000."))
        if minor is None:
            raise ValidationError(_("Write the amount in digits, for example 1,250.00."))
        if minor < 1:
            raise ValidationError(_("This must be more than nothing."))
        if minor > self.most * 10 ** MINOR_DIGITS[currency]:
            raise ValidationError(_("This is too much. Check the amount."))
        return minor
