"""The columns of a class of goods: they follow from the questions its form asks, so a new question is a new column."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.listing_fields import OTHER, ChosenField, GoodField, Options
from catalogue.listing_forms import (
    STEPS,
    CapacityForm,
    DraftForm,
    ListingForm,
    PriceForm,
    StockForm,
    TermsForm,
)
from catalogue.models import ProductClass
from marketplace.common.forms import MoneyField, WholeNumberField, read_number
from marketplace.common.prose import plain

AMOUNT = MoneyField()  # reads amounts as every page does
NUMBER, VERSION, PHOTOS = "number", "version", "photos"
# What is changed together, and compared with what was exported.
TEXTS, PRICE, TERMS, STOCK, CAPACITY = "texts", "price", "terms", "stock", "capacity"
GROUPS = (TEXTS, PRICE, TERMS, STOCK, CAPACITY)
# Columns that files of the first version do not have; harvest months were asked of perishable goods only.
LATE = frozenset({"commodity", "net_weight_g", "carton_cm", "origin"})
MOST_NAMED = 40  # choices that are told one by one
YES = frozenset({"ya", "y", "yes", "true", "on", "1", "x", "نعم"})
NO = frozenset({"", "tidak", "no", "n", "false", "0", "لا"})

MONTHS, FLAG, CHOICE, MONEY, WHOLE, DECIMAL, TEXT = (
    "months", "flag", "choice", "money", "whole", "decimal", "text",
)  # fmt: skip
EXAMPLES = {
    "price": "21000",
    "stock": "40",
    "weight_g": "300",
    "net_weight_g": "250",
    "carton_cm": "60x40x30",
    "minimum": "5",
    "multiple": "5",
    "lead_days": "2",
    "carton_quantity": "24",
    "from_1": "50",
    "price_1": "19500",
    "origin": "32.05",
    **dict.fromkeys(("commodity", "weekly_capacity", "from_2", "price_2", "from_3", "price_3"), ""),
}


@dataclass(frozen=True)
class Column:
    """One question of the form as a column. `names`: for a choice, the code of each way people write it."""

    name: str
    label: str
    help: str
    group: str
    sort: str
    required: bool
    names: Mapping[str, str] = field(default_factory=dict)
    is_late: bool = False  # came with the second version of the layout (snapshot.py)

    def plain(self, text: str) -> str:
        """What is meant, however it is typed: "1.500.000" and "1500000" are the same. Unreadable ones stay."""
        if self.sort in {MONEY, WHOLE}:
            number = AMOUNT.read(text[:60]) if self.sort == MONEY else read_number(text[:60])
            return text if number is None else str(number)
        if self.sort == CHOICE:
            return self.names.get(text.casefold(), text)
        if self.sort == MONTHS:
            return ";".join(sorted(_months(text), key=lambda one: (len(one), one)))
        if self.sort == FLAG:
            folded = text.casefold()
            return "1" if folded in YES else "" if folded in NO else text
        if self.sort == DECIMAL:
            return _decimal(text)
        return plain(text) if self.name == "description" else " ".join(plain(text).split())

    def answer(self, text: str) -> Any:
        """For the form, as a browser would send it."""
        if self.sort == MONTHS:
            return _months(text)
        if self.sort in {CHOICE, FLAG, DECIMAL}:
            return self.plain(text)
        return text

    def shown(self, text: str) -> Any:
        """For a file: numbers as numbers, so that a spreadsheet can reckon with them."""
        if self.sort in {MONEY, WHOLE}:
            number = read_number(self.plain(text))
            return text if number is None else number
        if self.sort == DECIMAL and (value := _number(text)) is not None:
            return value
        if self.sort == FLAG:
            return "ya" if self.plain(text) == "1" else ""
        return text

    @property
    def right(self) -> str:
        """What may stand here, where the fault itself does not say it: the choices, or an example."""
        if self.sort == CHOICE:
            codes = dict.fromkeys(self.names.values())
            return ", ".join(codes) if len(codes) <= MOST_NAMED else self.example
        if self.sort == FLAG:
            return "ya, tidak"
        return self.example if self.sort in {MONTHS, DECIMAL} else ""

    @property
    def example(self) -> str:
        by_sort = {MONTHS: "1;2;12", FLAG: "ya", DECIMAL: "12.5", WHOLE: "4"}
        return EXAMPLES.get(self.name, by_sort.get(self.sort, ""))


def _months(text: str) -> list[str]:
    return [one for one in text.replace(",", ";").replace(" ", ";").split(";") if one]


def _number(text: str) -> float | int | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value) if value.is_integer() and abs(value) < 10**15 else value


def _decimal(text: str) -> str:
    """With a point, whichever sign the file has."""
    value = _number(text.replace(",", ".")) if text.count(",") + text.count(".") <= 1 else None
    return text if value is None else str(value)


class Layout:
    """The columns of one class; five queries, once."""

    def __init__(self, kind: ProductClass) -> None:
        self.kind, self.options = kind, Options.of(kind)
        groups = self._groups()
        asked = DraftForm(kind=kind, options=self.options, with_steps=True).fields
        first = {name: place for place, name in enumerate(DraftForm.FIRST)}
        # The others in the order of the form.
        names = sorted(asked, key=lambda name: first.get(name, len(first)))
        late = LATE if kind.perishable else LATE | {"harvest_months"}
        self.columns = [_column(name, asked[name], groups[name], name in late) for name in names]
        self.by_name = {one.name: one for one in self.columns}

    def _groups(self) -> dict[str, str]:
        """Which group each question belongs to: that of the page that changes it."""
        texts = ListingForm(kind=self.kind, options=self.options)
        pages: Iterable[tuple[str, forms.Form]] = (
            (TEXTS, texts), (PRICE, PriceForm(minimum=1, multiple=1)), (TERMS, TermsForm()), (STOCK, StockForm()),
            (CAPACITY, CapacityForm(harvest=False)),
        )  # fmt: skip
        found: dict[str, str] = {}
        for group, form in pages:
            for name in form.fields:
                found.setdefault(name, group)  # what two pages ask is changed with the first
        return found

    @cached_property
    def known(self) -> tuple[set[str], set[str]]:
        """All columns, and those that must be there (see reading.read)."""
        every = {NUMBER, VERSION, PHOTOS, *self.by_name}
        return every, {NUMBER, VERSION, *(one.name for one in self.columns if one.required)}

    def names(self, group: str) -> list[str]:
        return [one.name for one in self.columns if one.group == group]

    def label(self, name: str) -> str:
        return self.by_name[name].label if name in self.by_name else str(OWN[name][0])

    def answers(self, cells: Mapping[str, str]) -> dict[str, Any]:
        """The row as the form is given it."""
        return {one.name: one.answer(cells.get(one.name, "")) for one in self.columns}


OWN = {
    NUMBER: (_("Number"), _("Of a product that is there; empty for a new one.")),
    VERSION: (_("Version"), _("Leave it as it is.")),
    PHOTOS: (_("Photos"), _("Names of files in your ZIP, parted by ;")),
}


def _column(name: str, found: forms.Field, group: str, is_late: bool) -> Column:
    names = _ways(found.known) if isinstance(found, ChosenField) else {}
    if isinstance(found, GoodField):
        names |= {OTHER: OTHER}
    label, help_ = str(found.label), str(found.help_text)
    return Column(name, label, help_, group, _sort(found), found.required, names, is_late)


def _ways(known: Mapping[str, Any]) -> dict[str, str]:
    """The code for each way to write it: the code itself, and its name in any language where only one has it."""
    names: dict[str, str] = {}
    for code, one in known.items():
        said = [getattr(one, f"name{suffix}", "") for suffix in ("_ind", "_en", "_ar")]
        for way in {str(one).casefold() for one in (*said, one) if one}:
            if way:
                names[way] = code if names.get(way, code) == code else ""
    certain = {way: code for way, code in names.items() if code}
    return certain | {code.casefold(): code for code in known}


def _sort(found: forms.Field) -> str:
    if isinstance(found, MoneyField):
        return MONEY
    if isinstance(found, WholeNumberField):
        return WHOLE
    sorts: list[tuple[type[forms.Field], str]] = [
        (forms.MultipleChoiceField, MONTHS), (ChosenField, CHOICE), (forms.BooleanField, FLAG),
        (forms.FloatField, DECIMAL), (forms.IntegerField, DECIMAL),
    ]  # fmt: skip
    return next((sort for kind, sort in sorts if isinstance(found, kind)), TEXT)


def steps_of(tiers: Iterable[tuple[int, int]]) -> dict[str, str]:
    """Price steps as cells."""
    found = {f"{half}_{n}": "" for n in range(1, STEPS + 1) for half in ("from", "price")}
    for n, (quantity, price) in enumerate(tiers, start=1):
        found |= {f"from_{n}": str(quantity), f"price_{n}": str(price)}
    return found
