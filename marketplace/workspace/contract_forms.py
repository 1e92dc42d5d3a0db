"""What the seller types on a contract: its terms, a signature, an amendment, why it ends; and of a call-off."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm, WholeNumberField, why_field
from marketplace.fulfilment import states as parts
from marketplace.reference.working_days import today
from marketplace.sourcing.forms import SignerForm
from marketplace.sourcing.models import Contract, PaymentStep
from marketplace.sourcing.services.contracts import WHOLE, Pay
from marketplace.workspace.offer_forms import CHOOSE, DAY

DAYS = {"required": _("Choose a day."), "invalid": _("Choose a day.")}
NUMBER = {"required": _("Write a number.")}


class TermsForm(AccessibleForm):
    """Terms until a side signs. Two payment steps at most here: a deposit (0: all at once) and the balance."""

    first = forms.DateField(label=_("First day"), widget=DAY, error_messages=DAYS)
    last = forms.DateField(label=_("Last day"), widget=DAY, error_messages=DAYS)
    deposit = WholeNumberField(label=_("Deposit in % (0: all at once)"), most=99, error_messages=NUMBER)
    deposit_days = WholeNumberField(
        label=_("Deposit: days before the first day of a delivery"), most=365, error_messages=NUMBER
    )
    balance_days = WholeNumberField(
        label=_("The rest: days before the first day of a delivery"), most=365, error_messages=NUMBER
    )
    release_on = forms.ChoiceField(
        label=_("Sellers are paid after"), choices=parts.RELEASES, error_messages=CHOOSE
    )
    claim_hours = WholeNumberField(
        label=_("Hours for claims after delivery"), least=24, most=720, error_messages=NUMBER
    )
    quality = forms.CharField(
        label=_("Quality, inspection and claims"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    sale = forms.ChoiceField(
        label=_("Kind of sale, as both call it"), choices=Contract.Sale.choices, error_messages=CHOOSE
    )
    price_formula = forms.CharField(
        label=_("Price formula"),
        max_length=500,
        required=False,
        help_text=_("Left empty, the price is fixed."),
    )
    late_charge = forms.CharField(
        label=_("Who pays late gives"),
        max_length=300,
        required=False,
        help_text=_("A sum to a social account, never to the seller and never interest. Empty: nothing."),
    )
    prevailing_language = forms.ChoiceField(
        label=_("Language that prevails"), choices=settings.LANGUAGES, error_messages=CHOOSE
    )

    @staticmethod
    def initial_of(contract: Contract) -> dict[str, Any]:
        steps = list(contract.steps.all())
        has_deposit = steps[0].step == PaymentStep.DEPOSIT
        return {
            **{name: getattr(contract, name) for name in ("first", "last", "release_on", "claim_hours")},
            **{name: getattr(contract, name) for name in ("quality", "sale", "price_formula", "late_charge")},
            "prevailing_language": contract.prevailing_language,
            "deposit": steps[0].share // 100 if has_deposit else 0,
            "deposit_days": steps[0].days_before,
            "balance_days": steps[-1].days_before,
        }

    def clean_first(self) -> date:
        first: date = self.cleaned_data["first"]
        if first < today():
            raise forms.ValidationError(_("This day is over. Choose today or a later day."), code="past")
        return first

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day comes before the first."))
        early, late = data.get("deposit_days"), data.get("balance_days")
        if data.get("deposit") and early is not None and late is not None and early < late:
            self.add_error(
                "deposit_days", _("The deposit is due first: write at least the days of the rest.")
            )
        return data

    def steps(self) -> list[Pay]:
        data = self.cleaned_data
        if not data["deposit"]:
            return [Pay(PaymentStep.FULL, WHOLE, data["balance_days"])]
        share = data["deposit"] * 100
        return [
            Pay(PaymentStep.DEPOSIT, share, data["deposit_days"]),
            Pay(PaymentStep.BALANCE, WHOLE - share, data["balance_days"]),
        ]


class SignForm(SignerForm):
    """The seller's side."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    read = forms.BooleanField(
        label=_("I have read the paper and may sign for the seller."),
        error_messages={"required": _("Please confirm this.")},
    )


class EndForm(AccessibleForm):
    """Why a contract or a delivery ends."""

    why = why_field(help_text=_("The buyer reads this."))
