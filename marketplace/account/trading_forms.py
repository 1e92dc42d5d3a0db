"""How a company trades: its places, currency, Incoterms, ports, and the amount above which somebody must agree."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.account.company_forms import NONE
from marketplace.common.forms import AccessibleForm
from marketplace.ledger.amounts import AmountField
from marketplace.ledger.money import Money
from marketplace.people.forms import PhoneField, one_line
from marketplace.reference.models import Incoterm, Port
from marketplace.reference.queries import country_choices, country_name
from offtakers.models import CompanyPlace
from offtakers.models.companies import CURRENCIES

MOST = 10**12  # major units: more is a typing error


class PlaceForm(AccessibleForm):
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=CompanyPlace.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is.")},
    )
    name = forms.CharField(
        label=_("Name as it stands on papers"),
        max_length=150,
        error_messages={"required": _("Write the name.")},
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the address.")},
    )
    country = forms.ChoiceField(
        label=_("Country"),
        error_messages={
            "required": _("Choose the country."),
            "invalid_choice": _("Choose one of the list."),
        },
    )
    contact = forms.CharField(label=_("Contact person"), max_length=100, required=False)
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        error_messages={"invalid": _("Write an e-mail address such as name@example.com.")},
    )
    phone: Any = PhoneField(label=_("Telephone"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [NONE, *country_choices()]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_contact(self) -> str:
        return one_line(self.cleaned_data["contact"])


class IncotermField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    def label_from_instance(self, obj: Any) -> str:
        text = _("%(term)s (by sea only)") if obj.sea_only else "%(term)s"
        return text % {"term": obj.code}


class PortField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj}, {country_name(obj.country)}"


class TradingForm(AccessibleForm):
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=CURRENCIES,
        help_text=_("Prices are shown in it too, as a rough guide; a quote names the binding one."),
    )
    incoterms: Any = IncotermField(
        label=_("Incoterms 2020 you prefer"),
        queryset=Incoterm.objects.all(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ports: Any = PortField(
        label=_("Ports and airports you prefer"),
        queryset=Port.objects.all(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class LimitForm(AccessibleForm):
    above = AmountField(
        label=_("Above this amount somebody must agree"),
        most=MOST,
        required=False,
        help_text=_("Leave it empty if nobody needs to agree."),
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    def clean_above(self) -> Money | None:
        text, field = self.cleaned_data["above"], self.fields["above"]
        assert isinstance(field, AmountField)
        return Money(field.in_minor(text, self.currency), self.currency) if text.strip() else None


class DeclineForm(AccessibleForm):
    why = forms.CharField(
        label=_("Why not?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write why."), "max_length": _("Write at most 300 characters.")},
    )
