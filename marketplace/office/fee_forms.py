"""What the office types about fees: commission rules, and the units of a credit note."""

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.models import ProductClass
from marketplace.common.forms import AccessibleForm, MoneyField, WholeNumberField
from marketplace.fulfilment.models import FulfilmentLine
from marketplace.payments import states
from marketplace.payments.models.fees import BASIS_POINTS
from marketplace.pesantren.models import Partner
from marketplace.reference import working_days


class CreditNoteForm(AccessibleForm):
    """Units of each line that go back, and why. `left`: how many a note can still be about."""

    def __init__(
        self, *args: Any, lines: Iterable[FulfilmentLine], left: Mapping[int, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            most = left.get(line.pk, 0)
            self.fields[f"line_{line.pk}"] = WholeNumberField(
                label=f"{line.line.title_here} ({line.unit_price})",
                help_text=_("0 to %(most)s %(unit)s") % {"most": most, "unit": line.line.unit_here},
                most=most,
                required=False,
                initial=0,
            )
        self.fields["why"] = forms.CharField(
            label=_("Reason"),
            help_text=_("Buyer and pesantren read it."),
            max_length=300,
            error_messages={"required": _("Write why."), "max_length": _("Write at most 300 characters.")},
        )

    def units(self) -> dict[int, int]:
        found = {line.pk: self.cleaned_data.get(f"line_{line.pk}") or 0 for line in self.lines}
        return {pk: units for pk, units in found.items() if units}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not self.units():
            self.add_error(f"line_{self.lines[0].pk}", _("Write at least one unit."))
        return data


class RuleForm(AccessibleForm):
    """A commission rule: a rate or an amount for each unit, from a day on."""

    name = forms.CharField(label=_("Name"), max_length=80, error_messages={"required": _("Write a name.")})
    order = WholeNumberField(
        label=_("Place in the list"),
        least=1,
        most=30_000,
        initial=100,
        help_text=_("The first rule that fits counts, the smallest number first."),
        error_messages={"required": _("Write a number.")},
    )
    rate = forms.DecimalField(
        label=_("Percent of the price"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        required=False,
        localize=True,
        help_text=_("For example 2.5. Leave it empty if you write an amount."),
    )
    amount = MoneyField(label=_("Or rupiah for each unit"), least=0, most=10**9, required=False)
    channel = forms.ChoiceField(
        label=_("Channel"), choices=[("", _("At home and abroad")), *states.CHANNELS], required=False
    )
    product_class = forms.ModelChoiceField(
        label=_("Kind of goods"),
        queryset=ProductClass.objects.none(),
        required=False,
        empty_label=_("All kinds"),
    )
    partner = forms.ModelChoiceField(
        label=_("Pesantren"), queryset=Partner.objects.none(), required=False, empty_label=_("All pesantren")
    )
    valid_from = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Write the first day."),
            "invalid": _("Write a date, for example 2026-11-23."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"order": 100, "valid_from": working_days.today()})
        super().__init__(*args, **kwargs)
        kinds, sellers = self.fields["product_class"], self.fields["partner"]
        assert isinstance(kinds, forms.ModelChoiceField)
        assert isinstance(sellers, forms.ModelChoiceField)
        kinds.queryset = ProductClass.objects.order_by("name")
        sellers.queryset = Partner.objects.filter(sells=True).select_related("regency").order_by("name", "pk")
        sellers.label_from_instance = attrgetter("with_place")  # type: ignore[method-assign, assignment]

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if day < working_days.today():
            raise forms.ValidationError(_("This day is over. A rule begins today or later."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("rate") and data.get("amount"):
            self.add_error("amount", _("Write a percentage or an amount, not both."))
        return data

    def facts(self) -> dict[str, Any]:
        """Fields of CommissionRule. Percent become hundredths of a percent, exactly (two places)."""
        data = dict(self.cleaned_data)
        rate = data.pop("rate") or 0
        return {**data, "rate_bp": int(rate * BASIS_POINTS / 100), "amount": data["amount"] or 0}


class EndRuleForm(AccessibleForm):
    last = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Write the last day."),
            "invalid": _("Write a date, for example 2026-11-23."),
        },
    )

    def __init__(self, *args: Any, first: Any, **kwargs: Any) -> None:
        self.first = max(first, working_days.today())
        kwargs.setdefault("initial", {"last": self.first})
        super().__init__(*args, **kwargs)

    def clean_last(self) -> Any:
        last = self.cleaned_data["last"]
        if last < self.first:
            raise forms.ValidationError(_("This day is over, or before the rule's first day."))
        return last
