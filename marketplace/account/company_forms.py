"""What a buyer writes about a company at home or abroad, whom an owner invites and in which roles."""

import re
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm, ascii_digits
from marketplace.common.proofs import ProofField
from marketplace.people.forms import PhoneField, one_line
from marketplace.reference.models import Regency
from marketplace.reference.queries import country_choices, regency_choices
from offtakers.models import Role
from offtakers.models.companies import CURRENCIES, INDONESIA
from offtakers.numbers import check_nib, check_npwp, tax_number
from offtakers.services import FACTS

NONE = ("", _("Choose one"))
CODE = {"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}
FOR_EMAIL = {
    "required": _("Write an e-mail address."),
    "invalid": _("Write an e-mail address such as name@example.com."),
}


def _digits(text: str) -> str:
    return re.sub(r"[\s.\-]", "", ascii_digits(text))


def code_field(label: Any, **kwargs: Any) -> forms.CharField:
    """A number as an authority writes it: left to right, whatever the language of the page."""
    return forms.CharField(label=label, max_length=40, widget=forms.TextInput(attrs=dict(CODE)), **kwargs)


class CompanyForm(AccessibleForm):
    """What both kinds of company tell."""

    autocomplete = {"name": "organization", "address": "street-address", "phone": "tel", "email": "email"}

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=_("Name of the company"),
        max_length=150,
        error_messages={"required": _("Write the name of the company.")},
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the address of the company.")},
    )
    phone: Any = PhoneField(label=_("Telephone"), error_messages={"required": _("Write a telephone number.")})
    email = forms.EmailField(label=_("E-mail"), max_length=254, error_messages=FOR_EMAIL)
    proof: Any = ProofField(
        label=_("Proof that the company exists"),
        required=False,
        help_text=_(
            "For example the NIB, the NPWP card or the deed: PDF, JPG or PNG, up to 5 MB. "
            "Only the programme office and your company's owners see it."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    @property
    def typed_key(self) -> UUID:
        return self.cleaned_data["key"] or uuid4()

    @property
    def chosen_currency(self) -> str:
        return str(self.cleaned_data.get("currency") or "IDR")  # at home nobody is asked

    def facts(self) -> dict[str, Any]:
        """What offtakers.services asks for."""
        data = self.cleaned_data
        found: dict[str, Any] = {name: data.get(name, "") for name in FACTS}
        regency = Regency.objects.filter(code=data["regency"]).first() if data.get("regency") else None
        return found | {"country": found["country"] or INDONESIA, "regency": regency}


class DomesticForm(CompanyForm):
    """In Indonesia: NPWP, kabupaten or kota; the NIB where there is one."""

    npwp = forms.CharField(
        label=_("NPWP"),
        max_length=30,
        help_text=_("15 or 16 digits."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", **CODE}),
        error_messages={"required": _("A company in Indonesia needs an NPWP.")},
    )
    nib = forms.CharField(
        label=_("NIB"),
        max_length=30,
        required=False,
        help_text=_("13 digits."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", **CODE}),
    )
    regency = forms.ChoiceField(
        label=_("Kabupaten or kota"),
        error_messages={
            "required": _("Choose your kabupaten or kota."),
            "invalid_choice": _("Choose one of the list."),
        },
    )
    field_order = ["name", "npwp", "nib", "address", "regency", "phone", "email", "proof"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regency"].choices = [NONE, *regency_choices()]  # type: ignore[attr-defined]

    def clean_npwp(self) -> str:
        number = _digits(self.cleaned_data["npwp"])
        check_npwp(number)
        return number

    def clean_nib(self) -> str:
        number = _digits(self.cleaned_data["nib"])
        if number:
            check_nib(number)
        return number


class OverseasForm(CompanyForm):
    """Abroad: country, trade licence, tax number by the rules of that country."""

    country = forms.ChoiceField(
        label=_("Country"),
        error_messages={
            "required": _("Choose the country of the company."),
            "invalid_choice": _("Choose one of the list."),
        },
    )
    trade_licence = code_field(
        _("Trade licence number"),
        help_text=_("Or the number in the commercial register."),
        error_messages={"required": _("Write the number of the trade licence.")},
    )
    tax_kind = forms.CharField(
        label=_("Kind of tax number"),
        max_length=20,
        help_text=_("As it is called in your country, for example TRN or VAT."),
        error_messages={"required": _("Write what kind of number it is, for example TRN.")},
    )
    tax_number = code_field(
        _("Tax number"), error_messages={"required": _("Write the tax number of the company.")}
    )
    currency = forms.ChoiceField(
        label=_("Currency you calculate in"),
        choices=CURRENCIES,
        initial="USD",
        help_text=_("We show prices in it too, as a rough guide. You can change it later."),
    )
    field_order = [
        "name", "country", "trade_licence", "tax_kind", "tax_number", "address", "phone", "email", "currency",
        "proof",
    ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        abroad = [(code, name) for code, name in country_choices() if code != INDONESIA]
        self.fields["country"].choices = [NONE, *abroad]  # type: ignore[attr-defined]
        self.fields["proof"].help_text = _(
            "The trade licence or an extract of the commercial register: PDF, JPG or PNG, up to 5 MB. "
            "Only the programme office and your company's owners see it."
        )

    def clean_trade_licence(self) -> str:
        return one_line(ascii_digits(self.cleaned_data["trade_licence"]))

    def clean_tax_kind(self) -> str:
        return one_line(self.cleaned_data["tax_kind"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("country") and data.get("tax_number"):
            try:
                data["tax_number"] = tax_number(data["country"], ascii_digits(data["tax_number"]))
            except ValidationError as error:
                self.add_error("tax_number", error)
        return data


class ProofForm(AccessibleForm):
    proof: Any = ProofField(
        label=_("Newer proof that the company exists"),
        help_text=_(
            "PDF, JPG or PNG, up to 5 MB. Only the programme office and your company's owners see it."
        ),
        error_messages={"required": _("The office needs a proof. Please choose a file.")},
    )


class RolesForm(AccessibleForm):
    roles = forms.MultipleChoiceField(
        label=_("What may this person do?"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )


class InviteForm(RolesForm):
    email = forms.EmailField(label=_("E-mail of the person"), max_length=254, error_messages=FOR_EMAIL)
    field_order = ["email", "roles"]
