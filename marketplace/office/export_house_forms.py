"""What is filled in at the packing house, on a phone: trucks, weights, photos."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm, WholeNumberField
from marketplace.common.photos import PhotosField
from marketplace.exports.models import PackingHouse, ReceiptLine
from marketplace.exports.services.pick_ups import Stop, weight_kg
from marketplace.fulfilment.models import Fulfilment
from marketplace.office.export_fields import KilogramField, day_field
from marketplace.people.forms import PhoneField
from marketplace.pesantren.models import Partner
from marketplace.reference.models import Regency
from marketplace.reference.queries import regency_choices

MISSING = {"required": _("Fill this in.")}
AMOUNTS = (
    ("weighed", _("Weighed")),
    ("accepted", _("Accepted: export grade")),
    ("downgraded", _("Downgraded: good, but not of the grade")),
    ("rejected", _("Rejected")),
    ("shrinkage", _("Lost by washing, drying, handling")),
)


def house_field(required: bool = True) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        PackingHouse.objects.filter(is_active=True).select_related("exporter"),
        label=_("Packing house"),
        empty_label=None,
        required=required,
        error_messages=MISSING,
    )


class WeighForm(AccessibleForm):
    """One lot of one line. Kilograms where it is sold so, else units."""

    def __init__(self, *args: Any, by_weight: bool, row: ReceiptLine | None = None, **kwargs: Any) -> None:
        if row:
            names = [name for name, _label in AMOUNTS]
            kwargs["initial"] = {name: getattr(row, name) for name in (*names, "grade", "reason")}
        super().__init__(*args, **kwargs)
        for name, label in AMOUNTS:
            kind = KilogramField if by_weight else WholeNumberField
            must = name in ("weighed", "accepted")
            self.fields[name] = kind(label=label, required=must, error_messages=MISSING if must else None)
        self.fields["grade"] = forms.CharField(label=_("Grade"), max_length=40, required=False)
        self.fields["reason"] = forms.CharField(
            label=_("Why was not all of it accepted?"),
            max_length=300,
            required=False,
            help_text=_("The pesantren reads this."),
        )

    @property
    def amounts(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] or 0 for name, _label in AMOUNTS}


class ReceiptPhotosForm(AccessibleForm):
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    photos = PhotosField(label=_("Photos"), required=False)
    grader = forms.CharField(label=_("Graded by"), max_length=100, required=False)
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean_key(self) -> Any:
        return self.cleaned_data["key"] or uuid4()


class OpenForm(AccessibleForm):
    """Begin to weigh a part."""

    part = forms.ModelChoiceField(
        Fulfilment.objects.none(), label=_("Whose goods?"), empty_label=None, error_messages=MISSING
    )

    def __init__(self, *args: Any, parts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["part"].queryset = parts  # type: ignore[attr-defined]
        self.fields["part"].label_from_instance = part_words  # type: ignore[attr-defined]
        self.fields["house"] = house_field()
        self.order_fields(["house", "part"])


def part_words(part: Fulfilment) -> str:
    goods = ", ".join(
        f"{line.quantity} {line.line.unit_here} {line.line.title_here}" for line in part.lines.all()
    )
    return f"{part.partner.name} · {goods} · {part.number}"


class PickUpForm(AccessibleForm):
    """One truck: when, which, and where it stops, in which order."""

    day = day_field(_("Day"), required=True)
    vehicle = forms.CharField(
        label=_("Truck"), max_length=40, help_text=_("Its number plate."), error_messages=MISSING
    )
    driver = forms.CharField(label=_("Driver"), max_length=80, required=False)
    phone = PhoneField(label=_("Driver's telephone"), required=False)
    capacity_kg = WholeNumberField(label=_("Carries at most, kg"), required=False, least=1)

    def __init__(self, *args: Any, parts: Sequence[Fulfilment], **kwargs: Any) -> None:
        self.parts = parts
        super().__init__(*args, **kwargs)
        self.fields["house"] = house_field()
        self.order_fields(["house"])
        for part in parts:
            self.fields[f"stop_{part.pk}"] = WholeNumberField(
                label=part_words(part),
                required=False,
                least=1,
                most=len(parts),
                help_text=_("%(load)s kg, %(place)s. Write 1 for the first stop, 2 for the second.")
                % {"load": weight_kg(part), "place": part.partner.place},
            )
            self.fields[f"at_{part.pk}"] = forms.TimeField(
                label=_("About when?"),
                required=False,
                widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                error_messages={"invalid": _("Write the time, for example 08:30.")},
            )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        places = [found[name] for name in found if name.startswith("stop_") and found[name]]
        if len(set(places)) < len(places):
            raise ValidationError(_("Two stops have the same place in the order."))
        return found

    @property
    def stops(self) -> list[Stop]:
        facts = self.cleaned_data
        chosen = [part for part in self.parts if facts.get(f"stop_{part.pk}")]
        chosen.sort(key=lambda part: facts[f"stop_{part.pk}"])
        return [Stop(part, facts.get(f"at_{part.pk}")) for part in chosen]

    @property
    def plan_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if not name.startswith(("stop_", "at_"))]

    @property
    def stop_fields(self) -> list[tuple[Any, Any]]:
        return [(self[f"stop_{part.pk}"], self[f"at_{part.pk}"]) for part in self.parts]


class HouseForm(AccessibleForm):
    name = forms.CharField(label=_("Name"), max_length=100, error_messages=MISSING)
    address = forms.CharField(label=_("Address"), max_length=300, error_messages=MISSING)
    regency = forms.ChoiceField(label=_("Kabupaten or kota"), error_messages=MISSING)
    registration = forms.CharField(
        label=_("Registration number"),
        max_length=40,
        required=False,
        help_text=_("As the quarantine office gave it, for example PH-32-73-0018-0418."),
    )
    is_active = forms.BooleanField(label=_("It takes goods"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        exporters = Partner.objects.filter(is_exporter=True).order_by("name", "pk")
        self.fields["exporter"] = forms.ModelChoiceField(
            exporters, label=_("Exporter"), empty_label=None, error_messages=MISSING
        )
        self.order_fields(["exporter"])
        self.fields["regency"].choices = regency_choices()  # type: ignore[attr-defined]

    def clean_regency(self) -> Regency:
        return Regency.objects.get(code=self.cleaned_data["regency"])
