"""Amounts of the export desk as people write them: kilograms, centimetres, money in foreign currencies."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import WholeNumberField, ascii_digits
from marketplace.ledger.amounts import read_minor
from marketplace.ledger.money import Money

# 12 · 12,5 · 12.5 · 1.250,5 · 1,250.5 · 1 250
PLAIN = re.compile(r"(\d+)(?:[.,](\d{1,3}))?")
GROUPS = re.compile(r"(\d{1,3}(?:([., ])\d{3})+)(?:[.,](\d{1,3}))?")


def read_decimal(text: str, places: int) -> Decimal | None:
    """The number in what people write, with at most so many places; nothing for anything else.

    With three places "1.500" may be one and a half or fifteen hundred: that is nothing, too.
    """
    plain = ascii_digits(text).strip().replace("\u2009", " ")
    if re.fullmatch(r"\d{1,3}[.,]\d{3}", plain):
        return None if places > 2 else Decimal(re.sub(r"\D", "", plain))
    found = PLAIN.fullmatch(plain)
    if found and len(found[2] or "") <= places:
        return Decimal(f"{found[1]}.{found[2] or 0}")
    found = GROUPS.fullmatch(plain)
    if found and len(found[3] or "") <= places:
        return Decimal(f"{re.sub(r'[^0-9]', '', found[1])}.{found[3] or 0}")
    return None


class KilogramField(WholeNumberField):
    """Kilograms with up to three places; gives grams as an int."""

    wrong = _("Write kilograms, for example 360 or 360,5. Write 1500 without a point.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["inputmode"] = "decimal"

    def read(self, text: str) -> int | None:
        found = read_decimal(re.sub(r"\s*kg$", "", text, flags=re.IGNORECASE), 3)
        return None if found is None else int(found * 1000)

    def shown(self, value: int) -> str:
        whole, grams = divmod(value, 1000)
        return f"{whole},{grams:03}".rstrip("0").rstrip(",") if grams else str(whole)


class CentimetreField(WholeNumberField):
    """Centimetres with one place; gives millimetres."""

    wrong = _("Write centimetres, for example 40 or 40,5.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["inputmode"] = "decimal"

    def read(self, text: str) -> int | None:
        found = read_decimal(re.sub(r"\s*cm$", "", text, flags=re.IGNORECASE), 1)
        return None if found is None else int(found * 10)

    def shown(self, value: int) -> str:
        whole, rest = divmod(value, 10)
        return f"{whole},{rest}" if rest else str(whole)


class MinorField(WholeNumberField):
    """Money in this currency; gives minor units."""

    wrong = _("Write an amount, for example 1250 or 1250,50.")

    def __init__(self, *, currency: str = "IDR", **kwargs: Any) -> None:
        self.currency = currency
        if currency == "IDR":
            self.wrong = _("Write the amount in digits, in whole rupiah, for example 1.500.000.")
        super().__init__(**kwargs)
        self.widget.attrs["inputmode"] = "decimal"

    def read(self, text: str) -> int | None:
        return read_minor(text, self.currency)

    def shown(self, value: int) -> str:
        if self.currency == "IDR":
            return super().shown(value)
        amount = Money(value, self.currency).to_decimal()
        return str(amount).replace(".", ",")


class DegreesField(forms.CharField):
    """Degrees Celsius, also below zero; nothing where it is left empty."""

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, Decimal):
            return value
        text = ascii_digits(str(value)).replace("−", "-").replace("°C", "").replace(",", ".").strip()
        if not text:
            return None
        if not re.fullmatch(r"[+-]?\d{1,2}(\.\d)?", text):
            raise ValidationError(_("Write degrees Celsius, for example 13 or -18."), code="number")
        return Decimal(text).quantize(Decimal("0.1"), ROUND_HALF_UP)

    def run_validators(self, value: Any) -> None:
        """Text validators do not fit a number."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class LinesField(forms.CharField):
    """Text of several lines. Browsers send \\r\\n; papers keep \\n, and would take the difference for a change."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        return found.replace("\r\n", "\n").replace("\r", "\n") if isinstance(found, str) else found


def moment_field(label: Any, **kwargs: Any) -> forms.DateTimeField:
    """Day and time as the reader's clock shows them; the browser offers a calendar."""
    return forms.DateTimeField(
        label=label,
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": _("Choose day and time, for example 2026-12-31 14:00.")},
        **kwargs,
    )


def day_field(label: Any, required: bool = False, **kwargs: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Choose a day."), "required": _("Choose a day.")},
        **kwargs,
    )
