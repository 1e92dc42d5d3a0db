"""Forms about promises: at the stand, by a link, in the office."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from catalogue.models import Product
from marketplace.common import dates
from marketplace.common.forms import AccessibleForm, WholeNumberField, why_field
from marketplace.common.proofs import ProofField
from marketplace.common.prose import plain
from marketplace.ledger.amounts import AmountField
from marketplace.ledger.money import MINOR_DIGITS, Money
from marketplace.people.phones import to_e164
from marketplace.programme.commitments.amounts import SaidRupiahField
from marketplace.programme.models import Commitment, Event
from marketplace.programme.services.commitments import Promise
from marketplace.reference.working_days import today

MOST = 10**14  # rupiah: more is a typing error
MOST_TIMES = 10  # as much as was promised: more was settled by a typing error
CURRENCIES = [(code, code) for code in MINOR_DIGITS]


class PromiseForm(AccessibleForm):
    """What was promised. `promise` is there once it is clean. `begun_on`: before this day nothing can be wanted."""

    what: Any = forms.CharField(
        label=_("What"),
        max_length=120,
        help_text=_("A product of the list, or in your own words."),
        error_messages={"required": _("Write what was promised.")},
    )
    quantity: Any = WholeNumberField(label=_("Quantity"), required=False, least=1, most=2_000_000_000)
    unit: Any = forms.CharField(
        label=_("Unit"), required=False, max_length=20, help_text=_("For example kg, pcs, ton.")
    )
    value: Any = forms.CharField(
        label=_("Value"),
        max_length=60,
        help_text=_("In rupiah, for example 12.000.000 or 12 juta."),
        error_messages={"required": _("Write the value.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )
    kind: Any = forms.ChoiceField(
        label=_("Kind"), choices=Commitment.KINDS, widget=forms.RadioSelect, initial=Commitment.COMMITMENT
    )
    currency: Any = forms.ChoiceField(
        label=_("Currency"),
        choices=CURRENCIES,
        required=False,
        initial="IDR",
        help_text=_("Another one is turned into rupiah by the newest rate, which is named."),
    )
    due_on: Any = forms.DateField(
        label=_("Wanted on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note: Any = forms.CharField(label=_("Remark"), required=False, max_length=300)

    products: dict[str, Product]

    def __init__(
        self, *args: Any, begun_on: date, products: dict[str, Product] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.begun_on, self.products = begun_on, products or {}

    def clean_due_on(self) -> date | None:
        return not_before(self.cleaned_data["due_on"], self.begun_on)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        found["currency"] = found.get("currency") or "IDR"
        if text := found.get("value"):
            try:
                found["money"] = _money(text, found["currency"])
            except ValidationError as error:
                self.add_error("value", error)
        return found

    @property
    def promise(self) -> Promise:
        data = self.cleaned_data
        what = plain(data["what"])
        return Promise(
            kind=data["kind"],
            what=what,
            value=data["money"],
            product=self.products.get(what.casefold()),
            quantity=data["quantity"],
            unit=plain(data["unit"]),
            due_on=data["due_on"],
            note=plain(data["note"]),
        )

    @staticmethod
    def initial_of(commitment: Commitment) -> dict[str, Any]:
        names = ("what", "quantity", "unit", "kind", "currency", "due_on", "note")
        amount = commitment.amount
        digits = MINOR_DIGITS[commitment.currency]
        value = f"{amount.minor:,}".replace(",", ".") if digits == 0 else f"{amount.to_decimal():.{digits}f}"
        return {**{name: getattr(commitment, name) for name in names}, "value": value}


def _money(text: str, currency: str) -> Money:
    if currency == "IDR":
        return Money(SaidRupiahField(most=MOST).clean(text))
    return Money(AmountField(most=MOST // 10_000).in_minor(text, currency), currency)


def begun_on(event: Event) -> date:
    """The first day of an event, or today where it is still to come; of one without days its year begins."""
    return min(event.starts_on or date(event.year.year, 1, 1), today())


def not_before(day: date | None, first: date) -> date | None:
    if day and day < first:
        said = _("This day lies before the event and before the promise, %(day)s.")
        raise ValidationError(said, params={"day": dates.day(first)}, code="before")
    return day


def not_over(day: date | None) -> date | None:
    """Somebody shall still write or call on it."""
    if day and day < today():
        raise ValidationError(_("This day is over. Write today or a later day."), code="over")
    return day


def country_field(label: Any) -> Any:
    return forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=label,
        required=False,
        help_text=_("Two letters, for example AE or TR."),
        error_messages={"invalid": _("Write two letters, for example AE or TR.")},
    )


class FloorForm(PromiseForm):
    """Between two meetings: who, who, what, how much. `key` was made on the phone."""

    field_order = ("exhibitor", "guest", "what", "quantity", "unit", "value", "kind", "email", "phone")
    exhibitor: Any = forms.CharField(
        label=_("Pesantren"),
        max_length=200,
        help_text=_("Begin to type, or scan its badge into this field."),
        error_messages={"required": _("Choose the pesantren.")},
        widget=forms.TextInput(attrs={"list": "exhibitors", "autocomplete": "off"}),
    )
    guest: Any = forms.CharField(
        label=_("Buyer"),
        max_length=200,
        help_text=_("Begin to type, scan its badge, or write the name of a new one."),
        error_messages={"required": _("Write who buys.")},
        widget=forms.TextInput(attrs={"list": "guests", "autocomplete": "off"}),
    )
    email: Any = forms.EmailField(
        label=_("E-mail of a new buyer"), required=False, help_text=_("The link to confirm goes there.")
    )
    phone: Any = forms.CharField(label=_("Telephone of a new buyer"), required=False, max_length=30)
    country: Any = country_field(_("Country of a new buyer"))
    key: Any = forms.UUIDField(widget=forms.HiddenInput, required=False)
    at: Any = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["what"].widget.attrs.update({"list": "goods", "autocomplete": "off"})

    def clean_key(self) -> Any:
        return self.cleaned_data["key"] or uuid4()

    def clean_at(self) -> Any:
        """When it was written on the phone; nothing for what is no moment."""
        try:
            found = parse_datetime(self.cleaned_data["at"] or "")
        except ValueError:
            return None
        return found if found and found.tzinfo else None

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()


def clean_phone(typed: str) -> str:
    """E.164, or nothing; wa.me opens no other."""
    if not typed:
        return ""
    number = to_e164(typed)
    if number is None:
        raise ValidationError(_("This is no telephone number. Write it like 0812… or +971…"), code="phone")
    return number


class ReasonForm(AccessibleForm):
    """Why a side says no, or a promise or lead ends; who says it is written before it in the same column."""

    why: Any = why_field(250)


class SettlementForm(AccessibleForm):
    """Settled elsewhere: how much, when, with a paper. Not before anybody could promise it, nor many times over."""

    rupiah: Any = SaidRupiahField(
        label=_("Amount in rupiah"), most=MOST, error_messages={"required": _("Write the amount.")}
    )
    settled_on: Any = forms.DateField(
        label=_("Paid on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the day."), "invalid": _("Choose the day.")},
    )
    file: Any = ProofField(
        label=_("Evidence"),
        help_text=_("PDF, JPG or PNG, at most 5 MB: a transfer slip, an invoice, a signed receipt."),
        error_messages={"required": _("Choose the file.")},
    )

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commitment = commitment

    def clean_rupiah(self) -> int:
        rupiah: int = self.cleaned_data["rupiah"]
        promised = self.commitment.rupiah_money
        if rupiah > promised.minor * MOST_TIMES:
            said = _(
                "This is more than %(times)s times what was promised, %(promised)s. Count the zeros again."
            )
            values = {"times": MOST_TIMES, "promised": promised}
            raise ValidationError(said, params=values, code="times")
        return rupiah

    def clean_settled_on(self) -> Any:
        day = self.cleaned_data["settled_on"]
        if day > today():
            raise ValidationError(_("This day is still to come."), code="future")
        return not_before(day, self.commitment.begun_on)


class LeadForm(AccessibleForm):
    """Somebody met at an exhibition."""

    company: Any = forms.CharField(
        label=_("Company"),
        max_length=128,
        help_text=_("Its name, or the address of its scanned badge."),
        error_messages={"required": _("Write the company, or scan its badge.")},
    )
    wants: Any = forms.CharField(
        label=_("What it looks for"),
        max_length=300,
        help_text=_("Goods, quantity, conditions."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write what it looks for.")},
    )
    country: Any = country_field(_("Country"))
    contact: Any = forms.CharField(label=_("Contact person"), required=False, max_length=150)
    email: Any = forms.EmailField(label=_("E-mail"), required=False)
    phone: Any = forms.CharField(label=_("Telephone"), required=False, max_length=30)
    follow_on: Any = forms.DateField(
        label=_("Write or call on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    key: Any = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean_key(self) -> Any:
        return self.cleaned_data["key"] or uuid4()

    def clean_follow_on(self) -> date | None:
        return not_over(self.cleaned_data["follow_on"])

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])


class LeadNoteForm(AccessibleForm):
    """What was done, and when somebody goes on."""

    text: Any = forms.CharField(
        label=_("What was done"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write what was done.")},
    )
    next_on: Any = forms.DateField(
        label=_("Write or call again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_next_on(self) -> date | None:
        return not_over(self.cleaned_data["next_on"])
