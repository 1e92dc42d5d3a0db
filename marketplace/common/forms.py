"""Forms everybody can use: hints and errors tied to their fields, numbers read as people write them."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from marketplace.common.prose import plain

# What people put around an amount: "Rp", "Rp.", "IDR", and the ",-" or ",00" that closes it.
AROUND = re.compile(r"^(?:rp\.?|idr)?\s*(.*?)\s*(?:[.,](?:-|–|—|00))?$", re.IGNORECASE | re.DOTALL)
# Plain digits, or groups of three parted by the same point, comma, apostrophe or space.
GROUPED = re.compile(r"^\d+$|^\d{1,3}([., '])\d{3}(?:\1\d{3})*$")
FREE = (forms.TextInput, forms.Textarea)
MOST = 10**15  # a bigint column holds more; nobody means more


class AccessibleBoundField(BoundField):
    """Names the hint and the error beside the field, as components/_field.html writes them."""

    @property
    def aria_describedby(self) -> str:
        if not self.auto_id or self.is_hidden:
            return ""
        parts = [f"{self.auto_id}_hint"] if self.help_text else []
        if self.errors:
            parts.append(f"{self.auto_id}_error")
        return " ".join(parts)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Any = None) -> dict[str, Any]:
        """Free text takes the direction of what is written: Indonesian on an Arabic page stays readable."""
        found: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        shown = widget or self.field.widget
        if type(self.field) is forms.CharField and isinstance(shown, FREE) and "inputmode" not in shown.attrs:
            found.setdefault("dir", shown.attrs.get("dir", "auto"))
        return found


class AccessibleForm(forms.Form):
    """The form all our pages use.

    Each field gets aria-describedby ("<id>_hint <id>_error", as fits) and aria-invalid. `autocomplete` maps a
    field to the browser's word for it ("email", "tel", "new-password"). The browser's own "required" bubbles
    are off: they speak the browser's language and vanish; ours stay beside the field.
    """

    use_required_attribute = False
    bound_field_class = AccessibleBoundField
    autocomplete: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, word in self.autocomplete.items():
            if name in self.fields:
                self.fields[name].widget.attrs["autocomplete"] = word


def why_field(most: int = 300, **more: Any) -> forms.CharField:
    """A reason as it is asked for everywhere."""
    return forms.CharField(
        label=_("Why?"),
        max_length=most,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write why."),
            "max_length": _("Write at most %(limit_value)s characters."),
        },
        **more,
    )


class WhyForm(AccessibleForm):
    """Nothing but a reason, and that is needed."""

    why = why_field()


class PlainTextForm(AccessibleForm):
    """One plain text of a person, without markup; `key` makes a second press of the button harmless.

    A form of its own adds `text`, a CharField with its label, length and messages.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        del self.fields["text"].widget.attrs["maxlength"]  # a browser would cut a pasted text without a word

    def clean_key(self) -> Any:
        return self.cleaned_data["key"] or uuid4()

    def clean_text(self) -> str:
        text = plain(self.cleaned_data["text"])
        if not text:
            raise ValidationError(self.fields["text"].error_messages["required"], code="required")
        return text


def ascii_digits(text: str) -> str:
    """Digits of other scripts (٣, ۳) as 0–9, odd spaces as plain ones; everything else stays."""
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else " " if char.isspace() else char
        for char in text
    )


def read_number(text: str) -> int | None:
    """The whole number in "1.500.000", "1,500,000", "1 500 000" or "1500000"; nothing for anything else."""
    plain = ascii_digits(text).strip()
    if not GROUPED.match(plain):
        return None
    return int(re.sub(r"\D", "", plain))


class WholeNumberField(forms.CharField):
    """A whole number as people write it, with or without points. Gives an int, or nothing if left empty."""

    wrong = _("Write a whole number in digits, for example 250 or 1,500.")

    def __init__(self, *, least: int = 0, most: int = MOST, **kwargs: Any) -> None:
        self.least, self.most = least, most
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("inputmode", "numeric")
        self.widget.attrs.setdefault("autocomplete", "off")

    def read(self, text: str) -> int | None:
        return read_number(text)

    def shown(self, value: int) -> str:
        """As numbers are written on pages of this language: 1.500 or 1,500; both are read."""
        return number_format(value, force_grouping=True)

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, int):
            return value
        text = str(value).strip()
        if not text:
            return None
        number = self.read(text[:60])
        if number is None:
            raise ValidationError(self.wrong, code="number")
        return number

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if value < self.least:
            raise ValidationError(
                _("This must be at least %(least)s."), code="least", params={"least": self.shown(self.least)}
            )
        if value > self.most:
            raise ValidationError(
                _("This can be at most %(most)s."), code="most", params={"most": self.shown(self.most)}
            )

    def run_validators(self, value: Any) -> None:
        """Text validators of CharField (length, null bytes) do not fit a number."""

    def prepare_value(self, value: Any) -> Any:
        """Our own numbers get points; what somebody typed is shown as typed."""
        return self.shown(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class MoneyField(WholeNumberField):
    """An amount in whole rupiah: "1.500.000", "1500000", "Rp 1.500.000", "Rp. 1.500.000,-". Gives an int."""

    wrong = _("Write the amount in digits, in whole rupiah, for example 1.500.000.")

    def read(self, text: str) -> int | None:
        found = AROUND.match(ascii_digits(text).strip())
        return read_number(found.group(1)) if found else None

    def shown(self, value: int) -> str:
        return f"{value:,}".replace(",", ".")
