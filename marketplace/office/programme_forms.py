"""What whoever runs the programme types: years, participants, their mentor, grants, awards, role models."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.common.access import MENTOR
from marketplace.common.forms import AccessibleForm, MoneyField, WholeNumberField, ascii_digits
from marketplace.people.models import User
from marketplace.people.phones import to_e164
from marketplace.people.queries import person_by_name
from marketplace.programme import states
from marketplace.programme.models import Award, Participation
from marketplace.programme.sectors import sectors
from marketplace.reference import working_days
from marketplace.reference.models import Province, Regency

FIRST_YEAR, LAST_YEAR = 2018, 2100
DAY = {"type": "date"}
LTR = {"autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        error_messages={
            "required": _("Write the day."),
            "invalid": _("Write a date, for example 2026-11-23."),
        },
        **kwargs,
    )


def _text(label: Any, most: int, required: Any = "", **kwargs: Any) -> forms.CharField:
    messages = {"max_length": _("This text is too long.")}
    return forms.CharField(
        label=label,
        max_length=most,
        required=bool(required),
        error_messages=messages | ({"required": required} if required else {}),
        **kwargs,
    )


def _choice(label: Any, required: Any, **kwargs: Any) -> Any:
    return forms.ChoiceField(
        label=label,
        error_messages={"required": required, "invalid_choice": _("Choose one of the list.")},
        **kwargs,
    )


def _year() -> forms.IntegerField:
    """A year is no amount: it is read and shown without points."""
    said = _("Write the year, for example 2027.")
    return forms.IntegerField(
        label=_("Year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), said),
    )


class YearForm(AccessibleForm):
    """Targets and days of a year; a new one is named by its number, too. `year`: the number of one that is there."""

    target = WholeNumberField(label=_("Pesantren aimed at"), least=1, most=100_000, required=False)
    target_value = MoneyField(
        label=_("Commitments aimed at, in rupiah"), least=1, most=10**14, required=False
    )
    opens_on = _day(_("Registration from"), required=False)
    closes_on = _day(_("Registration until"), required=False)
    note = _text(_("Note"), 500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, year: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = year
        if year is None:
            self.fields["year"] = _year()
            self.order_fields(["year"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("opens_on"), data.get("closes_on")
        if first and last and last < first:
            self.add_error("closes_on", _("This day lies before the first day of registration."))
        if year := self.number or data.get("year"):
            said = _("Registration for %(year)s is in that year or the one before.") % {"year": year}
            for name in ("opens_on", "closes_on"):
                if data.get(name) and not year - 1 <= data[name].year <= year:
                    self.add_error(name, said)
        return data


class RegisterForm(AccessibleForm):
    """One pesantren that joins. `province`: whose kabupaten and kota there are to choose from."""

    nspp = forms.CharField(
        label=_("NSPP number"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "dir": "ltr"}),
        help_text=_("12 digits, as the ministry gave it. It tells pesantren of the same name apart."),
        error_messages={"required": _("Write the NSPP number.")},
    )
    name = _text(_("Name of the pesantren"), 128, _("Write the name of the pesantren."))
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
    district = _text(_("Kecamatan"), 60)
    category = _choice(
        _("Category"), _("Choose start-up or scale-up."), choices=Participation.CATEGORIES,
        widget=forms.RadioSelect,
    )  # fmt: skip
    sector = _choice(_("Sector"), _("Choose the sector."))
    product = _text(_("What it makes"), 100)
    contact = _text(_("Who is responsible"), 150)
    phone = forms.CharField(
        label=_("Telephone"), max_length=30, required=False, widget=forms.TextInput(attrs={"dir": "ltr"})
    )

    def __init__(self, *args: Any, province: Province, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regency"].queryset = Regency.objects.filter(province=province)  # type: ignore[attr-defined]
        self.fields["sector"].choices = [("", _("Choose")), *sectors().items()]  # type: ignore[attr-defined]

    def clean_nspp(self) -> str:
        number = "".join(char for char in ascii_digits(self.cleaned_data["nspp"]) if char not in " .-")
        if len(number) != 12 or not number.isdigit():
            raise ValidationError(_("An NSPP number has 12 digits."), code="nspp")
        return number

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        number = to_e164(typed) if typed else ""
        if number is None:
            raise ValidationError(_("This is not a telephone number. For example: 0812 3456 7890."))
        return number


class MoveManyForm(AccessibleForm):
    """What becomes of many at once: one stage on, or left with a reason."""

    ON, LEAVE = "on", "leave"
    what = forms.ChoiceField(
        label=_("What becomes of them?"),
        choices=[(ON, _("One stage on")), (LEAVE, _("They go no further this time"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of them.")},
    )
    why = _text(
        _("Why?"), 300, help_text=_("Only for those who go no further."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, has_next: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].is_conditional = True  # type: ignore[attr-defined]
        if not has_next:
            self.fields["what"].choices = [(self.LEAVE, _("They go no further this time"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("what") == self.LEAVE and not data.get("why"):
            self.add_error("why", _("Write why."))
        return data


class MentorForm(AccessibleForm):
    """Gives the mentor who signs in with this name; empty: nobody."""

    mentor: Any = forms.CharField(
        label=_("Exact e-mail address or telephone number of the mentor"),
        max_length=254,
        required=False,
        help_text=_("Leave it empty if nobody accompanies this pesantren."),
        widget=forms.TextInput(attrs=LTR),
    )

    def clean_mentor(self) -> User | None:
        typed = self.cleaned_data["mentor"]
        if not typed:
            return None
        found = person_by_name(typed)
        if found is None or not found.is_active or found.staff_role != MENTOR:
            raise ValidationError(
                _("No mentor has exactly this address or number. The office names mentors."), code="unknown"
            )
        return found


class GrantForm(AccessibleForm):
    """A grant to who takes part in this year of the programme: not given before it, nor still to come."""

    amount = MoneyField(
        label=_("Amount in rupiah"), least=1, most=10**12, error_messages={"required": _("Write the amount.")}
    )
    given_on = _day(_("Given on"))
    what_for = _text(_("What it is for"), 200, _("Write what it is for."))
    decree = _text(_("Number of the decision (SK)"), 100)

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year

    def clean_given_on(self) -> Any:
        day = self.cleaned_data["given_on"]
        if day.year < self.year:
            said = _("This day lies before the year of the programme, %(year)s.")
            raise ValidationError(said, params={"year": self.year})
        if day > working_days.today():
            raise ValidationError(_("This day is still to come. Record a grant once it was given."))
        return day


class AwardForm(AccessibleForm):
    title = _text(
        _("Award"), 120, _("Write which award."), help_text=_("For example: Juara OPOP tingkat provinsi.")
    )
    level = _choice(_("Level"), _("Choose the level."), choices=Award.LEVELS)
    what = _text(_("For what"), 120, help_text=_("Sector or product."))
    amount = MoneyField(label=_("Prize in rupiah"), least=1, most=10**12, required=False)


class RoleModelForm(AccessibleForm):
    """A pesantren where others learn; what they learn there in three languages, Indonesian first."""

    name = _text(_("Name of the pesantren"), 128, _("Write the name of the pesantren."))
    regency: Any = forms.ModelChoiceField(
        label=_("Kabupaten or kota"), queryset=Regency.objects.none(), to_field_name="code",
        required=False, empty_label=_("Choose"),
    )  # fmt: skip
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    what_id = _text(_("What others learn there, in Indonesian"), 300, _("Write what others learn there."))
    what_en = _text(_("The same in English"), 300)
    what_ar = _text(_("The same in Arabic"), 300, widget=forms.TextInput(attrs={"dir": "rtl"}))
    source = _text(_("Source"), 200)
    source_url = forms.URLField(
        label=_("Address of the source"), max_length=300, required=False, assume_scheme="https",
        widget=forms.URLInput(attrs={"dir": "ltr"}),
        error_messages={"invalid": _("Write the whole address, for example https://example.com/page.")},
    )  # fmt: skip

    def __init__(self, *args: Any, province: Province, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regency"].queryset = Regency.objects.filter(province=province)  # type: ignore[attr-defined]
        self.fields["sector"].choices = [("", _("All sectors")), *sectors().items()]  # type: ignore[attr-defined]


class ParticipantFilterForm(AccessibleForm):
    """Which participants are listed. Anything that is not in the lists is left out."""

    choices_of: ClassVar[Mapping[str, Any]] = {
        "stage": [("", _("All stages")), *states.PARTICIPATION_CHOICES],
        "category": [("", _("Both categories")), *Participation.CATEGORIES],
    }
    q = forms.CharField(label=_("Name or NSPP"), max_length=100, required=False)
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=choices_of["stage"])
    category = forms.ChoiceField(label=_("Category"), required=False, choices=choices_of["category"])
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    regency = forms.ChoiceField(label=_("Kabupaten or kota"), required=False)

    def __init__(self, *args: Any, province: Province, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(one.code, str(one)) for one in Regency.objects.filter(province=province)]
        self.fields["sector"].choices = [("", _("All sectors")), *sectors().items()]  # type: ignore[attr-defined]
        self.fields["regency"].choices = [("", _("All kabupaten and kota")), *places]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        self.full_clean()
        return {name: value.strip() for name, value in self.cleaned_data.items() if value}


class RegistrationsForm(AccessibleForm):
    file = forms.FileField(
        label=_("Your workbook, XLSX"),
        allow_empty_file=True,  # what reads it says so in the same words as of every other fault
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": _("Choose the workbook that you filled in.")},
    )
