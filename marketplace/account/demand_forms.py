"""What a buyer writes to ask for volume: at most eight fields in sight, the rest behind "More"."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalogue.models import Product, Unit
from catalogue.permits.kinds import PAPERS
from marketplace.account.demand_goods import commodity_of, kind_of
from marketplace.common.forms import AccessibleForm, WholeNumberField
from marketplace.common.proofs import ProofField
from marketplace.ledger.amounts import AmountField
from marketplace.ledger.money import Money, split
from marketplace.people.forms import one_line
from marketplace.reference.models import Incoterm, Regency
from marketplace.reference.queries import country_choices, regency_choices, term_fits
from marketplace.reference.working_days import JAKARTA, today
from marketplace.sourcing import states
from marketplace.sourcing.forms import MOST_UNITS
from marketplace.sourcing.models import Demand
from marketplace.sourcing.services.demand import Good, Slot
from offtakers.models.companies import CURRENCIES, INDONESIA

NONE = ("", _("Choose one"))
MONTHS_AHEAD, LONGEST = 18, 12
ANSWER_DAYS, LONGEST_ANSWERS = 7, 90
HOME, ABROAD = "home", "abroad"


def month_choices() -> list[tuple[str, str]]:
    """This month and those to come, as "2026-12"."""
    first, found = today().replace(day=1), []
    for _number in range(MONTHS_AHEAD):
        found.append((f"{first:%Y-%m}", date_format(first, "F Y")))
        first = next_month(first)
    return found


def next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def slots(quantity: int, first: date, months: int) -> list[Slot]:
    """Equal parts, one a month, which add up exactly; the first days get what cannot be shared equally."""
    parts, found = split(Money(quantity), [1] * months), []
    for part in parts:
        begin = max(first, today())
        found.append(Slot(begin, next_month(first) - timedelta(days=1), part.minor))
        first = next_month(first)
    return found


def end_of(day: date) -> datetime:
    """The last moment of this day in West Java."""
    return datetime.combine(day, time(23, 59, 59), JAKARTA)


class GoodForm(AccessibleForm):
    """One good: how much of what, from which month on, for how many months."""

    name = forms.CharField(
        label=_("What do you need?"), max_length=120, error_messages={"required": _("Write what you need.")}
    )
    quantity: Any = WholeNumberField(
        label=_("How much in all?"),
        least=1,
        most=MOST_UNITS,
        error_messages={"required": _("Write how much you need.")},
    )
    unit: Any = forms.ModelChoiceField(
        label=_("Unit"),
        queryset=Unit.objects.order_by("name"),
        to_field_name="code",
        empty_label=None,
        initial="kg",
        error_messages={"required": _("Choose the unit."), "invalid_choice": _("Choose one of the list.")},
    )
    start = forms.ChoiceField(
        label=_("First month"),
        error_messages={"required": _("Choose a month."), "invalid_choice": _("Choose one of the list.")},
    )
    months: Any = WholeNumberField(
        label=_("For how many months?"),
        least=1,
        most=LONGEST,
        initial=1,
        help_text=_("1 to 12; each month gets an equal part."),
        error_messages={"required": _("Write how many months.")},
    )

    def __init__(self, *args: Any, product: Product | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product
        choices = month_choices()
        self.fields["start"].choices = choices  # type: ignore[attr-defined]
        self.fields["start"].initial = choices[1][0]
        if product is not None and product.unit is not None:
            del self.fields["name"], self.fields["unit"]
            label = gettext("How much in all, in %(unit)s?") % {"unit": product.unit.name}
            self.fields["quantity"].label = label

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        quantity, months = data.get("quantity"), data.get("months")
        if quantity and months and quantity < months:
            text = _("This is less than one a month. Write more, or fewer months.")
            self.add_error("quantity", text)
        return data

    def good(self, **more: Any) -> Good:
        data, product = self.cleaned_data, self.product
        unit: Any = data.get("unit") or (product.unit if product else None)
        year, month = map(int, data["start"].split("-"))
        name = data.get("name") or (product.title[:120] if product else "")
        commodity = None if product else commodity_of(name)
        return Good(
            name=name,
            unit=unit,
            quantity=data["quantity"],
            slots=slots(data["quantity"], date(year, month, 1), data["months"]),
            product=product,
            commodity=commodity,
            kind=None if product or commodity else kind_of(name),
            **more,
        )


class DemandForm(GoodForm):
    """A whole request. `where` says whether it goes abroad; the button that changes it loses nothing."""

    seen = ("name", "quantity", "unit", "start", "months", "country", "place", "incoterm", "regency")
    extra = ("target", "note")  # in sight as long as there are at most eight
    IN_SIGHT = 8

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    where = forms.ChoiceField(
        choices=[(HOME, HOME), (ABROAD, ABROAD)], widget=forms.HiddenInput, required=False
    )
    currency = forms.ChoiceField(choices=CURRENCIES, widget=forms.HiddenInput, required=False)
    country = forms.ChoiceField(
        label=_("To which country?"),
        error_messages={"required": _("Choose the country."), "invalid_choice": _("Choose one of the list.")},
    )
    place = forms.CharField(
        label=_("Port, airport or place"),
        max_length=80,
        help_text=_("For example Dubai (AEDXB)."),
        error_messages={"required": _("Write the place up to which the seller brings it.")},
    )
    incoterm = forms.ChoiceField(
        label=_("Incoterm 2020"),
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of the list.")},
    )
    regency = forms.ChoiceField(
        label=_("To which kabupaten or kota?"),
        error_messages={
            "required": _("Choose the kabupaten or kota."),
            "invalid_choice": _("Choose one of the list."),
        },
    )
    target = AmountField(label=_("Price you have in mind"), most=10**12, required=False)
    note = forms.CharField(
        label=_("What else is to know?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    specification = forms.CharField(label=_("Grade, size, pack"), max_length=500, required=False)
    tolerance: Any = WholeNumberField(
        label=_("More or less, in per cent"),
        most=50,
        initial=5,
        required=False,
        help_text=_("How far the quantity may differ."),
    )
    mode = forms.ChoiceField(
        label=_("How it travels"), choices=[("", _("Open")), *states.MODES], required=False
    )
    wants_sample = forms.BooleanField(label=_("A sample first"), required=False)
    papers = forms.MultipleChoiceField(
        label=_("Papers you need"),
        choices=PAPERS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )
    until = forms.DateField(
        label=_("Quotes until"),
        widget=forms.DateInput(attrs={"type": "date"}),
        required=False,
        error_messages={"invalid": _("Write a date, for example 2026-12-31.")},
    )
    attachment: Any = ProofField(
        label=_("A file with it"),
        required=False,
        help_text=_("A drawing or specification: PDF, JPG or PNG, up to 5 MB."),
    )

    def __init__(self, *args: Any, where: str = HOME, currency: str = "IDR", **kwargs: Any) -> None:
        first = {"key": uuid4(), "where": where, "currency": currency}
        first["until"] = today() + timedelta(days=ANSWER_DAYS)
        kwargs["initial"] = {**first, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.is_abroad = where == ABROAD
        gone = ["regency"] if self.is_abroad else ["country", "place", "incoterm"]
        for name in gone:
            del self.fields[name]
        self._choices()
        self._labels(currency)

    def _labels(self, currency: str) -> None:
        unit = self.product.unit.name if self.product and self.product.unit else gettext("one unit")
        target = gettext("Price you have in mind, for %(unit)s, in %(currency)s")
        self.fields["target"].label = target % {"unit": unit, "currency": currency}

    def _choices(self) -> None:
        if not self.is_abroad:
            self.fields["regency"].choices = [NONE, *regency_choices()]  # type: ignore[attr-defined]
            return
        abroad = [row for row in country_choices() if row[0] != INDONESIA]
        self.fields["country"].choices = [NONE, *abroad]  # type: ignore[attr-defined]
        preferred = self.initial.get("preferred") or []
        terms = sorted(Incoterm.objects.all(), key=lambda one: one.code not in preferred)
        named = [
            (one.code, gettext("%(term)s (by sea only)") % {"term": one.code} if one.sea_only else one.code)
            for one in terms
        ]
        self.fields["incoterm"].choices = [NONE, *named]  # type: ignore[attr-defined]

    @property
    def in_sight(self) -> Sequence[Any]:
        """At most eight: what is left of them goes to the price and the note."""
        names = [name for name in self.seen if name in self.fields]
        names += self.extra[: self.IN_SIGHT - len(names)]
        return [self[name] for name in names]

    @property
    def behind(self) -> Sequence[Any]:
        shown = {field.name for field in self.in_sight}
        return [field for field in self.visible_fields() if field.name not in shown]

    @property
    def is_more_open(self) -> bool:
        """An error, or a file that is asked for again, must not hide behind the fold."""
        return self.asks_again or any(field.errors for field in self.behind)

    asks_again = False

    def ask_again(self, name: str) -> None:
        """A browser sends a file once, and we keep none of people whom nobody knows yet."""
        self.asks_again = True
        text = gettext("Please choose your file “%(name)s” again: it could not be kept.")
        self["attachment"].help_text = text % {"name": name[:60]}

    def clean_tolerance(self) -> int:
        value = self.cleaned_data["tolerance"]
        return 50 if value is None else value * 10

    def clean_place(self) -> str:
        return one_line(self.cleaned_data["place"])

    def clean_until(self) -> date:
        day = self.cleaned_data["until"] or today() + timedelta(days=ANSWER_DAYS)
        if not today() < day <= today() + timedelta(days=LONGEST_ANSWERS):
            raise ValidationError(_("Choose a day from tomorrow on, at most 90 days from now."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["currency"] = data.get("currency") or "IDR"
        if text := (data.get("target") or "").strip():
            try:
                field: Any = self.fields["target"]
                data["target_price"] = field.in_minor(text, data["currency"])
            except ValidationError as error:
                self.add_error("target", error)
        term = data.get("incoterm")
        if term and not term_fits(term, data.get("mode") or "", data.get("place") or ""):
            text = _("%(term)s is for ships alone. For air or road choose FCA, CPT, CIP, DAP, DPU or DDP.")
            self.add_error("incoterm", ValidationError(text, params={"term": term}))
        return data

    @property
    def typed_key(self) -> UUID:
        return self.cleaned_data["key"] or uuid4()

    def goods(self) -> list[Good]:
        data = self.cleaned_data
        more = {
            "specification": one_line(data["specification"]),
            "tolerance": data["tolerance"],
            "target_price": data.get("target_price"),
        }
        return [self.good(**more)]

    def terms(self) -> dict[str, Any]:
        data = self.cleaned_data
        regency = Regency.objects.filter(code=data["regency"]).first() if data.get("regency") else None
        return {
            "currency": data["currency"],
            "country": data.get("country") or INDONESIA,
            "regency": regency,
            "mode": data["mode"],
            "incoterm": data.get("incoterm", ""),
            "place": data.get("place", ""),
            "wants_sample": data["wants_sample"],
            "papers": data["papers"],
            "note": data["note"],
            "answers_until": end_of(data["until"]),
        }


class TermsForm(DemandForm):
    """The terms of a draft alone; its lines have a page of their own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gone = ("name", "quantity", "unit", "start", "months", "specification", "tolerance", "target")
        for name in (*gone, "attachment", "key"):
            del self.fields[name]

    def _labels(self, currency: str) -> None:
        """No price is asked for."""

    @staticmethod
    def facts(demand: Demand) -> dict[str, Any]:
        """As it stands now."""
        names = ("country", "place", "incoterm", "mode", "wants_sample", "papers", "note")
        found = {name: getattr(demand, name) for name in names}
        until = demand.answers_until.astimezone(JAKARTA).date() if demand.answers_until else None
        return found | {"regency": demand.regency.code if demand.regency else "", "until": until}


class LineForm(GoodForm):
    """One more line of a draft."""


class SheetForm(AccessibleForm):
    sheet = forms.FileField(
        label=_("Lines from a spreadsheet"),
        help_text=_("XLSX, one line a good; the empty file below has the headings and an example."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
