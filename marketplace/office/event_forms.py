"""What the office fills in about events."""

from datetime import time
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from marketplace.common.forms import AccessibleForm, WholeNumberField, why_field
from marketplace.office.export_fields import day_field, moment_field
from marketplace.people.forms import PhoneField
from marketplace.programme.events import queries as event_queries
from marketplace.programme.events import times
from marketplace.programme.models import Event, Exhibitor, Guest, ProgrammeYear, Slot
from marketplace.programme.sectors import sectors
from marketplace.reference.models import Province, Regency
from marketplace.reference.queries import country_choices

MISSING = {"required": gettext_lazy("Fill this in.")}
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English"), ("ar", "العربية")]
DAY_BEGINS, DAY_ENDS = time(9), time(16)
ZUHUR, FRIDAY = (time(12), time(13)), (time(11, 30), time(13))


def clock_field(label: Any, required: bool = False, **kwargs: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=required,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            **MISSING,
            "invalid": gettext_lazy("Write the time, for example 08:30."),
        },
        **kwargs,
    )


class EventForm(AccessibleForm):
    name = forms.CharField(label=gettext_lazy("Name of the event"), max_length=120, error_messages=MISSING)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Event.KINDS)
    year = forms.ModelChoiceField(
        ProgrammeYear.objects.none(),
        label=gettext_lazy("Year of the programme"),
        empty_label=None,
        error_messages=MISSING,
    )
    mode = forms.ChoiceField(label=gettext_lazy("Where it is held"), choices=Event.MODES)
    starts_on = day_field(gettext_lazy("First day"), required=True)
    ends_on = day_field(gettext_lazy("Last day"), help_text=gettext_lazy("Empty: one day."))
    country = forms.ChoiceField(label=gettext_lazy("Country"))
    regency = forms.ModelChoiceField(
        Regency.objects.none(), label=gettext_lazy("Kabupaten or kota"), required=False, empty_label="–"
    )
    city = forms.CharField(
        label=gettext_lazy("Town"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("For places abroad."),
    )
    address = forms.CharField(label=gettext_lazy("Building and street"), max_length=200, required=False)
    link = forms.URLField(
        label=gettext_lazy("Link for taking part online"),
        max_length=300,
        required=False,
        assume_scheme="https",
        error_messages={
            "invalid": gettext_lazy("Write the whole link, for example https://example.com/ruang.")
        },
        widget=forms.URLInput(attrs={"dir": "ltr"}),
    )
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=40,
        initial="Asia/Jakarta",
        help_text=gettext_lazy("For example Asia/Jakarta, Asia/Dubai, Europe/Istanbul."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        error_messages=MISSING,
    )
    minutes = WholeNumberField(
        label=gettext_lazy("Minutes of one meeting"), least=5, most=120, initial=15, error_messages=MISSING
    )
    most_meetings = WholeNumberField(
        label=gettext_lazy("Most meetings of one side on one day"),
        least=1,
        most=60,
        initial=12,
        error_messages=MISSING,
    )

    def __init__(self, *args: Any, province: Province, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = self.fields["year"]
        years.queryset = event_queries.years(province)  # type: ignore[attr-defined]
        years.label_from_instance = lambda row: str(row.year)  # type: ignore[attr-defined]
        years.initial = event_queries.year_of_today(province)
        self.fields["country"].choices = country_choices()  # type: ignore[attr-defined]
        self.fields["country"].initial = "ID"
        self.fields["regency"].queryset = Regency.objects.filter(province=province)  # type: ignore[attr-defined]

    def clean_time_zone(self) -> str:
        zone = self.cleaned_data["time_zone"].strip()
        if zone not in available_timezones():
            raise ValidationError(_("This time zone is not known. Write it as in the examples."))
        return str(zone)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        first, last = facts.get("starts_on"), facts.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first."))
        if first and not last and "ends_on" not in self.errors:
            facts["ends_on"] = first
        year = facts.get("year")
        if first and year and not year.may_hold(first):
            said = _("The first day lies in %(of_day)s, the year of the programme is %(year)s.")
            self.add_error("year", said % {"of_day": first.year, "year": year.year})
        if facts.get("country") != "ID":
            facts["regency"] = None
        if facts.get("mode") != Event.ONLINE and not (facts.get("regency") or facts.get("city")):
            self.add_error("regency" if facts.get("country") == "ID" else "city", _("Say where it is held."))
        return facts


class StepForm(AccessibleForm):
    """The next state of an event; the service says which step needs a reason."""

    why = why_field(required=False)


class BoothForm(AccessibleForm):
    booth = forms.CharField(
        label=gettext_lazy("Booth"), max_length=10, required=False, help_text=gettext_lazy("For example A3.")
    )
    note = forms.CharField(
        label=gettext_lazy("Note for the pesantren"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("The pesantren reads this."),
    )

    def __init__(self, *args: Any, exhibitor: Exhibitor, **kwargs: Any) -> None:
        super().__init__(*args, initial={"booth": exhibitor.booth, "note": exhibitor.note}, **kwargs)


class GuestForm(AccessibleForm):
    autocomplete = {"email": "off", "phone": "off"}
    name = forms.CharField(label=gettext_lazy("Name of the company"), max_length=128, error_messages=MISSING)
    country = forms.ChoiceField(label=gettext_lazy("Country"))
    contact = forms.CharField(label=gettext_lazy("Contact person"), max_length=150, required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        error_messages={"invalid": gettext_lazy("This is not an e-mail address. Example: nama@example.com")},
    )
    phone = PhoneField(label=gettext_lazy("Telephone (WhatsApp)"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language of its pages and mails"), choices=LANGUAGES)
    sectors = forms.MultipleChoiceField(
        label=gettext_lazy("Sectors it looks for"), required=False, widget=forms.CheckboxSelectMultiple
    )
    looks_for = forms.CharField(
        label=gettext_lazy("What it looks for"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, guest: Guest | None = None, **kwargs: Any) -> None:
        if guest:
            names = ("name", "country", "contact", "email", "phone", "language", "sectors", "looks_for")
            kwargs["initial"] = {name: getattr(guest, name) for name in names}
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_choices()  # type: ignore[attr-defined]
        self.fields["country"].initial = "ID"
        if guest and guest.company_id:
            del self.fields["email"]  # its mails, with its secret link, go to the address the company gave
        self.fields["sectors"].choices = list(sectors().items())  # type: ignore[attr-defined]


class TimesForm(AccessibleForm):
    """From when to when, and the breaks."""

    first = day_field(gettext_lazy("First day"), required=True)
    last = day_field(gettext_lazy("Last day"), required=True)
    begins = clock_field(gettext_lazy("The day begins"), required=True)
    ends = clock_field(gettext_lazy("The day ends"), required=True)
    minutes = WholeNumberField(
        label=gettext_lazy("Minutes of one meeting"), least=5, most=120, error_messages=MISSING
    )
    zuhur_begins = clock_field(gettext_lazy("Zuhur and lunch, from"))
    zuhur_ends = clock_field(gettext_lazy("Zuhur and lunch, until"))
    friday_begins = clock_field(gettext_lazy("Friday prayer, from"))
    friday_ends = clock_field(gettext_lazy("Friday prayer, until"))
    other_begins = clock_field(gettext_lazy("Another break, from"))
    other_ends = clock_field(gettext_lazy("Another break, until"))
    other_label = forms.CharField(label=gettext_lazy("Name of that break"), max_length=60, required=False)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "first": event.starts_on,
            "last": event.ends_on or event.starts_on,
            "begins": DAY_BEGINS,
            "ends": DAY_ENDS,
            "minutes": event.minutes,
            "zuhur_begins": ZUHUR[0],
            "zuhur_ends": ZUHUR[1],
            "friday_begins": FRIDAY[0],
            "friday_ends": FRIDAY[1],
        }
        self.event = event
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        pairs = [("first", "last"), ("begins", "ends")]
        pairs += [(f"{name}_begins", f"{name}_ends") for name in ("zuhur", "friday", "other")]
        for before, after in pairs:
            one, other = facts.get(before), facts.get(after)
            if one and other and (other < one or (other == one and before != "first")):
                self.add_error(after, _("The end is before the beginning."))
            if (one is None) != (other is None) and before.endswith("_begins") and not self.errors:
                self.add_error(after if one else before, _("Write both times of the break, or none."))
        self._check_days(facts)
        return facts

    def _check_days(self, facts: dict[str, Any]) -> None:
        first, last = facts.get("first"), facts.get("last")
        for name, day in (("first", first), ("last", last)):
            starts, ends = self.event.starts_on, self.event.ends_on or self.event.starts_on
            if day and starts and ends and not starts <= day <= ends:
                self.add_error(name, _("This day is outside the event."))

    @property
    def plan(self) -> times.Plan:
        """Zuhur on every day but Friday, whose prayer has a break of its own; without that, Zuhur on all days."""
        facts = self.cleaned_data
        has_friday = facts["friday_begins"] is not None
        named = [
            ("zuhur", _("Zuhur and lunch"), False if has_friday else None),
            ("friday", _("Friday prayer and lunch"), True),
            ("other", facts["other_label"] or _("Break"), None),
        ]
        breaks = tuple(
            times.Break(facts[f"{name}_begins"], facts[f"{name}_ends"], label, on_friday)
            for name, label, on_friday in named
            if facts[f"{name}_begins"]
        )
        names = ("first", "last", "begins", "ends", "minutes")
        return times.Plan(**{name: facts[name] for name in names}, breaks=breaks)


class SlotForm(AccessibleForm):
    """One more time; with a name it is a break."""

    starts_at = moment_field(gettext_lazy("Begins"))
    minutes = WholeNumberField(label=gettext_lazy("Minutes"), least=5, most=480, error_messages=MISSING)
    label = forms.CharField(label=gettext_lazy("Name, if it is a break"), max_length=60, required=False)

    def clean_starts_at(self) -> Any:
        if not self.cleaned_data["starts_at"]:
            raise ValidationError(MISSING["required"])
        return self.cleaned_data["starts_at"]


class MeetingForm(AccessibleForm):
    """Two who meet, and when."""

    exhibitor = forms.ModelChoiceField(
        Exhibitor.objects.none(), label=gettext_lazy("Pesantren"), error_messages=MISSING
    )
    guest = forms.ModelChoiceField(
        Guest.objects.none(), label=pgettext_lazy("event", "Buyer"), error_messages=MISSING
    )
    slot = forms.ModelChoiceField(Slot.objects.none(), label=gettext_lazy("Time"), error_messages=MISSING)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows, label in (
            ("exhibitor", event_queries.exhibitors(event), lambda row: row.partner.with_place),
            ("guest", event_queries.guests(event), lambda row: row.name),
        ):
            self.fields[name].queryset = rows.filter(declined_at=None)  # type: ignore[attr-defined]
            self.fields[name].label_from_instance = label  # type: ignore[attr-defined]
        choose_slot(self.fields["slot"], event)


class MoveForm(AccessibleForm):
    slot = forms.ModelChoiceField(
        Slot.objects.none(), label=gettext_lazy("Another time"), empty_label=None, error_messages=MISSING
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_slot(self.fields["slot"], event)


def choose_slot(field: Any, event: Event) -> None:
    field.queryset = event.slots.filter(is_break=False)
    field.label_from_instance = lambda row: f"{timezone.localtime(row.starts_at):%d.%m. %H.%M}"
