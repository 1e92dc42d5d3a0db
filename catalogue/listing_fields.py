"""The questions of the listing forms: numbers as people write them, one of a list, which good it is, a carton's sides.

What may be chosen is read once for a class of goods, however many forms there are.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from catalogue.models import Category, Commodity, ProductAttribute, ProductClass, Unit  # type: ignore[attr-defined]
from catalogue.naming import named
from marketplace.common.forms import MoneyField, WholeNumberField, ascii_digits
from marketplace.reference.models import Regency
from marketplace.reference.queries import regencies

OTHER = "other"  # instead of a good's code: none of those that the class has
SIDES = re.compile(r"^(\d{1,3})\s*[x×*]\s*(\d{1,3})\s*[x×*]\s*(\d{1,3})$", re.IGNORECASE)
MOST_RUPIAH = 10**9
MOST_UNITS = 9_999_999
MOST_GRAMS = 1_000_000  # a ton in one unit
MOST_DAYS = 60


def quantity(label: Any, *, least: int = 0, missing: Any = None, **kwargs: Any) -> WholeNumberField:
    texts = {"required": missing or _("Write a number.")}
    return WholeNumberField(label=label, least=least, most=MOST_UNITS, error_messages=texts, **kwargs)


def rupiah(label: Any, **kwargs: Any) -> MoneyField:
    texts = {"required": _("Write the price of one unit.")}
    return MoneyField(label=label, least=1, most=MOST_RUPIAH, error_messages=texts, **kwargs)


def grams(label: Any, **kwargs: Any) -> WholeNumberField:
    return WholeNumberField(label=label, least=1, most=MOST_GRAMS, **kwargs)


def lead_days() -> WholeNumberField:
    return WholeNumberField(
        label=_("Working days until it is ready"),
        most=MOST_DAYS,
        required=False,
        help_text=_("0: the same day. Buyers see the date."),
    )


@dataclass(frozen=True)
class Options:
    """What may be answered for one class of goods. Five queries; many forms in a row share them."""

    attributes: list[ProductAttribute]
    units: Mapping[str, Unit]
    sectors: Mapping[str, Category]
    goods: Mapping[str, Commodity]  # which goods of the class we know by name
    places: Mapping[str, Regency]

    @classmethod
    def of(cls, kind: ProductClass) -> "Options":
        return cls(
            list(ProductAttribute.objects.filter(product_class=kind).order_by("pk")),
            {one.code: one for one in Unit.objects.order_by("name")},
            {one.code: one for one in Category.objects.filter(depth=1).exclude(code=None)},
            {one.code: one for one in _goods_of(kind)},
            {one.code: one for one in regencies()},
        )

    @cached_property
    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """Code and name of each, as the fields show them; reading a name in the right language takes its time."""
        known: dict[str, Mapping[str, Any]] = {
            "unit": self.units, "sector": self.sectors, "commodity": self.goods, "origin": self.places,
        }  # fmt: skip
        return {field: [(code, str(one)) for code, one in rows.items()] for field, rows in known.items()}

    @cached_property
    def papers_differ(self) -> bool:
        """Which papers a listing needs depends on which good it is: then it should say so."""
        return any(one.rules for one in self.goods.values())  # type: ignore[attr-defined]

    def good_named(self, name: str) -> Commodity | None:
        """The good of this class that a product of this name plainly is."""
        return named(self.goods.values(), name)


def _goods_of(kind: ProductClass) -> QuerySet[Commodity]:
    found = Commodity.objects.filter(product_class=kind).annotate(rules=Count("permit_rules"))
    return found.order_by("name")


class ChosenField(forms.ModelChoiceField):
    """One row by its code, found among those that were read before."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(to_field_name="code", **kwargs)
        self.known: Mapping[str, Any] = {}

    def offer(self, known: Mapping[str, Any], choices: Sequence[tuple[str, str]]) -> None:
        self.known = known
        # Only a page looks at them: hundreds of places are not gone through for each row of a file.
        self.choices = lambda: [("", self.empty_label), *choices]

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if (found := self.known.get(str(value))) is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return found


class GoodField(ChosenField):
    """Which good it is. Gives the row, nothing if left empty, and OTHER for none of them."""

    def to_python(self, value: Any) -> Any:
        return OTHER if value == OTHER else super().to_python(value)


class CartonField(forms.CharField):
    """Three sides in cm as "60x40x30", however they are parted."""

    def clean(self, value: Any) -> str:
        text = ascii_digits(str(super().clean(value))).strip()
        sides = SIDES.match(text)
        if text and (not sides or not all(map(int, sides.groups()))):
            raise ValidationError(_("Write three sides in cm, for example 40x30x20."), code="sides")
        return "x".join(str(int(side)) for side in sides.groups()) if sides else ""


def attribute_field(attribute: ProductAttribute) -> forms.Field:
    label = attribute.name
    if attribute.type == ProductAttribute.INTEGER:
        return forms.IntegerField(
            label=label, required=False, min_value=-60, max_value=100_000,
            error_messages={"invalid": _("Write a whole number.")},
        )  # fmt: skip
    if attribute.type == ProductAttribute.FLOAT:
        return forms.FloatField(
            label=label, required=False, min_value=0, max_value=100_000, localize=True,
            error_messages={"invalid": _("Write a number.")},
        )  # fmt: skip
    if attribute.type == ProductAttribute.BOOLEAN:
        return forms.BooleanField(label=label, required=False)
    return forms.CharField(label=label, required=False, max_length=120)
