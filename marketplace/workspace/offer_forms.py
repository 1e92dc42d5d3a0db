"""What an exporter types when it composes an offer: rules of the plan, costs by name, and terms."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.common import dates
from marketplace.common.forms import AccessibleForm, MoneyField, WholeNumberField
from marketplace.ledger.amounts import AmountField, read_minor
from marketplace.ledger.money import MINOR_DIGITS
from marketplace.reference.models import Incoterm
from marketplace.reference.queries import term_fits
from marketplace.reference.working_days import JAKARTA, today
from marketplace.sourcing import states
from marketplace.sourcing.models import CostLine, Demand, Quote
from marketplace.sourcing.services.composing import Rules
from marketplace.sourcing.services.quotes import LONGEST_VALID, Terms
from marketplace.workspace.quote_forms import check_sample

USUAL_VALID = timedelta(days=14)
MOST_COST = 10**12  # rupiah
MOST_SAMPLE = 10**9
WEIGHTS = ("per_km", "per_stretch", "per_day")
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
CHOOSE = {"invalid_choice": _("Choose one of the list.")}


class RulesForm(AccessibleForm):
    """How the supply is shared; part of the one form of an offer, so that nothing typed is lost."""

    cap = WholeNumberField(
        label=_("At most from one pesantren, in %"),
        least=1,
        most=100,
        required=False,
        help_text=_("100: no limit. With 40 at least three take part."),
    )
    per_km = WholeNumberField(
        label=_("Weight of the way: rupiah a km for 1,000 units"),
        most=1_000_000,
        required=False,
        help_text=_(
            "0: only the price counts. Nearer pesantren come first with more; "
            "what is brought to the packing house counts no way."
        ),
    )
    per_stretch = WholeNumberField(
        label=_("Weight of what is not promised: rupiah a unit"),
        most=1_000_000,
        required=False,
        help_text=_("0: what is only possible counts like a promise. Promises come first with more."),
    )
    per_day = WholeNumberField(
        label=_("Weight of waiting: rupiah a unit and day"),
        most=1_000_000,
        required=False,
        help_text=_("For each day that goods are ready after the first day that is asked. 0: no matter."),
    )

    @staticmethod
    def initial_of(rules: Rules) -> dict[str, int]:
        weights = {name: getattr(rules, name) for name in WEIGHTS}
        return {"cap": rules.cap_permille // 10, **weights}

    @property
    def weighs_more(self) -> bool:
        """What is set, or wrong, must not hide behind the fold."""
        fields = [self[name] for name in WEIGHTS if name != "per_km"]
        return any(field.errors or str(field.value() or 0) != "0" for field in fields)

    def rules(self) -> Rules:
        """Of a valid form; without limits for what is empty."""
        data = self.cleaned_data
        weights = {name: data[name] or 0 for name in WEIGHTS}
        return Rules(cap_permille=(data["cap"] or 100) * 10, **weights)


class OfferForm(AccessibleForm):
    """Costs in whole rupiah for the whole offer, each with a note, and the terms of the offer."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    incoterm = forms.ChoiceField(
        label="Incoterm", error_messages={**CHOOSE, "required": _("Choose one of the list.")}
    )
    place = forms.CharField(
        label=_("Named place"),
        max_length=80,
        help_text=_("For example: Dubai (AEDXB)"),
        error_messages={"required": _("Write the place up to which you pay.")},
    )
    mode = forms.ChoiceField(label=_("How it travels"), choices=states.MODES, error_messages=CHOOSE)
    valid_until = forms.DateField(
        label=_("Valid until"),
        widget=DAY,
        error_messages={"required": _("Choose a day."), "invalid": _("Choose a day.")},
    )
    lead_days = WholeNumberField(
        label=_("Days from the call-off to the hand-over"), least=1, most=365, required=False
    )
    sample_fee = AmountField(
        label=_("What a sample costs"),
        most=MOST_SAMPLE,
        required=False,
        help_text=_("0: free. Leave both empty if you send none."),
    )
    sample_courier = AmountField(
        label=_("Courier for the sample"),
        most=MOST_SAMPLE,
        required=False,
        help_text=_("The buyer pays it. 0: you send it free."),
    )
    terms = forms.CharField(
        label=_("Terms and assumptions"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The buyer reads this."),
    )

    def __init__(self, *args: Any, demand: Demand, supply: Quote | None = None, **kwargs: Any) -> None:
        """`supply`: of the quotes that the offer stands on the one that ends first."""
        self.demand, self.supply = demand, supply
        usual = today() + USUAL_VALID
        first = {
            "incoterm": demand.incoterm,
            "place": demand.place,
            "mode": demand.mode,
            "valid_until": min(usual, self.last_day or usual),
        }
        kwargs["initial"] = first | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for name in ("sample_fee", "sample_courier"):
            field = self.fields[name]
            field.label = f"{field.label} ({demand.currency})"
        choices = [(one.code, one.code) for one in Incoterm.objects.order_by("position")]
        self.fields["incoterm"].choices = choices  # type: ignore[attr-defined]
        if not demand.is_abroad:
            del self.fields["incoterm"]
            self.fields["mode"].required = self.fields["place"].required = False
        for kind, label in CostLine.KINDS:
            self.fields[f"cost_{kind}"] = MoneyField(label=label, most=MOST_COST, required=False)
            self.fields[f"note_{kind}"] = forms.CharField(label=_("Note"), max_length=120, required=False)

    def cost_rows(self) -> list[tuple[Any, Any]]:
        """Amount and note of each cost, for the page."""
        return [(self[f"cost_{kind}"], self[f"note_{kind}"]) for kind, _label in CostLine.KINDS]

    def term_fields(self) -> list[Any]:
        return [field for field in self.visible_fields() if not field.name.startswith(("cost_", "note_"))]

    def clean_valid_until(self) -> Any:
        day = self.cleaned_data["valid_until"]
        if not today() <= day < today() + LONGEST_VALID:
            raise ValidationError(_("This must be a day ahead, within half a year."), code="valid")
        if self.supply and self.last_day and day > self.last_day:
            text = _(
                "%(name)s offers its supply until %(day)s only: choose that day or an earlier one, or ask it for a "
                "quote that stands longer."
            )
            facts = {"name": self.supply.negotiation.partner.name, "day": dates.day(self.last_day)}
            raise ValidationError(text, code="supply", params=facts)
        return day

    @property
    def last_day(self) -> date | None:
        """On which all supply still stands."""
        until = self.supply.valid_until if self.supply else None
        return until.astimezone(JAKARTA).date() if until else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._read_sample(data)
        term = data.get("incoterm", "")
        if term and not term_fits(term, data.get("mode", ""), data.get("place", "")):
            text = _("%(code)s is for ships alone. By air or road take FCA, CPT or CIP.")
            self.add_error("incoterm", text % {"code": term})
        return data

    def _read_sample(self, data: dict[str, Any]) -> None:
        """Both amounts in minor units of the demand's currency, or None; zero is free."""
        for name in ("sample_fee", "sample_courier"):
            text, field = (data.get(name) or "").strip(), self.fields[name]
            assert isinstance(field, AmountField)
            try:
                free = read_minor(text, self.demand.currency) == 0
                data[name] = None if not text else 0 if free else field.in_minor(text, self.demand.currency)
            except ValidationError as error:
                self.add_error(name, error)
        if not self.has_error("sample_fee") and not self.has_error("sample_courier"):
            check_sample(self)

    def costs(self) -> dict[str, int]:
        found = {kind: self.cleaned_data[f"cost_{kind}"] for kind, _label in CostLine.KINDS}
        return {kind: amount for kind, amount in found.items() if amount}

    def notes(self) -> dict[str, str]:
        return {kind: self.cleaned_data[f"note_{kind}"] for kind in self.costs()}

    def terms_of(self, rate: Any) -> Terms:
        """`rate`: the newest one of the demand's currency, locked into the offer by this; None for rupiah."""
        data = self.cleaned_data
        return Terms(
            currency=self.demand.currency,
            incoterm=data.get("incoterm", ""),
            place=data["place"],
            mode=data["mode"],
            valid_until=datetime.combine(data["valid_until"], time(23, 59, 59), JAKARTA),
            lead_days=data["lead_days"],
            terms=data["terms"],
            sample_fee=data["sample_fee"],
            sample_courier=data["sample_courier"],
            rate=rate.rate if rate else None,
            rate_source=rate.source[:200] if rate else "",
            rate_at=rate.quoted_at if rate else None,
        )


class ActualForm(AccessibleForm):
    """What each cost was in the end; what is not known yet stays empty."""

    def __init__(self, *args: Any, costs: list[CostLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for cost in costs:
            self.fields[cost.kind] = MoneyField(
                label=cost.get_kind_display(), most=MOST_COST, required=False, initial=cost.actual
            )


def sample_first(last: Quote) -> dict[str, str]:
    """What the version before said of samples, as it is typed."""
    if last.sample is None:
        return {}
    digits = MINOR_DIGITS[last.currency]
    names = ("sample_fee", "sample_courier")
    return {
        name: f"{amount.to_decimal():.{digits}f}" for name, amount in zip(names, last.sample, strict=True)
    }
