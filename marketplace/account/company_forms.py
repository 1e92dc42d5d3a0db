"""What a buyer writes about a company, and whom an admin invites."""

import re
from typing import Any

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm, ascii_digits
from marketplace.common.proofs import ProofField
from marketplace.people.phones import to_e164
from marketplace.reference.models import Regency
from marketplace.reference.queries import regency_choices
from offtakers.models import Company, CompanyMember, check_nib, check_npwp

INDONESIA = "ID"


def countries() -> list[tuple[str, str]]:
    """ISO codes with names in the language of the page, by name."""
    names = Locale(get_language() or "id").territories
    found = [(code, name) for code, name in names.items() if re.fullmatch(r"[A-Z]{2}", code) and code != "ZZ"]
    return sorted(found, key=lambda row: row[1].casefold())


def _digits(text: str) -> str:
    return re.sub(r"[\s.\-]", "", ascii_digits(text))


class CompanyForm(AccessibleForm):
    """The facts and the proof. An NPWP and a kabupaten or kota are asked of companies in Indonesia only."""

    autocomplete = {"name": "organization", "address": "street-address", "phone": "tel", "email": "email"}

    name = forms.CharField(
        label=_("Name of the company"),
        max_length=150,
        error_messages={"required": _("Write the name of the company.")},
    )
    kind = forms.ChoiceField(
        label=_("Where is it?"),
        choices=Company.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where the company is.")},
    )
    country = forms.ChoiceField(label=_("Country, if abroad"), required=False)
    npwp = forms.CharField(
        label=_("NPWP"),
        max_length=30,
        required=False,
        help_text=_("15 or 16 digits; for companies in Indonesia."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    nib = forms.CharField(
        label=_("NIB"),
        max_length=30,
        required=False,
        help_text=_("13 digits."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the address of the company.")},
    )
    regency = forms.ChoiceField(label=_("Kabupaten or kota, if in Indonesia"), required=False)
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=30,
        error_messages={"required": _("Write a telephone number.")},
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        error_messages={
            "required": _("Write an e-mail address."),
            "invalid": _("Write an e-mail address such as name@example.com."),
        },
    )
    proof = ProofField(
        label=_("Proof that the company exists"),
        required=False,
        help_text=_(
            "For example the NIB, the NPWP card or the deed: PDF, JPG or PNG, up to 5 MB. "
            "Only the programme office and your company's admins see it."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = ("", _("Choose one"))
        self.fields["country"].choices = [none, *countries()]  # type: ignore[attr-defined]
        self.fields["regency"].choices = [none, *regency_choices()]  # type: ignore[attr-defined]

    def clean_npwp(self) -> str:
        number = _digits(self.cleaned_data["npwp"])
        if number:
            check_npwp(number)
        return number

    def clean_nib(self) -> str:
        number = _digits(self.cleaned_data["nib"])
        if number:
            check_nib(number)
        return number

    def clean_phone(self) -> str:
        number = to_e164(ascii_digits(self.cleaned_data["phone"]))
        if not number:
            raise ValidationError(_("Write a telephone number such as 0812-3456-7890 or +62 812 3456 7890."))
        return number

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == Company.Kind.DOMESTIC:
            data["country"] = INDONESIA
            if "npwp" in data and not data["npwp"]:
                self.add_error("npwp", _("A company in Indonesia needs an NPWP."))
            if not data.get("regency"):
                self.add_error("regency", _("Choose your kabupaten or kota."))
        elif data.get("kind") == Company.Kind.OVERSEAS:
            data["regency"] = ""
            if data.get("country") in ("", INDONESIA):
                self.add_error("country", _("Choose the country of the company."))
        return data

    def facts(self) -> dict[str, Any]:
        """What offtakers.services asks for."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "proof"}
        return data | {"regency": Regency.objects.filter(code=data["regency"]).first()}


class InviteForm(AccessibleForm):
    email = forms.EmailField(
        label=_("E-mail of the person"),
        max_length=254,
        error_messages={
            "required": _("Write an e-mail address."),
            "invalid": _("Write an e-mail address such as name@example.com."),
        },
    )
    role = forms.ChoiceField(
        label=_("What may this person do?"),
        choices=CompanyMember.Role.choices,
        initial=CompanyMember.Role.BUYER,
        widget=forms.RadioSelect,
    )
