"""Forms of the office about promises, and why a link or a company is refused."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.common.forms import AccessibleForm
from marketplace.programme.commitments.forms import PromiseForm, begun_on
from marketplace.programme.models import Event, Exhibitor
from marketplace.programme.services import floor
from offtakers import states as company_states
from offtakers.models import Company

UNKNOWN = gettext_lazy(
    "There is no demand, contract or order with this number between these two. A demand that the pesantren has not "
    "quoted is linked by the buyer."
)
LINKED = {
    "name": gettext_lazy("This buyer is known by name alone. Say first which company of here it is."),
    # One answer, so that nobody learns by trying numbers what others asked for or bought.
    "buyer": UNKNOWN,
    "seller": UNKNOWN,
    "taken": gettext_lazy("This belongs to a promise already."),
    "inside": gettext_lazy("Its contract and its orders cannot both be linked: they would count twice."),
    "closed": gettext_lazy("This promise is closed."),
    "unknown": UNKNOWN,
}

NAMED = {
    "verified": gettext_lazy("Only a verified company can be named."),
    "closed": gettext_lazy("This promise is closed."),
    "linked": gettext_lazy("Something is linked to this promise: the buyer is not changed any more."),
    "company": gettext_lazy("This buyer is a company already, or became one at the same moment."),
}


class CorrectForm(PromiseForm):
    why: Any = forms.CharField(
        label=gettext_lazy("Why it is corrected"),
        max_length=150,
        error_messages={"required": gettext_lazy("Write the reason.")},
    )


class LinkForm(AccessibleForm):
    """By number, as it stands on the papers."""

    number: Any = forms.CharField(
        label=gettext_lazy("Number of the demand, contract or order"),
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Write the number.")},
    )


class CompanyForm(AccessibleForm):
    """Which company of here a buyer is, that only its name is known of."""

    company: Any = forms.CharField(
        label=gettext_lazy("Exact name or e-mail address of the company"),
        max_length=200,
        error_messages={"required": gettext_lazy("Write the name or the address.")},
    )

    def clean_company(self) -> Company:
        typed = self.cleaned_data["company"].strip()
        verified = Company.objects.filter(state=company_states.VERIFIED)
        found = list(verified.filter(name__iexact=typed)[:2])
        found = found or list(verified.filter(email__iexact=typed)[:2])
        if len(found) != 1 or not found[0].is_verified:
            raise ValidationError(_("No single verified company is called so."), code="unknown")
        return found[0]


class TurnForm(PromiseForm):
    """A lead becomes a promise to one of the exhibitors."""

    field_order = ("exhibitor", "what", "quantity", "unit", "value", "kind")
    exhibitor: Any = forms.ModelChoiceField(
        label=gettext_lazy("Pesantren"),
        queryset=Exhibitor.objects.none(),
        empty_label=gettext_lazy("Choose one"),
        error_messages={"required": gettext_lazy("Choose the pesantren.")},
    )
    key: Any = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, begun_on=begun_on(event), **kwargs)
        field: Any = self.fields["exhibitor"]
        field.queryset = Exhibitor.objects.filter(event=event, declined_at=None).select_related(
            "partner__regency"
        )
        field.label_from_instance = floor.label
