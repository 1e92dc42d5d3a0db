"""What a buyer writes to ask for volume: at most eight fields in sight, the rest behind "More"."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalogue.permits.kinds import PAPERS
from marketplace.account.line_forms import LineForm
from marketplace.common.forms import AccessibleForm
from marketplace.common.proofs import ProofField
from marketplace.people.forms import one_line
from marketplace.reference.models import Incoterm, Regency
from marketplace.reference.queries import country_choices, regency_choices, term_fits
from marketplace.reference.working_days import JAKARTA, today
from marketplace.sourcing import states
from marketplace.sourcing.models import Demand
from marketplace.sourcing.services.demand import Good
from offtakers.models.companies import CURRENCIES, INDONESIA

NONE = ("", _("Choose one"))
ANSWER_DAYS, LONGEST_ANSWERS = 7, 90
HOME, ABROAD = "home", "abroad"


def end_of(day: date) -> datetime:
    """The last moment of this day in West Java."""
    return datetime.combine(day, time(23, 59, 59), JAKARTA)


class DemandForm(LineForm):
    """A whole request. `where` says whether it goes abroad; the button that changes it loses nothing."""

    seen = ("name", "quantity", "unit", "start", "months", "country", "place", "incoterm", "regency")
    extra = ("target", "note")  # in sight as long as there are at most eight

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
    note = forms.CharField(
        label=_("What else is to know?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
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
        super().__init__(*args, currency=currency, **kwargs)
        self.is_abroad = where == ABROAD
        gone = ["regency"] if self.is_abroad else ["country", "place", "incoterm"]
        for name in gone:
            del self.fields[name]
        self._choices()

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

    asks_again = False

    @property
    def is_more_open(self) -> bool:
        """An error, or a file that is asked for again, must not hide behind the fold."""
        return self.asks_again or super().is_more_open

    def ask_again(self, name: str) -> None:
        """A browser sends a file once, and we keep none of people whom nobody knows yet."""
        self.asks_again = True
        text = gettext("Please choose your file “%(name)s” again: it could not be kept.")
        self["attachment"].help_text = text % {"name": name[:60]}

    def clean_place(self) -> str:
        return one_line(self.cleaned_data["place"])

    def clean_until(self) -> date:
        day = self.cleaned_data["until"] or today() + timedelta(days=ANSWER_DAYS)
        if not today() < day <= today() + timedelta(days=LONGEST_ANSWERS):
            raise ValidationError(_("Choose a day from tomorrow on, at most 90 days from now."))
        return day

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["currency"] = self.cleaned_data.get("currency") or "IDR"
        data = super().clean()
        term = data.get("incoterm")
        if term and not term_fits(term, data.get("mode") or "", data.get("place") or ""):
            text = _("%(term)s is for ships alone. For air or road choose FCA, CPT, CIP, DAP, DPU or DDP.")
            self.add_error("incoterm", ValidationError(text, params={"term": term}))
        return data

    @property
    def typed_key(self) -> UUID:
        return self.cleaned_data["key"] or uuid4()

    def goods(self) -> list[Good]:
        return [self.line()]

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
        for name in (*LineForm.base_fields, "attachment", "key"):
            del self.fields[name]

    @staticmethod
    def facts(demand: Demand) -> dict[str, Any]:
        """As it stands now."""
        names = ("country", "place", "incoterm", "mode", "wants_sample", "papers", "note")
        found = {name: getattr(demand, name) for name in names}
        until = demand.answers_until.astimezone(JAKARTA).date() if demand.answers_until else None
        return found | {"regency": demand.regency.code if demand.regency else "", "until": until}


class FileForm(AccessibleForm):
    """One more file of a draft."""

    attachment: Any = ProofField(
        label=_("One more file"),
        help_text=_("A drawing or specification: PDF, JPG or PNG, up to 5 MB."),
    )


class SheetForm(AccessibleForm):
    sheet = forms.FileField(
        label=_("Lines from a spreadsheet"),
        help_text=_("XLSX, one line a good; the empty file below has the headings and an example."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
