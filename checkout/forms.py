"""What the checkout asks: who and where, how it travels, and the pressed button."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from checkout.queries import Part
from checkout.tempo import NOW, TEMPO
from marketplace.common.forms import AccessibleForm, ascii_digits
from marketplace.people.phones import to_e164
from marketplace.reference.models import UserAddress
from marketplace.reference.queries import districts_of, regency_choices

POSTCODE = re.compile(r"^\d{5}$")
PLACE_FIELDS = ("regency", "district", "village", "line1", "postcode", "note")
CHOOSE = ("", _("Choose one"))


class AddressForm(AccessibleForm):
    """Nine fields at most. Guests are asked for an e-mail; who orders only services, for no address.

    The kecamatan are those of the chosen kabupaten or kota; static/js/places.js fills them when it changes, the
    button "show" of templates/components/_address_fields.html where no script runs.
    """

    autocomplete = {
        "name": "name",
        "email": "email",
        "phone": "tel",
        "regency": "address-level2",
        "district": "address-level3",
        "village": "address-level4",
        "line1": "street-address",
        "postcode": "postal-code",
    }

    name = forms.CharField(
        label=_("Full name"), max_length=150, error_messages={"required": _("Write your full name.")}
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("We send the payment instructions and the link to your order there."),
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("Write an e-mail address such as name@example.com."),
        },
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=30,
        help_text=_("The pesantren or the driver calls only about this order. For example 0812-3456-7890."),
        error_messages={"required": _("Write your telephone number.")},
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )
    regency = forms.ChoiceField(
        label=_("Kabupaten or kota"),
        error_messages={
            "required": _("Choose your kabupaten or kota."),
            "invalid_choice": _("Choose your kabupaten or kota from the list."),
        },
        widget=forms.Select(attrs={"data-districts": reverse_lazy("places:districts")}),
    )
    district = forms.ChoiceField(
        label=_("Kecamatan"),
        help_text=_("First choose the kabupaten or kota."),
        error_messages={
            "required": _("Choose your kecamatan."),
            "invalid_choice": _(
                "This kecamatan does not lie in the kabupaten or kota you chose. Choose it again."
            ),
        },
    )
    village = forms.CharField(label=_("Desa or kelurahan"), max_length=60, required=False)
    line1 = forms.CharField(
        label=_("Street and number"),
        max_length=200,
        help_text=_("With RT/RW or the name of the shop."),
        error_messages={"required": _("Write the street and number.")},
    )
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=10,
        error_messages={"required": _("Write the postcode.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    note = forms.CharField(
        label=_("Note for the driver"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    keep = forms.BooleanField(label=_("Keep this address for my next orders"), required=False)

    def __init__(
        self, *args: Any, ask_email: bool, ask_place: bool, ask_keep: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not ask_email:
            del self.fields["email"]
        if not (ask_keep and ask_place):
            del self.fields["keep"]
        if not ask_place:
            for name in PLACE_FIELDS:
                del self.fields[name]
            return
        self._districts = districts_of(str(self["regency"].value() or ""))
        self.fields["regency"].choices = [CHOOSE, *regency_choices()]  # type: ignore[attr-defined]
        self.fields["district"].choices = [CHOOSE, *((name, name) for name in self._districts)]  # type: ignore[attr-defined]

    def contact(self) -> dict[str, str]:
        """The cleaned fields as the checkout keeps them, with the code of the kecamatan."""
        kept = {name: value for name, value in self.cleaned_data.items() if name != "keep"}
        if "district" in kept:
            kept["district_code"] = self._districts[kept["district"]]
        return kept

    def clean_phone(self) -> str:
        number = to_e164(ascii_digits(self.cleaned_data["phone"]))
        if not number:
            raise ValidationError(_("Write a telephone number such as 0812-3456-7890 or +62 812 3456 7890."))
        return number

    def clean_postcode(self) -> str:
        code = ascii_digits(self.cleaned_data["postcode"]).strip()
        if not POSTCODE.match(code):
            raise ValidationError(_("A postcode has 5 digits, for example 40135."))
        return code


class KeptForm(AccessibleForm):
    """Which of the addresses a person keeps."""

    kept = forms.ChoiceField(
        label=_("Your addresses"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of your addresses."),
            "invalid_choice": _("This address is gone. Choose another one."),
        },
    )

    def __init__(self, *args: Any, book: list[UserAddress], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book = {str(address.pk): address for address in book}
        self.fields["kept"].choices = [(key, address.name) for key, address in self.book.items()]  # type: ignore[attr-defined]

    def cards(self) -> list[tuple[UserAddress, bool]]:
        """Each address, and whether it is the chosen one."""
        chosen = str(self["kept"].value() or "")
        return [(address, key == chosen) for key, address in self.book.items()]

    @property
    def chosen(self) -> UserAddress:
        return self.book[self.cleaned_data["kept"]]


class DeliveryForm(AccessibleForm):
    """One group of radio buttons a pesantren; the field is named way-<id of the pesantren>."""

    def __init__(self, *args: Any, parts: list[Part], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in parts:
            self.fields[field_name(part)] = forms.ChoiceField(
                label=part.partner.name,
                choices=[(way.code, way.name) for way in part.ways],
                initial=part.preselected,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose how this part is to be delivered.")},
            )

    def ways(self, parts: list[Part]) -> dict[int, str]:
        """The chosen code of each pesantren's part."""
        return {part.partner.pk: self.cleaned_data[field_name(part)] for part in parts}


def field_name(part: Part) -> str:
    return f"way-{part.partner.pk}"


class PlaceForm(forms.Form):
    """The hidden fields of the last button: which press this is, and what was shown."""

    place_key = forms.UUIDField(widget=forms.HiddenInput)
    shown = forms.CharField(widget=forms.HiddenInput, max_length=200_000)
    pay = forms.ChoiceField(choices=[(NOW, ""), (TEMPO, "")], required=False)  # the page draws the cards
