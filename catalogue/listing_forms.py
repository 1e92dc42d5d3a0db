"""What a pesantren says of one listing. Prices in whole rupiah a unit, quantities in its unit, weight in grams."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.forms.boundfield import BoundField
from django.utils.dates import MONTHS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalogue.listing_fields import (
    OTHER,
    CartonField,
    ChosenField,
    GoodField,
    Options,
    attribute_field,
    grams,
    lead_days,
    quantity,
    rupiah,
)
from catalogue.models import BY_WEIGHT, Category, Commodity, Product, ProductClass, Unit
from catalogue.services.listings import Facts, Terms
from marketplace.common.forms import AccessibleForm
from marketplace.common.prose import plain
from marketplace.pesantren import week_words
from marketplace.pesantren.exceptions import Promised, WrongSteps
from marketplace.pesantren.services import check_steps
from marketplace.reference.models import Regency

STEPS = 3
KILOGRAM = 1000


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

    FIRST = ["name", "commodity", "unit", "weight_g"]
    EXPORT = ("net_weight_g", "carton_quantity", "carton_cm", "origin")
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
    commodity: Any = GoodField(
        label=_("Which good is it?"),
        queryset=Commodity.objects.none(),
        required=False,
        empty_label=_("None of these"),
        help_text=_("It decides the papers and the HS code, and you are told when somebody looks for it."),
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )
    weight_g = grams(
        _("Weight of one, packed, in grams"),
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
    net_weight_g = grams(
        _("Weight of one without its packing, in grams"),
        required=False,
        help_text=_("Empty for what is sold by weight, such as kg."),
    )
    carton_quantity = quantity(_("How many fit into one carton"), least=1, required=False)
    carton_cm = CartonField(
        label=_("Carton: length, width and height in cm"),
        required=False,
        max_length=20,
        help_text=_("For example 60x40x30."),
    )
    origin: Any = ChosenField(
        label=_("Where it grows or is made"),
        queryset=Regency.objects.none(),
        required=False,
        empty_label=_("Not said"),
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )
    harvest_months = forms.MultipleChoiceField(
        label=_("Harvest months"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all year."),
    )

    def __init__(self, *args: Any, kind: ProductClass, options: Options | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, options = kind, options or Options.of(kind)
        known = {
            "unit": options.units, "sector": options.sectors, "commodity": options.goods,
            "origin": options.places,
        }  # fmt: skip
        if options.papers_differ:
            self.fields["commodity"].empty_label = _("Not said yet")  # type: ignore[attr-defined]
        for name, rows in known.items():
            self.fields[name].offer(rows, options.choices[name])  # type: ignore[attr-defined]
        self.fields["harvest_months"].choices = [(str(n), name) for n, name in MONTHS.items()]  # type: ignore[attr-defined]
        for name in self._unasked(options):
            del self.fields[name]
        self.options = options
        self.attributes = options.attributes
        for attribute in self.attributes:
            self.fields[f"a_{attribute.code}"] = attribute_field(attribute)

    def _unasked(self, options: Options) -> list[str]:
        """What makes no sense for goods of this class. Months that a listing has can always be changed."""
        names = [] if options.goods else ["commodity"]
        if not self.kind.requires_shipping:
            names += ["weight_g", *self.EXPORT]
        if not (self.kind.has_harvest or self.initial.get("harvest_months")):
            names.append("harvest_months")
        return names

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

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "net_weight_g" in self.fields:
            self._check_weights(data)
        return data

    def _check_weights(self, data: dict[str, Any]) -> None:
        """A unit that is a weight knows what is in it; packed, nothing weighs less."""
        unit, net = data.get("unit"), data.get("net_weight_g")
        known = unit.net_g if unit else None
        if known and net and net != known:
            said = _("One %(unit)s holds %(n)s grams. Leave this empty, or choose another unit.")
            params = {"unit": unit, "n": self.fields["net_weight_g"].shown(known)}  # type: ignore[attr-defined]
            self.add_error("net_weight_g", ValidationError(said, code="unit", params=params))
            return
        data["net_weight_g"] = net or known
        if data["net_weight_g"] and (data.get("weight_g") or KILOGRAM) < data["net_weight_g"]:
            said = _("With its packing it weighs at least what is in it: %(n)s grams.")
            shown = self.fields["net_weight_g"].shown(data["net_weight_g"])  # type: ignore[attr-defined]
            self.add_error("weight_g", ValidationError(said, code="net", params={"n": shown}))

    def facts(self) -> Facts:
        """For catalogue.services.listings; the form is valid."""
        data = self.cleaned_data
        if data["unit"].code == BY_WEIGHT and "weight_g" in self.fields:
            data["weight_g"] = data["weight_g"] or KILOGRAM
        names = {"gross_weight_g": "weight_g", **{name: name for name in (*self.EXPORT, "harvest_months")}}
        asked = {column: data[name] for column, name in names.items() if name in self.fields}
        if "commodity" in self.fields:
            asked["commodity"] = self.good()
        return Facts(
            name=data["name"],
            description=data["description"],
            unit=data["unit"],
            sector=data["sector"],
            columns=asked,
            attributes={one.code: data[f"a_{one.code}"] for one in self.attributes},
        )

    def good(self) -> Commodity | None:
        """Which good it is; nothing where none was chosen."""
        found = self.cleaned_data["commodity"]
        return None if found == OTHER else found

    def first(self) -> Iterator[BoundField]:
        """What everybody is asked."""
        return (self[name] for name in self.FIRST if name in self.fields)

    def more(self) -> Iterator[BoundField]:
        """What makes it better known."""
        return (self[name] for name in self.fields if name not in (*self.FIRST, *self.EXPORT))

    def export(self) -> list[BoundField]:
        """What is asked for goods that go abroad."""
        return [self[name] for name in self.EXPORT if name in self.fields]

    def has_more_errors(self) -> bool:
        return any(field.errors for field in self.more())

    def has_export_errors(self) -> bool:
        return any(field.errors for field in self.export())


class DraftForm(ListingForm):
    """Everything a new listing needs: at most six answers, the photo among them."""

    FIRST = ["name", "commodity", "price", "unit", "stock", "weight_g"]
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
        if found := self.fields.get("commodity"):
            none = [] if self.options.papers_differ else [(OTHER, _("None of these"))]
            found.choices = [("", _("As its name says")), *self.options.choices["commodity"], *none]  # type: ignore[attr-defined]

    def good(self) -> Commodity | None:
        """A new listing whose name says plainly which good it is need not say it twice."""
        if self.cleaned_data["commodity"] is None:
            return self.options.good_named(self.cleaned_data["name"])
        return super().good()

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
        "commodity": product.commodity.code if product.commodity else "",
        "weight_g": _shown(product.gross_weight_g),
        "net_weight_g": "" if _is_by_unit(product) else _shown(product.net_weight_g),
        "carton_cm": product.carton_cm,
        "origin": product.origin.code if product.origin else "",
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


def _is_by_unit(product: Product) -> bool:
    """The unit says what is in one; nobody has to say it again."""
    return product.unit is not None and product.net_weight_g == product.unit.net_g


def _shown(number: int | None) -> str:
    return f"{number:,}".replace(",", ".") if number else ""
