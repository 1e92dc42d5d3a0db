"""What the export desk fills in: the plan of a consignment, its goods, its costs."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm, WholeNumberField, WhyForm
from marketplace.exports import identifiers, states
from marketplace.exports.goods.queries import Candidate
from marketplace.exports.models import Consignment, ConsignmentLine
from marketplace.office.export_fields import (
    CentimetreField,
    DegreesField,
    KilogramField,
    LinesField,
    MinorField,
    day_field,
    moment_field,
)
from marketplace.pesantren.models import Partner
from marketplace.reference.models import Incoterm
from marketplace.reference.queries import country_choices, term_fits
from offtakers.models import Company, CompanyPlace

MISSING = {"required": _("Fill this in.")}


def _text(label: Any, most: int, required: bool = False, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, error_messages=MISSING, **kwargs)


class TravelForm(AccessibleForm):
    """Mode, places and rule: what a new consignment and its plan share."""

    mode = forms.ChoiceField(label=_("Mode"), choices=states.MODES, widget=forms.RadioSelect)
    incoterm = forms.ChoiceField(label=_("Incoterm 2020"), error_messages=MISSING)
    place = _text(_("Named place"), 80, required=True, help_text=_("For example Dubai (AEDXB)."))
    country = forms.ChoiceField(label=_("Country of destination"), error_messages=MISSING)
    origin = _text(
        _("Leaves from"),
        20,
        required=True,
        help_text=_("UN/LOCODE or the carrier's code, for example IDCGK or CGK."),
    )
    destination = _text(_("Arrives at"), 20, required=True, help_text=_("For example AEDXB or DXB."))
    setpoint = DegreesField(
        label=_("Temperature, °C"), required=False, help_text=_("Leave it empty for dry goods.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_choices()  # type: ignore[attr-defined]
        codes = [(code, code) for code in Incoterm.objects.values_list("code", flat=True)]
        self.fields["incoterm"].choices = codes  # type: ignore[attr-defined]

    def _port(self, name: str) -> Any:
        return identifiers.port(self.cleaned_data[name], self.data.get("mode", ""))

    def clean_origin(self) -> Any:
        return self._port("origin")

    def clean_destination(self) -> Any:
        return self._port("destination")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if {"incoterm", "mode", "place"} <= found.keys() and not term_fits(
            found["incoterm"], found["mode"], found["place"]
        ):
            self.add_error("incoterm", _("This rule is for ships alone. By air, FCA, CPT or CIP fit."))
        return found


class PlanForm(TravelForm):
    """The whole plan of a consignment that is there; every number is checked."""

    carrier = _text(_("Carrier"), 80)
    voyage = _text(_("Flight, or vessel and voyage"), 80)
    booking = _text(_("Booking number"), 40)
    transport_number = _text(
        _("AWB or B/L number"), 40, help_text=_("By air 11 digits, for example 126-12345675.")
    )
    container = _text(_("Container"), 20, help_text=_("Only by sea, for example MEDU1234562."))
    seal = _text(_("Seal"), 30)
    cutoff_at = moment_field(_("Last time to hand in the goods"))
    departs_at = moment_field(_("Planned departure"))
    arrives_at = moment_field(_("Planned arrival"))
    window_last = day_field(_("The buyer expects it until"))
    consignee_name = _text(_("Consignee"), 150, required=True)
    consignee_address = LinesField(label=_("Address of the consignee"), max_length=300, required=False)
    notify_name = _text(_("Notify party"), 150)
    notify_address = LinesField(label=_("Address of the notify party"), max_length=300, required=False)
    is_tracked_publicly = forms.BooleanField(label=_("Whoever has the link may follow it"), required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("freight", _("Main freight")), ("insurance", _("Insurance"))):
            self.fields[name] = MinorField(
                label=label,
                currency=currency,
                required=False,
                help_text=_("In the currency of the invoice, apart from the goods."),
            )

    def clean_transport_number(self) -> str:
        return identifiers.transport_number(self.cleaned_data["transport_number"], self.data.get("mode", ""))

    def clean_container(self) -> str:
        return identifiers.container(self.cleaned_data["container"])

    @property
    def plan(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        return facts | {name: facts[name] or 0 for name in ("freight", "insurance")}


class TakesGoods(AccessibleForm):
    """How much of each lot travels; at least one of something."""

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        self.candidates = candidates
        super().__init__(*args, **kwargs)
        for one in candidates:
            self.fields[f"take_{one.key}"] = WholeNumberField(
                label=_label(one), required=False, most=one.left, help_text=_left(one)
            )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if not self.errors and not any(units for _one, units in self.taken):
            self.add_error(None, _("Choose how much of at least one good travels."))
        return found

    @property
    def taken(self) -> list[tuple[Candidate, int]]:
        return [(one, self.cleaned_data.get(f"take_{one.key}") or 0) for one in self.candidates]


class NewForm(TakesGoods, TravelForm):
    """A new consignment of an order's goods: how much of each lot, and to whom."""

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        exporters = Partner.objects.filter(is_exporter=True).order_by("name", "pk")
        self.fields["exporter"] = forms.ModelChoiceField(
            exporters, label=_("Exporter"), empty_label=None, error_messages=MISSING
        )
        places = CompanyPlace.objects.filter(company=company)
        for name, label in (("consignee", _("Consignee")), ("notify", _("Notify party"))):
            self.fields[name] = forms.ModelChoiceField(
                places.filter(kind=name), label=label, required=False, empty_label=company.name
            )
        self.fields["notify"].empty_label = _("Nobody else")  # type: ignore[attr-defined]
        for name, label in (("departs_at", _("Planned departure")), ("arrives_at", _("Planned arrival"))):
            self.fields[name] = moment_field(label)
        self.fields["window_last"] = day_field(_("The buyer expects it until"))

    @property
    def goods_fields(self) -> list[Any]:
        return [self[f"take_{one.key}"] for one in self.candidates]

    @property
    def other_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if not name.startswith("take_")]


def _label(one: Candidate) -> str:
    lot = f", {one.lot.number}" if one.lot else ""
    return f"{one.line.line.title_here} · {one.line.fulfilment.partner.name}{lot}"


def _left(one: Candidate) -> Any:
    return _("%(left)s %(unit)s are left.") % {"left": one.left, "unit": one.line.line.unit_here}


class LineForm(AccessibleForm):
    """One row of goods: units, packages, weights, sizes, codes."""

    description = _text(_("Name on the papers, in English"), 120, required=True)
    packing = forms.ChoiceField(label=_("Packed in"), choices=ConsignmentLine.Packing.choices)
    packages = WholeNumberField(label=_("Packages"), least=1, error_messages=MISSING)
    net_g = KilogramField(label=_("Net weight, kg"), least=1, error_messages=MISSING)
    gross_g = KilogramField(label=_("Gross weight, kg"), least=1, error_messages=MISSING)
    length_mm = CentimetreField(label=_("Length of one package, cm"), required=False)
    width_mm = CentimetreField(label=_("Width, cm"), required=False)
    height_mm = CentimetreField(label=_("Height, cm"), required=False)
    hs_origin = _text(_("Indonesian HS code"), 16)
    hs_destination = _text(_("HS code at the destination"), 16)

    def __init__(self, *args: Any, line: ConsignmentLine, hints: Mapping[str, str], **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(line, name) for name in self.base_fields} | {
            "quantity": line.quantity,
            "unit_value": line.unit_value,
        }
        super().__init__(*args, **kwargs)
        self.fields["quantity"] = WholeNumberField(label=_("Units"), least=1, error_messages=MISSING)
        self.fields["unit_value"] = MinorField(
            label=_("FOB price of one unit"), currency=line.consignment.currency, error_messages=MISSING
        )
        self.order_fields(["description", "quantity"])
        for name, hint in hints.items():
            self.fields[name].help_text = hint

    def _hs(self, name: str) -> str:
        code = re.sub(r"[.\s]", "", self.cleaned_data[name])
        if code and not re.fullmatch(r"\d{6,12}", code):
            raise ValidationError(_("An HS code has 6 to 12 digits, for example 0804.50.30."), code="hs")
        return code

    def clean_hs_origin(self) -> str:
        return self._hs("hs_origin")

    def clean_hs_destination(self) -> str:
        return self._hs("hs_destination")

    @property
    def facts(self) -> dict[str, Any]:
        sizes = ("length_mm", "width_mm", "height_mm")
        return dict(self.cleaned_data) | {name: self.cleaned_data[name] or 0 for name in sizes}


class IntoForm(AccessibleForm):
    """Another open consignment of the same buyer."""

    into = forms.ModelChoiceField(
        Consignment.objects.none(), label=_("Which consignment?"), empty_label=None, error_messages=MISSING
    )

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


class SplitForm(IntoForm):
    """How much of a row goes to another consignment."""

    quantity = WholeNumberField(label=_("Units that go there"), least=1, error_messages=MISSING)
    packages = WholeNumberField(label=_("Packages that go there"), least=1, error_messages=MISSING)


class BehindForm(WhyForm):
    """These goods do not travel. `units`: how many the page showed."""

    units = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    still_here = forms.BooleanField(
        label=_("The goods exist: the pesantren can sell them again"),
        help_text=_("Leave this empty if they are spoiled or were never brought."),
        required=False,
    )


class CostsForm(AccessibleForm):
    """Estimate and actual sum of each kind, in rupiah."""

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        self.kinds = kinds
        super().__init__(*args, **kwargs)
        for kind, label in kinds:
            names = {"kind": label}
            self.fields[f"{kind}_estimate"] = MinorField(
                label=_("%(kind)s, estimate") % names, required=False
            )
            self.fields[f"{kind}_actual"] = MinorField(
                label=_("%(kind)s, in the end") % names, required=False
            )
            self.fields[f"{kind}_note"] = _text(_("%(kind)s, note") % names, 300)

    @property
    def told(self) -> dict[str, tuple[int | None, int | None, str]]:
        facts = self.cleaned_data
        return {
            kind: (facts[f"{kind}_estimate"], facts[f"{kind}_actual"], facts[f"{kind}_note"])
            for kind, _label in self.kinds
        }

    @property
    def rows(self) -> list[tuple[Any, Any, Any, Any]]:
        return [
            (label, self[f"{kind}_estimate"], self[f"{kind}_actual"], self[f"{kind}_note"])
            for kind, label in self.kinds
        ]
