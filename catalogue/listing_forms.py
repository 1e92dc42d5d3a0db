"""What a pesantren says of one listing. Prices in whole rupiah a unit, quantities in its unit, weight in grams."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.forms.boundfield import BoundField
from django.utils.dates import MONTHS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalogue.models import BY_WEIGHT, Category, Product, ProductAttribute, ProductClass, Unit
from catalogue.services.listings import Facts, Terms
from marketplace.common.forms import AccessibleForm, MoneyField, WholeNumberField
from marketplace.common.prose import plain
from marketplace.pesantren import week_words
from marketplace.pesantren.exceptions import Promised, WrongSteps
from marketplace.pesantren.services import check_steps

MOST_RUPIAH = 10**9
MOST_UNITS = 9_999_999
MOST_GRAMS = 1_000_000  # a ton in one unit
MOST_DAYS = 60
STEPS = 3
KILOGRAM = 1000


def quantity(label: Any, *, least: int = 0, missing: Any = None, **kwargs: Any) -> WholeNumberField:
    texts = {"required": missing or _("Write a number.")}
    return WholeNumberField(label=label, least=least, most=MOST_UNITS, error_messages=texts, **kwargs)


def rupiah(label: Any, **kwargs: Any) -> MoneyField:
    texts = {"required": _("Write the price of one unit.")}
    return MoneyField(label=label, least=1, most=MOST_RUPIAH, error_messages=texts, **kwargs)


def lead_days() -> WholeNumberField:
    return WholeNumberField(
        label=_("Working days until it is ready"),
        most=MOST_DAYS,
        required=False,
        help_text=_("0: the same day. Buyers see the date."),
    )


@dataclass(frozen=True)
class Options:
    """What may be answered for one class of goods. Three queries; many forms in a row share them."""

    attributes: list[ProductAttribute]
    units: Mapping[str, Unit]
    sectors: Mapping[str, Category]

    @classmethod
    def of(cls, kind: ProductClass) -> "Options":
        return cls(
            list(ProductAttribute.objects.filter(product_class=kind).order_by("pk")),
            {one.code: one for one in Unit.objects.order_by("name")},
            {one.code: one for one in Category.objects.filter(depth=1).exclude(code=None)},
        )

    @cached_property
    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """Code and name of each, as the fields show them; reading a name in the right language takes its time."""
        known = {"unit": self.units, "sector": self.sectors}
        return {field: [(code, str(one)) for code, one in rows.items()] for field, rows in known.items()}


class ChosenField(forms.ModelChoiceField):
    """One row by its code, found among those that were read before."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(to_field_name="code", **kwargs)
        self.known: Mapping[str, Any] = {}

    def offer(self, known: Mapping[str, Any], choices: Sequence[tuple[str, str]]) -> None:
        self.known = known
        self.choices = [("", self.empty_label), *choices]

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if (found := self.known.get(str(value))) is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return found


class StepsForm(AccessibleForm):
    """Up to three steps, from which quantity on one costs less; `steps` holds them once the form is clean."""

    steps: list[tuple[int, int]]

    def ask_for_steps(self) -> None:
        for n in range(1, STEPS + 1):
            self.fields[f"from_{n}"] = quantity(
                _("Step %(n)s: from how many") % {"n": n}, least=2, required=False
            )
            self.fields[f"price_{n}"] = rupiah(
                _("Step %(n)s: price of one, in rupiah") % {"n": n}, required=False
            )

    def read_steps(self, data: Mapping[str, Any], *, minimum: int, multiple: int) -> None:
        """Both halves of each step, and each cheaper than the one before; faults go beside the fields."""
        self.steps, places = [], []
        for n in range(1, STEPS + 1):
            start, amount = data.get(f"from_{n}"), data.get(f"price_{n}")
            if start and amount:
                self.steps.append((start, amount))
                places.append(n)
            elif start and f"price_{n}" not in self.errors:
                self.add_error(f"price_{n}", _("Write the price from this quantity on."))
            elif amount and f"from_{n}" not in self.errors:
                self.add_error(f"from_{n}", _("Write from how many this price holds."))
        if not self.errors:
            self._check(data["price"], places, minimum=minimum, multiple=multiple)

    def _check(self, price: int, places: list[int], *, minimum: int, multiple: int) -> None:
        try:
            check_steps(minimum=minimum, multiple=multiple, price=price, steps=self.steps)
        except WrongSteps as wrong:
            n = places[wrong.place]
            name = f"price_{n}" if wrong.fault == WrongSteps.NOT_CHEAPER else f"from_{n}"
            self.add_error(name, step_fault(wrong))


class ListingForm(StepsForm):
    """The texts and facts; its class decides which of them are asked for."""

    FIRST = ["name", "unit", "weight_g"]
    name = forms.CharField(
        label=_("Name of the product"),
        min_length=3,
        max_length=100,
        help_text=_("What it is, then the kind or size: Keripik pisang manis 250 g"),
        error_messages={
            "required": _("Write what you sell."),
            "min_length": _("Write at least three letters."),
        },
    )
    unit: Any = ChosenField(
        label=_("The price is for one"),
        queryset=Unit.objects.none(),
        empty_label=_("Choose"),
        error_messages={
            "required": _("Choose what one price is for."),
            "invalid_choice": _("Choose one of the list."),
        },
    )
    weight_g = WholeNumberField(
        label=_("Weight of one, packed, in grams"),
        least=1,
        most=MOST_GRAMS,
        help_text=_("Couriers charge by it. 1 kg is 1.000 grams."),
        error_messages={"required": _("Write the weight, so that delivery can be priced.")},
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("How it is made, what it is good for, how to keep it."),
    )
    sector: Any = ChosenField(
        label=_("Sector"),
        queryset=Category.objects.none(),
        required=False,
        empty_label=_("As usual for these goods"),
    )
    carton_quantity = quantity(_("How many fit into one carton"), least=1, required=False)
    harvest_months = forms.MultipleChoiceField(
        label=_("Harvest months"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all year."),
    )

    def __init__(self, *args: Any, kind: ProductClass, options: Options | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, options = kind, options or Options.of(kind)
        self.fields["unit"].offer(options.units, options.choices["unit"])  # type: ignore[attr-defined]
        self.fields["sector"].offer(options.sectors, options.choices["sector"])  # type: ignore[attr-defined]
        self.fields["harvest_months"].choices = [(str(n), name) for n, name in MONTHS.items()]  # type: ignore[attr-defined]
        if not kind.requires_shipping:
            del self.fields["weight_g"], self.fields["carton_quantity"]
        if not kind.perishable:
            del self.fields["harvest_months"]
        self.attributes = options.attributes
        for attribute in self.attributes:
            self.fields[f"a_{attribute.code}"] = _attribute_field(attribute)

    def clean_name(self) -> str:
        name = " ".join(plain(self.cleaned_data["name"]).split())
        if len(name) < 3:
            raise ValidationError(self.fields["name"].error_messages["required"], code="required")
        return name

    def clean_harvest_months(self) -> list[int]:
        return sorted(int(month) for month in self.cleaned_data["harvest_months"])

    def _clean_fields(self) -> None:
        """What is sold by weight needs no weight of its own."""
        if "weight_g" in self.fields and self.data.get(self.add_prefix("unit")) == BY_WEIGHT:
            self.fields["weight_g"].required = False
        super()._clean_fields()  # type: ignore[misc]

    def facts(self) -> Facts:
        """For catalogue.services.listings; the form is valid."""
        data = self.cleaned_data
        by_weight = data["unit"].code == BY_WEIGHT and self.kind.requires_shipping
        return Facts(
            name=data["name"],
            description=data["description"],
            unit=data["unit"],
            sector=data["sector"],
            weight_g=data.get("weight_g") or (KILOGRAM if by_weight else None),
            carton_quantity=data.get("carton_quantity"),
            harvest_months=data.get("harvest_months", []),
            attributes={one.code: data[f"a_{one.code}"] for one in self.attributes},
        )

    def first(self) -> Iterator[BoundField]:
        """What everybody is asked."""
        return (self[name] for name in self.FIRST if name in self.fields)

    def more(self) -> Iterator[BoundField]:
        """What makes it better known."""
        return (self[name] for name in self.fields if name not in self.FIRST)

    def has_more_errors(self) -> bool:
        return any(field.errors for field in self.more())


def _attribute_field(attribute: ProductAttribute) -> forms.Field:
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


class DraftForm(ListingForm):
    """Everything a new listing needs: at most six answers, the photo among them."""

    FIRST = ["name", "price", "unit", "stock", "weight_g"]
    price = rupiah(_("Price of one, in rupiah"))
    stock = quantity(
        _("How many are ready now"), missing=_("Write how many there are; 0 if there are none yet.")
    )
    weekly_capacity = quantity(
        _("Made to order: how many a week"),
        least=1,
        required=False,
        help_text=_("Only if you make it after it is ordered. Then nothing has to be ready now."),
    )
    minimum = quantity(_("Smallest order"), least=1, required=False)
    multiple = quantity(_("Sold in steps of"), least=1, required=False)
    lead_days = lead_days()

    def __init__(self, *args: Any, with_steps: bool = False, **kwargs: Any) -> None:
        """`with_steps`: price steps are asked for, too (a file has them; the page shows those it brought)."""
        super().__init__(*args, **kwargs)
        if with_steps:
            self.ask_for_steps()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.read_steps(data, minimum=data.get("minimum") or 1, multiple=data.get("multiple") or 1)
        return data

    def _clean_fields(self) -> None:
        """What is made to order needs no stock."""
        if str(self.data.get(self.add_prefix("weekly_capacity"), "")).strip():
            self.fields["stock"].required = False
        super()._clean_fields()

    def terms(self) -> Terms:
        data = self.cleaned_data
        return Terms(
            price=data["price"],
            stock=data["stock"] or 0,
            minimum=data["minimum"] or 1,
            multiple=data["multiple"] or 1,
            lead_days=data["lead_days"],
            weekly_capacity=data["weekly_capacity"],
            steps=tuple(self.steps),
        )


class StockForm(AccessibleForm):
    stock = quantity(
        _("So many lie here now"), help_text=_("With those that open orders need: count everything.")
    )


class SoldForm(AccessibleForm):
    stock = quantity(_("So many were sold elsewhere"), least=1)


class PriceForm(StepsForm):
    """The price and up to three steps for larger orders."""

    price = rupiah(_("Price of one, in rupiah"))

    def __init__(self, *args: Any, minimum: int, multiple: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.minimum, self.multiple = minimum, multiple
        self.ask_for_steps()

    @staticmethod
    def initial_of(price: int, tiers: Iterable[tuple[int, int]]) -> dict[str, int]:
        found = {"price": price}
        for n, (start, amount) in enumerate(tiers, start=1):
            found |= {f"from_{n}": start, f"price_{n}": amount}
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.read_steps(data, minimum=self.minimum, multiple=self.multiple)
        return data


def step_fault(wrong: WrongSteps) -> ValidationError:
    """What is wrong with a price step, in words."""
    said = {
        WrongSteps.NOT_ABOVE: _("This must be more than %(n)s, where the price before begins."),
        WrongSteps.NO_MULTIPLE: _("You sell in steps of %(n)s; this is no multiple of it."),
        WrongSteps.NOT_CHEAPER: _("This must be less than Rp %(n)s, the price before."),
    }
    shown = f"{wrong.figure:,}".replace(",", ".")
    return ValidationError(said[wrong.fault], code=wrong.fault, params={"n": shown})


def promised_text(promised: Promised) -> str:
    """Why a week cannot make less."""
    said = gettext("%(n)s are promised in the week of %(day)s: it cannot be less.")
    shown = f"{promised.number:,}".replace(",", ".")
    return said % {"n": shown, "day": week_words.day(promised.week)}


class TermsForm(AccessibleForm):
    minimum = quantity(_("Smallest order"), least=1)
    multiple = quantity(_("Sold in steps of"), least=1, help_text=_("1 if any number may be ordered."))
    lead_days = lead_days()
    carton_quantity = quantity(_("How many fit into one carton"), least=1, required=False)
    export_minimum = quantity(
        _("Smallest order for export"), least=1, required=False, help_text=_("Empty: you do not say.")
    )
    export_multiple = quantity(_("For export in steps of"), least=1, required=False)


class CapacityForm(AccessibleForm):
    """By count or to order. The figure outside the harvest is asked for where the listing has harvest months."""

    COUNT, MADE = "count", "made"
    way = forms.ChoiceField(
        label=_("How do you sell it?"),
        choices=[
            (COUNT, _("From stock: what is ready now")),
            (MADE, _("Made to order: so many a week")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    weekly_capacity = quantity(
        _("How many can be ready in one week"),
        least=1,
        required=False,
        help_text=_(
            "Only if made to order: what you can surely make. "
            "Larger orders go on into the next weeks, and the buyer sees the date."
        ),
    )
    off_season_capacity = quantity(
        _("How many in a week outside the harvest"), required=False, help_text=_("Empty: none.")
    )

    def __init__(self, *args: Any, harvest: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "weekly_capacity"
        ].is_conditional = True  # "(optional)" would be wrong for one of the two ways
        if not harvest:
            del self.fields["off_season_capacity"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        made = data.get("way") == self.MADE
        if made and not data.get("weekly_capacity") and "weekly_capacity" not in self.errors:
            self.add_error("weekly_capacity", _("Write how many you can make in a week."))
        return data

    @property
    def weekly(self) -> int | None:
        """Units a week; nothing where it is sold by count."""
        made = self.cleaned_data["way"] == self.MADE
        return self.cleaned_data["weekly_capacity"] if made else None


class WeekForm(AccessibleForm):
    units = quantity(_("How many in this week"))


def answers_of(product: Product) -> dict[str, Any]:
    """What the form would be given to say what this listing says; for a copy, a change, a file.

    Uses prefetched categories, attribute values and stock records where there are some.
    """
    prefetch_related_objects([product], "attribute_values__attribute")
    sector = next((one for one in product.categories.all() if one.depth == 1), None)
    found: dict[str, Any] = {
        "name": product.title_ind or product.title,
        "description": product.description_ind or "",
        "unit": product.unit.code if product.unit else "",
        "sector": sector.code if sector else "",
        "weight_g": _shown(product.gross_weight_g),
        "carton_quantity": _shown(product.carton_quantity),
        "harvest_months": [str(month) for month in product.harvest_months],
    }
    for value in product.attribute_values.all():
        said = value.value_text_ind or value.value
        found[f"a_{value.attribute.code}"] = "" if said in (None, False) else str(said)
    record = next(iter(product.stockrecords.all()), None)
    if record:
        found |= {
            "price": _shown(int(record.price)),
            "minimum": _shown(record.minimum),
            "multiple": _shown(record.multiple),
            "lead_days": "" if record.lead_days is None else str(record.lead_days),
            "weekly_capacity": _shown(record.weekly_capacity),
        }
    return found


def _shown(number: int | None) -> str:
    return f"{number:,}".replace(",", ".") if number else ""
