"""What members type: why they decline, and who takes the goods."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4, uuid5

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.models import DeliveryKind
from marketplace.common.forms import AccessibleForm
from marketplace.common.photos import PhotosField
from marketplace.fulfilment.models import Fulfilment, HandOverPhoto
from marketplace.fulfilment.services.hand_over_photos import MOST
from marketplace.pesantren.models import Member
from marketplace.pesantren.services import MOST_DAYS_OFF
from marketplace.reference.working_days import today

FURTHEST = timedelta(days=366)


class DeclineForm(AccessibleForm):
    why = forms.CharField(
        label=_("Why can you not deliver?"),
        help_text=_("The buyer reads this."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write why you cannot deliver, for example: the harvest failed."),
            "max_length": _("Write at most 300 characters."),
        },
    )


class HandOverForm(AccessibleForm):
    """Who takes the goods. A courier gives a receipt number, without which nobody can follow the parcel."""

    carrier = forms.CharField(label=_("Carrier or driver"), max_length=80, required=False)
    tracking_number = forms.CharField(label=_("Receipt or vehicle number"), max_length=60, required=False)
    photos = PhotosField(
        label=_("Photo of the receipt or of the loaded goods"),
        required=False,
        help_text=_("Up to 3 photos. Only you, the buyer and the office see them."),
    )
    drop = forms.MultipleChoiceField(
        label=_("Leave out photos you have sent"), required=False, widget=forms.CheckboxSelectMultiple
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    WORDS = {
        DeliveryKind.COURIER: (_("Courier company"), _("Receipt number (resi)")),
        DeliveryKind.CARGO: (_("Carrier and driver"), _("Vehicle number")),
        DeliveryKind.VEHICLE: (_("Driver's name"), _("Vehicle number")),
        DeliveryKind.PICKUP: (_("Who picks it up"), _("Vehicle number")),
    }

    def __init__(
        self, *args: Any, part: Fulfilment, kept: Sequence[HandOverPhoto] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, initial={"key": uuid4()}, **kwargs)
        self.kept = kept
        self.fields["drop"].choices = [  # type: ignore[attr-defined]
            (str(photo.token), _("Photo %(number)s") % {"number": number})
            for number, photo in enumerate(kept, start=1)
        ]
        if not kept:
            del self.fields["drop"]
        if not part.ships:  # a service is never handed over; the machine refuses it
            return
        carrier, number = self.WORDS[DeliveryKind(part.delivery_kind)]
        self.fields["carrier"].label, self.fields["tracking_number"].label = carrier, number
        if part.delivery_kind == DeliveryKind.COURIER:
            self.fields["tracking_number"].required = True
            self.fields["tracking_number"].error_messages["required"] = _(
                "Write the number on the courier's receipt. The buyer follows the parcel with it."
            )
        if part.delivery_kind != DeliveryKind.PICKUP:
            self.fields["carrier"].required = True
            self.fields["carrier"].error_messages["required"] = _("Write who takes the goods.")

    def clean_key(self) -> Any:
        return self.cleaned_data["key"] or uuid4()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        photos = data.get("photos") or []
        again = (
            {str(uuid5(data["key"], str(place))) for place in range(len(photos))} if "key" in data else set()
        )
        stay = {str(photo.token) for photo in self.kept} - set(data.get("drop") or [])
        if len(stay | again) > MOST:
            self.add_error("photos", _("At most 3 photos, please."))
        return data


class InviteForm(AccessibleForm):
    note = forms.CharField(
        label=_("For whom"),
        max_length=60,
        help_text=_("So that you know the link apart."),
        error_messages={"required": _("Write a name.")},
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Member.ROLES[::-1],
        widget=forms.RadioSelect,
        initial=Member.HELPER,
        help_text=_("A helper does everything but people and the bank account."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        help_text=_("We send the link there. Without it, you send the link yourself."),
        error_messages={"invalid": _("Write an e-mail address, for example name@example.com.")},
    )


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose a day."),
            "invalid": _("Write a date, for example 2026-11-23."),
        },
    )


class DaysOffForm(AccessibleForm):
    """First and last day, both included; not in the past, at most three months long."""

    first = _day(_("First day off"))
    last = _day(_("Last day off"))
    reason = forms.CharField(
        label=_("Why"), max_length=100, required=False, help_text=_("For yourselves; buyers do not see it.")
    )

    def clean_first(self) -> date:
        first: date = self.cleaned_data["first"]
        if first < today():
            raise forms.ValidationError(_("This day is over."), code="past")
        if first > today() + FURTHEST:
            raise forms.ValidationError(_("Choose a day within a year."), code="far")
        return first

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day comes before the first."))
        elif first and last and (last - first).days >= MOST_DAYS_OFF:
            self.add_error("last", _("At most three months. For longer, take the products off sale."))
        return data
