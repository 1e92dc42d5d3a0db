"""What the office types about couriers and tariffs, and the load it wants to try them with."""

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from catalogue.models import DeliveryKind, Product
from marketplace.common.forms import AccessibleForm, MoneyField, WholeNumberField, ascii_digits
from marketplace.fulfilment.delivery import Load
from marketplace.fulfilment.models import Courier, Tariff, Zone
from marketplace.fulfilment.preview import Case, load_of
from marketplace.reference import working_days
from marketplace.reference.models import Regency

SIDES = re.compile(r"^\s*(\d{1,4})\s*[x×*]\s*(\d{1,4})\s*[x×*]\s*(\d{1,4})\s*$", re.IGNORECASE)
MOST_RUPIAH = 10**9  # a kilogram for a thousand million rupiah is a typing error
MOST_DAYS = 60
FURTHEST = 730  # days ahead


def _date_field(label: Any, help_text: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Write a date."),
            "invalid": _("Write a date, for example 2026-11-23."),
        },
    )


def _number(label: Any, missing: Any, least: int, most: int, **kwargs: Any) -> WholeNumberField:
    texts = {"required": missing}
    return WholeNumberField(label=label, least=least, most=most, error_messages=texts, **kwargs)


def _money(label: Any, help_text: Any) -> MoneyField:
    texts = {"required": _("Write an amount; 0 if there is none.")}
    return MoneyField(label=label, help_text=help_text, most=MOST_RUPIAH, error_messages=texts)


class CourierForm(AccessibleForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("Buyers see it. Give an invented courier a name that says so."),
        error_messages={"required": _("Write the courier's name.")},
    )
    kind = forms.ChoiceField(label=_("Kind of delivery"), choices=DeliveryKind.choices)
    divisor = _number(
        _("Volume divisor"),
        "",
        1,
        100_000,
        required=False,
        help_text=_("Length × width × height in cm, divided by this, is kilograms. Empty: by weight only."),
    )
    minimum_kg = _number(_("Least weight in kg"), _("Write the least weight, 1 if there is none."), 1, 10_000)
    step_g = forms.TypedChoiceField(label=_("It charges"), choices=Courier.STEPS, coerce=int)
    tolerance_g = _number(
        _("Tolerance in grams"),
        _("Write the tolerance, 0 if there is none."),
        0,
        999,
        help_text=_("So much above a full step is not counted, for example 300."),
    )
    max_kg = _number(
        _("Most weight in kg"),
        "",
        1,
        100_000,
        required=False,
        help_text=_("It is not offered for anything heavier. Empty: it takes any weight."),
    )
    carries_perishables = forms.BooleanField(label=_("Carries perishable goods"), required=False)
    works_sundays = forms.BooleanField(label=_("Is on the road on Sundays"), required=False)
    is_active = forms.BooleanField(label=_("Is offered to buyers"), required=False)

    def __init__(self, *args: Any, courier: Courier | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.courier = courier

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if not slugify(name):
            raise ValidationError(_("Write a name with Latin letters or digits."))
        same = Courier.objects.filter(name__iexact=name) | Courier.objects.filter(code=slugify(name))
        if same.exclude(pk=self.courier.pk if self.courier else 0).exists():
            raise ValidationError(_("Another courier has this name."))
        return str(name)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        step, tolerance = data.get("step_g"), data.get("tolerance_g")
        if step is not None and tolerance is not None and tolerance >= step:
            self.add_error("tolerance_g", _("The tolerance must be less than the step it charges."))
        return data


class TariffForm(AccessibleForm):
    """`zone` is asked only for a new one: a tariff keeps its zone."""

    zone = forms.ModelChoiceField(
        label=_("Zone"),
        queryset=Zone.objects.all(),
        empty_label=_("Choose one"),
        error_messages={"required": _("Choose the zone.")},
    )
    base = _money(_("Base price"), _("For every parcel, whatever it weighs."))
    per_kg = _money(_("Price per kg"), _("For each kilogram it charges."))
    minimum = _money(_("Least price"), _("A delivery never costs less."))
    days_least = _number(_("Days on the road, at least"), _("Write the number of days."), 0, MOST_DAYS)
    days_most = _number(_("Days on the road, at most"), _("Write the number of days."), 0, MOST_DAYS)
    first = _date_field(_("Holds from"), _("Today: at once. Orders placed before keep their price."))

    def __init__(self, *args: Any, tariff: Tariff | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tariff = tariff
        if tariff:
            del self.fields["zone"]

    def clean_first(self) -> Any:
        first, today = self.cleaned_data["first"], working_days.today()
        if first < today:
            raise ValidationError(_("This day is over. Choose today or a later day."))
        if first > today + timedelta(days=FURTHEST):
            raise ValidationError(_("Choose a day within the next two years."))
        if self.tariff and self.tariff.valid_to and first > self.tariff.valid_to:
            raise ValidationError(_("This tariff ends before that day. Add a new one instead."))
        return first

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        least, most = data.get("days_least"), data.get("days_most")
        if least is not None and most is not None and most < least:
            self.add_error("days_most", _("This cannot be less than the least number of days."))
        return data


class EndForm(AccessibleForm):
    last = _date_field(_("Last day"), _("Yesterday ends it at once. Orders placed before keep their price."))

    def __init__(self, *args: Any, tariff: Tariff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tariff = tariff

    def clean_last(self) -> Any:
        last = self.cleaned_data["last"]
        if last < working_days.today() - timedelta(days=1):
            raise ValidationError(_("This day is over. Choose yesterday or a later day."))
        if last > working_days.today() + timedelta(days=FURTHEST):
            raise ValidationError(_("Choose a day within the next two years."))
        if last < self.tariff.valid_from:
            raise ValidationError(_("This tariff begins only after that day."))
        return last


class TryForm(AccessibleForm):
    """A load of one's own for the preview: a listing, or weight and carton. All empty: no such load."""

    product = forms.CharField(
        label=_("Listing"),
        required=False,
        max_length=300,
        help_text=_("The address of its page. Weight and carton are then the listing's own."),
    )
    quantity = WholeNumberField(label=_("Quantity"), required=False, least=1, most=1_000_000)
    weight_g = WholeNumberField(label=_("Grams of one unit"), required=False, least=1, most=10**6)
    carton_cm = forms.CharField(
        label=_("Carton in cm"), required=False, max_length=20, help_text=_("For example 40x30x20.")
    )
    carton_quantity = WholeNumberField(label=_("Units in a carton"), required=False, least=1, most=10**6)
    origin = forms.CharField(
        label=_("From kabupaten or kota"),
        required=False,
        max_length=70,
        widget=forms.TextInput(attrs={"list": "places"}),
    )
    destination = forms.CharField(
        label=_("To kabupaten or kota"),
        required=False,
        max_length=70,
        widget=forms.TextInput(attrs={"list": "places"}),
    )

    def __init__(self, *args: Any, places: dict[str, Regency], **kwargs: Any) -> None:
        super().__init__(*args, prefix="try", **kwargs)
        self.places = places

    def clean_product(self) -> Product | None:
        text = self.cleaned_data["product"].strip().strip("/").replace("\0", "")
        if not text:
            return None
        found = Product.objects.select_related("product_class", "partner__regency__province")
        product = found.filter(slug=text.split("?")[0].rstrip("/").rsplit("/", 1)[-1]).first()
        if product is None or product.partner is None:
            raise ValidationError(_("No listing has this address."))
        return product

    def clean_carton_cm(self) -> str:
        text = ascii_digits(self.cleaned_data["carton_cm"]).strip()
        sides = SIDES.match(text)
        if text and (not sides or "0" in sides.groups()):
            raise ValidationError(_("Write three sides in cm, for example 40x30x20."))
        return "x".join(sides.groups()) if sides else ""

    def _place(self, name: str) -> Regency | None:
        text = " ".join(self.cleaned_data[name].lower().split())
        if text and text not in self.places:
            raise ValidationError(_("Choose a kabupaten or kota of the list."))
        return self.places.get(text)

    def clean_origin(self) -> Regency | None:
        return self._place("origin")

    def clean_destination(self) -> Regency | None:
        return self._place("destination")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors or not any(data.values()):
            return data
        if not data.get("product") and not data.get("weight_g"):
            self.add_error("weight_g", _("Write what one unit weighs, or name a listing."))
        if not data.get("product") and not data.get("origin"):
            self.add_error("origin", _("Choose where the goods are sent from."))
        if not data.get("destination"):
            self.add_error("destination", _("Choose where the goods are sent to."))
        if data.get("carton_cm") and not data.get("carton_quantity"):
            self.add_error("carton_quantity", _("Write how many units are in a carton."))
        return data

    def case(self) -> Case | None:
        """The load on its way; nothing if none was asked for."""
        data = self.cleaned_data
        if not data.get("destination"):
            return None
        product, quantity = data["product"], data["quantity"] or 1
        if product:
            origin = data["origin"] or product.partner.regency
            return Case(
                f"{quantity} × {product.title}", origin, data["destination"], [Load(product, quantity, 0)]
            )
        load = load_of(data["weight_g"], data["carton_cm"], data["carton_quantity"], quantity)
        name = f"{quantity} × {data['weight_g']} g {data['carton_cm']}".strip()
        return Case(name, data["origin"], data["destination"], [load])
