"""What a pesantren says of a lot, and which labels it wants. Quantities in the listing's unit."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from catalogue.lots.models import Grower, Lot
from catalogue.lots.services import Facts
from catalogue.models import Product
from marketplace.common.forms import AccessibleForm, WholeNumberField
from marketplace.common.prose import plain
from marketplace.fulfilment.documents.labels import MOST, SHEET, THERMAL
from marketplace.reference.models import District
from marketplace.reference.queries import districts_of, regency_choices
from marketplace.reference.working_days import today

OLDEST = timedelta(days=2 * 365)
LONGEST = timedelta(days=92)  # a longer harvest is several lots
KEEPS_MOST = timedelta(days=10 * 366)
MOST_UNITS = 9_999_999
CHOOSE = ("", _("Choose one"))


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    texts = {
        "required": _("Choose a day."),
        "invalid": _("Write a date, for example 2026-11-23."),
    }
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=texts, **kwargs)


def clean_line(text: str) -> str:
    """One line of plain text."""
    return " ".join(plain(text).split())


class LotForm(AccessibleForm):
    """Day, place and quantity; the rest is optional. Filled in from the last lot."""

    FIRST: tuple[str, ...] = ("made_to", "regency", "district", "quantity")
    made_to = day_field(_("Day"), help_text=_("When it was harvested or made; of several days the last."))
    regency = forms.ChoiceField(
        label=_("Kabupaten or kota"),
        help_text=_("Where it grew or was made. That may be another place than yours."),
        error_messages={
            "required": _("Choose the kabupaten or kota."),
            "invalid_choice": _("Choose the kabupaten or kota from the list."),
        },
        widget=forms.Select(attrs={"data-districts": reverse_lazy("places:districts")}),
    )
    district = forms.ChoiceField(
        label=_("Kecamatan"),
        error_messages={
            "required": _("Choose the kecamatan."),
            "invalid_choice": _(
                "This kecamatan does not lie in the kabupaten or kota you chose. Choose it again."
            ),
        },
    )
    quantity = WholeNumberField(
        label=_("How much in all"),
        least=1,
        most=MOST_UNITS,
        error_messages={"required": _("Write how much was harvested or made.")},
    )
    made_from = day_field(_("First day, if it took several"), required=False)
    best_before = day_field(_("Best before"), required=False)
    grower: Any = forms.ModelChoiceField(
        label=_("Who grew or made it"),
        queryset=Grower.objects.none(),
        required=False,
        empty_label=_("Nobody is named"),
        help_text=_("Only who agreed to be named stands here. Everybody reads the name."),
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, help_text=_("For yourselves; buyers do not see it.")
    )

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._districts = districts_of(str(self["regency"].value() or ""))
        self.fields["regency"].choices = [CHOOSE, *regency_choices()]  # type: ignore[attr-defined]
        self.fields["district"].choices = [CHOOSE, *((name, name) for name in self._districts)]  # type: ignore[attr-defined]
        named = Grower.objects.filter(partner=product.partner_id, withdrawn_at=None).order_by("name", "pk")
        self.fields["grower"].queryset = named  # type: ignore[attr-defined]
        if product.unit:
            self.fields["quantity"].label = _("How much in all, in %(unit)s") % {"unit": product.unit.name}

    @staticmethod
    def initial_of(lot: Lot | None) -> dict[str, Any]:
        """What the last lot said of place, quantity and grower; today."""
        if lot is None:
            return {"made_to": today()}
        grower = lot.grower_id if lot.grower_shown else None
        regency = lot.district.regency.code
        place = {"regency": regency, "district": lot.district.name}
        return {"made_to": today(), "quantity": lot.quantity, "grower": grower, **place}

    @property
    def first(self) -> list[BoundField]:
        return [self[name] for name in self.FIRST]

    @property
    def more(self) -> list[BoundField]:
        return [field for field in self if field.name not in self.FIRST]

    @property
    def has_more_errors(self) -> bool:
        return any(field.errors for field in self.more)

    def clean_made_to(self) -> date:
        day: date = self.cleaned_data["made_to"]
        if day > today():
            raise ValidationError(_("This day has not come yet."), code="future")
        if day < today() - OLDEST:
            raise ValidationError(_("This is too long ago. Please check the year."), code="old")
        return day

    def clean_note(self) -> str:
        return clean_line(self.cleaned_data["note"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last, best = data.get("made_from"), data.get("made_to"), data.get("best_before")
        if last and first and first > last:
            self.add_error("made_from", _("The first day comes after the last."))
        elif last and first and last - first > LONGEST:
            self.add_error("made_from", _("At most three months. A longer harvest is several lots."))
        if last and best and not last <= best <= last + KEEPS_MOST:
            self.add_error("best_before", _("This must be after the day it was made, and within ten years."))
        return data

    def facts(self) -> Facts:
        """Of a valid form."""
        data = self.cleaned_data
        place = District.objects.select_related("regency").get(code=self._districts[data["district"]])
        return Facts(
            made_from=data["made_from"] or data["made_to"],
            made_to=data["made_to"],
            district=place,
            quantity=data["quantity"],
            best_before=data["best_before"],
            grower=data["grower"],
            note=data["note"],
        )


class CorrectForm(LotForm):
    """The same of a lot that is there; once goods have left it says why."""

    why = forms.CharField(
        label=_("Why it is corrected"),
        max_length=300,
        help_text=_("Goods of it have left: everybody who opens its page reads this."),
        error_messages={"required": _("Write why, for example: the wrong day was typed.")},
    )
    FIRST = (*LotForm.FIRST, "why")

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        kwargs["initial"] = self.initial_of(lot) | {
            "made_to": lot.made_to,
            "made_from": lot.made_from if lot.made_from != lot.made_to else None,
            "best_before": lot.best_before,
            "note": lot.note,
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, product=lot.product, **kwargs)
        if lot.left_at is None:
            del self.fields["why"]
            self.FIRST = LotForm.FIRST

    def clean_why(self) -> str:
        why = clean_line(self.cleaned_data["why"])
        if not why:
            raise ValidationError(self.fields["why"].error_messages["required"], code="required")
        return why


class ReasonForm(AccessibleForm):
    """Why a lot is recalled, or why that is lifted."""

    why = forms.CharField(
        label=_("Why?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who opens the page of the lot reads this."),
        error_messages={
            "required": _("Write why."),
            "max_length": _("Write at most 300 characters."),
        },
    )

    def clean_why(self) -> str:
        why = clean_line(self.cleaned_data["why"])
        if not why:
            raise ValidationError(self.fields["why"].error_messages["required"], code="required")
        return why


class LabelsForm(AccessibleForm):
    """Labels of one lot."""

    count = WholeNumberField(
        label=_("How many labels"), least=1, most=MOST, error_messages={"required": _("Write a number.")}
    )
    pack = WholeNumberField(label=_("How much is in one pack"), least=1, most=MOST_UNITS, required=False)
    size = forms.ChoiceField(
        label=_("Paper size"),
        choices=[(SHEET, _("A4, eight on a sheet")), (THERMAL, _("Label printer, 100 × 150 mm"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the paper."),
            "invalid_choice": _("Choose one of the list."),
        },
    )
