"""What a pesantren tells when it wants to sell here."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as WrongNumber
from stdnum.id import npwp as npwp_rules

from catalogue.models import Category
from marketplace.common.forms import AccessibleForm, ascii_digits
from marketplace.people.forms import PhoneField, one_line
from marketplace.pesantren.joining import queries
from marketplace.reference.models import Regency
from marketplace.reference.queries import PROGRAMME

DIGITS = {"inputmode": "numeric", "autocomplete": "off", "dir": "ltr"}


def only_digits(text: str) -> str:
    return re.sub(r"[\s.\-]", "", ascii_digits(text))


class JoinForm(AccessibleForm):
    nspp = forms.CharField(
        label=_("NSPP number"),
        max_length=30,
        widget=forms.TextInput(attrs=DIGITS),
        help_text=_("12 digits, as the ministry gave it. It tells pesantren of the same name apart."),
        error_messages={"required": _("Write the NSPP number.")},
    )
    name = forms.CharField(
        label=_("Name of the pesantren"),
        max_length=128,
        error_messages={"required": _("Write the name of the pesantren.")},
    )
    regency: Any = forms.ModelChoiceField(
        label=_("Kabupaten or kota"),
        queryset=Regency.objects.none(),
        to_field_name="code",
        empty_label=_("Choose"),
        error_messages={
            "required": _("Choose the kabupaten or kota."),
            "invalid_choice": _("Choose one of the list."),
        },
    )
    sector: Any = forms.ModelChoiceField(
        label=_("Sector"),
        queryset=Category.objects.none(),
        to_field_name="code",
        empty_label=_("Choose"),
        error_messages={
            "required": _("Choose the sector."),
            "invalid_choice": _("Choose one of the list."),
        },
    )
    product = forms.CharField(
        label=_("What you sell first"),
        max_length=100,
        error_messages={"required": _("Write what you sell.")},
    )
    phone = PhoneField(
        label=_("Telephone of the pesantren"),
        help_text=_("The office calls this number."),
        error_messages={"required": _("Write a telephone number.")},
    )
    nib = forms.CharField(
        label=_("NIB"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs=DIGITS),
        help_text=_("13 digits. It may follow later; the office can waive it with a reason."),
    )
    npwp = forms.CharField(
        label=_("NPWP"), max_length=30, required=False, widget=forms.TextInput(attrs=DIGITS)
    )
    attested = forms.MultipleChoiceField(
        label=_("You say that"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please tick what is true; without it you cannot sell here.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours = Regency.objects.filter(province__code=PROGRAMME).order_by("kind", "name")
        self.fields["regency"].queryset = ours  # type: ignore[attr-defined]
        self.fields["sector"].queryset = Category.objects.filter(depth=1).exclude(code=None)  # type: ignore[attr-defined]
        self.asked = list(queries.attested())
        self.fields["attested"].choices = [(one.code, str(one)) for one in self.asked]  # type: ignore[attr-defined]

    def clean_nspp(self) -> str:
        number = only_digits(self.cleaned_data["nspp"])
        if not re.fullmatch(r"\d{12}", number):
            raise ValidationError(_("An NSPP number has 12 digits."), code="nspp")
        return number

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_product(self) -> str:
        return one_line(self.cleaned_data["product"])

    def clean_nib(self) -> str:
        number = only_digits(self.cleaned_data["nib"])
        if number and not re.fullmatch(r"\d{13}", number):
            raise ValidationError(_("An NIB has 13 digits."), code="nib")
        return number

    def clean_npwp(self) -> str:
        number = only_digits(self.cleaned_data["npwp"])
        if not number:
            return ""
        try:
            return str(npwp_rules.validate(number))
        except WrongNumber as wrong:
            raise ValidationError(
                _("This is no NPWP: it has 15 or 16 digits, and they check each other. Please compare."),
                code="npwp",
            ) from wrong

    def clean_attested(self) -> set[str]:
        said = set(self.cleaned_data["attested"])
        if any(one.is_required and one.code not in said for one in self.asked):
            raise ValidationError(
                _("Please tick what is true; without it you cannot sell here."), code="tick"
            )
        return said

    def facts(self) -> dict[str, Any]:
        """For joining.services; the form is valid."""
        facts = {name: value for name, value in self.cleaned_data.items() if name != "attested"}
        return facts | {"sector": facts["sector"].code}
