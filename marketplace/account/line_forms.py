"""One line of a request as a buyer writes it: the good, what is wished of it, and how much of it in which month."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalogue.grades import all_choices, choices_of, grades_of
from catalogue.models import Product, Unit
from marketplace.account.demand_goods import commodity_of, kind_of
from marketplace.common.figures import grouped
from marketplace.common.forms import AccessibleForm, WholeNumberField
from marketplace.ledger.amounts import AmountField
from marketplace.ledger.money import MINOR_DIGITS, Money, split
from marketplace.people.forms import one_line
from marketplace.reference.working_days import today
from marketplace.sourcing.forms import MOST_UNITS
from marketplace.sourcing.services.demand import Good, Slot

MONTHS_AHEAD, LONGEST = 18, 12


def month_choices() -> list[tuple[str, str]]:
    """This month and those to come, as "2026-12"."""
    first, found = today().replace(day=1), []
    for _number in range(MONTHS_AHEAD):
        found.append((f"{first:%Y-%m}", date_format(first, "F Y")))
        first = next_month(first)
    return found


def next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def slots(quantity: int, first: date, months: int) -> list[Slot]:
    """Equal parts, one a month, which add up exactly; the first days get what cannot be shared equally."""
    parts, found = split(Money(quantity), [1] * months), []
    for part in parts:
        begin = max(first, today())
        found.append(Slot(begin, next_month(first) - timedelta(days=1), part.minor))
        first = next_month(first)
    return found


class GoodForm(AccessibleForm):
    """One good: how much of what, from which month on, for how many months."""

    name = forms.CharField(
        label=_("What do you need?"), max_length=120, error_messages={"required": _("Write what you need.")}
    )
    quantity: Any = WholeNumberField(
        label=_("How much in all?"),
        least=1,
        most=MOST_UNITS,
        error_messages={"required": _("Write how much you need.")},
    )
    unit: Any = forms.ModelChoiceField(
        label=_("Unit"),
        queryset=Unit.objects.order_by("name"),
        to_field_name="code",
        empty_label=None,
        initial="kg",
        error_messages={"required": _("Choose the unit."), "invalid_choice": _("Choose one of the list.")},
    )
    start = forms.ChoiceField(
        label=_("First month"),
        error_messages={"required": _("Choose a month."), "invalid_choice": _("Choose one of the list.")},
    )
    months: Any = WholeNumberField(
        label=_("For how many months?"),
        least=1,
        most=LONGEST,
        initial=1,
        help_text=_("1 to 12; each month gets an equal part."),
        error_messages={"required": _("Write how many months.")},
    )

    def __init__(self, *args: Any, product: Product | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product
        choices = month_choices()
        self.fields["start"].choices = choices  # type: ignore[attr-defined]
        self.fields["start"].initial = choices[1][0]
        if product is not None and product.unit is not None:
            del self.fields["name"], self.fields["unit"]
            label = gettext("How much in all, in %(unit)s?") % {"unit": product.unit.name}
            self.fields["quantity"].label = label

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        quantity, months = data.get("quantity"), data.get("months")
        if quantity and months and quantity < months:
            text = _("This is less than one a month. Write more, or fewer months.")
            self.add_error("quantity", text)
        return data

    def good(self, **more: Any) -> Good:
        data, product = self.cleaned_data, self.product
        unit: Any = data.get("unit") or (product.unit if product else None)
        year, month = map(int, data["start"].split("-"))
        name = data.get("name") or (product.title[:120] if product else "")
        commodity = None if product else commodity_of(name)
        return Good(
            name=name,
            unit=unit,
            quantity=data["quantity"],
            slots=slots(data["quantity"], date(year, month, 1), data["months"]),
            product=product,
            commodity=commodity,
            kind=None if product or commodity else kind_of(name),
            **more,
        )


class LineForm(GoodForm):
    """One line of a draft: the good, and what is wished of it. `currency`: of the price one has in mind."""

    seen: Sequence[str] = ("name", "quantity", "unit", "start", "months")
    extra: Sequence[str] = ()  # in sight, too, as long as there are at most eight
    IN_SIGHT = 8

    specification = forms.CharField(
        label=_("Size, pack, what else"),
        max_length=500,
        required=False,
        help_text=_("For example: over 65 mm, in baskets of 7 kg."),
    )
    grade = forms.ChoiceField(
        label=_("Grade, or better"),
        required=False,
        help_text=_("What is worse is not gathered for you."),
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )
    tolerance: Any = WholeNumberField(
        label=_("More or less, in per cent"),
        most=50,
        initial=5,
        required=False,
        help_text=_("How far the quantity may differ."),
    )
    target = AmountField(label=_("Price you have in mind"), most=10**12, required=False)

    def __init__(self, *args: Any, currency: str = "IDR", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.in_currency = currency
        choices = choices_of(self.product.commodity) if self.product else all_choices()
        self.fields["grade"].choices = [("", gettext("Any grade")), *choices]  # type: ignore[attr-defined]
        unit = self.product.unit.name if self.product and self.product.unit else gettext("one unit")
        target = gettext("Price you have in mind, for %(unit)s, in %(currency)s")
        self.fields["target"].label = target % {"unit": unit, "currency": currency}

    @property
    def in_sight(self) -> Sequence[Any]:
        """What everybody is asked, at most eight fields; the rest stands behind a fold."""
        names = [name for name in self.seen if name in self.fields]
        names += self.extra[: self.IN_SIGHT - len(names)]
        return [self[name] for name in names]

    @property
    def behind(self) -> Sequence[Any]:
        shown = {field.name for field in self.in_sight}
        return [field for field in self.visible_fields() if field.name not in shown]

    @property
    def is_more_open(self) -> bool:
        """An error must not hide behind the fold."""
        return any(field.errors for field in self.behind)

    def clean_tolerance(self) -> int:
        value = self.cleaned_data["tolerance"]
        return 50 if value is None else value * 10

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if text := (data.get("target") or "").strip():
            try:
                field: Any = self.fields["target"]
                data["target_price"] = field.in_minor(text, data.get("currency") or self.in_currency)
            except ValidationError as error:
                self.add_error("target", error)
        grade, name = data.get("grade"), data.get("name")
        if grade and name:
            names = [one.name for one in grades_of(commodity_of(name))]
            if grade not in names:
                text = _("For this good choose one of these: %(names)s.")
                self.add_error("grade", ValidationError(text, params={"names": ", ".join(names)}))
        return data

    def line(self) -> Good:
        """Of a valid form."""
        data = self.cleaned_data
        return self.good(
            specification=one_line(data["specification"]),
            grade=data["grade"],
            tolerance=data["tolerance"],
            target_price=data.get("target_price"),
        )

    @staticmethod
    def line_facts(good: Good, currency: str) -> dict[str, Any]:
        """A line as it stands now, for the form that changes it."""
        target = good.target_price and Money(good.target_price, currency).to_decimal()
        return {
            "name": good.name,
            "quantity": good.quantity,
            "unit": good.unit.code,
            "start": f"{good.slots[0].first:%Y-%m}",
            "months": len(months_of(good)),
            "specification": good.specification,
            "grade": good.grade,
            "tolerance": good.tolerance // 10,
            "target": f"{target:.{MINOR_DIGITS[currency]}f}" if target else "",
        }

    def changed(self, old: Good) -> Good:
        """Of a valid form: `old` as it is now typed. What is not asked stays: its commodity, and how its quantity is
        parted, as long as the months are the same."""
        new = self.line()
        if new.name == old.name and not new.product:
            new = replace(new, commodity=old.commodity, kind=old.kind)
        before = self.line_facts(old, self.in_currency)
        if any(self.cleaned_data[name] != before[name] for name in ("start", "months")):
            return new
        parts = split(Money(new.quantity), [slot.quantity for slot in old.slots])
        if not all(part.minor for part in parts):
            return new
        kept = [replace(slot, quantity=part.minor) for slot, part in zip(old.slots, parts, strict=True)]
        return replace(new, slots=kept)


def months_of(good: Good) -> dict[date, Slot | None]:
    """By its first day each month from the first window to the last, also those in which nothing is wanted."""
    found: dict[date, Slot | None] = {}
    month, last = good.slots[0].first.replace(day=1), max(slot.first for slot in good.slots)
    while month <= last:
        found[month] = None
        month = next_month(month)
    return found | {slot.first.replace(day=1): slot for slot in good.slots}


class MonthsForm(AccessibleForm):
    """How much of a line is wanted in which month; together as much as the line asks for."""

    def __init__(self, *args: Any, good: Good, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted, self.months, self.sum = good, months_of(good), 0
        for month, slot in self.months.items():
            self.fields[f"{month:%Y-%m}"] = WholeNumberField(
                label=date_format(month, "F Y"),
                most=MOST_UNITS,
                initial=slot.quantity if slot else 0,
                error_messages={"required": _("Write how much, 0 for nothing.")},
            )

    @property
    def total(self) -> int:
        """Of what is typed, as far as it can be read; else of what stands there."""
        if self.is_bound:
            return self.sum
        return self.wanted.quantity

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.sum = sum(number for number in data.values() if number)
        if not self.errors and self.sum != self.wanted.quantity:
            text = _("The months add up to %(sum)s, but the line asks for %(wanted)s. Change one of them.")
            params = {"sum": grouped(self.sum), "wanted": grouped(self.wanted.quantity)}
            self.add_error(list(self.fields)[-1], ValidationError(text, params=params))
        return data

    def good(self) -> Good:
        """Of a valid form."""
        made = []
        for month, slot in self.months.items():
            quantity = self.cleaned_data[f"{month:%Y-%m}"]
            last = next_month(month) - timedelta(days=1)
            if quantity:
                made.append(replace(slot or Slot(max(month, today()), last, 0), quantity=quantity))
        return replace(self.wanted, slots=made)
