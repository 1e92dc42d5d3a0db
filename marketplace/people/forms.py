"""Sign-in, sign-up, profile, passwords."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm
from marketplace.common.ratelimit import too_many
from marketplace.people.models import User
from marketplace.people.phones import for_people, to_e164
from marketplace.people.queries import sign_in_name

# Where our buyers and sellers live; the first is the default.
ZONES = [
    ("Asia/Jakarta", _("Western Indonesia (WIB), Jakarta")),
    ("Asia/Makassar", _("Central Indonesia (WITA), Makassar")),
    ("Asia/Jayapura", _("Eastern Indonesia (WIT), Jayapura")),
    ("Asia/Dubai", _("Dubai")),
    ("Asia/Riyadh", _("Riyadh")),
    ("Asia/Kuala_Lumpur", _("Kuala Lumpur")),
    ("Asia/Singapore", _("Singapore")),
    ("Asia/Tokyo", _("Tokyo")),
    ("Europe/Amsterdam", _("Amsterdam")),
    ("Europe/London", _("London")),
]
FOR_NAME = {"required": _("Write your name.")}
FOR_EMAIL = {
    "required": _("Write your e-mail address."),
    "invalid": _("This is not a complete e-mail address. Example: name@example.com."),
}
FOR_PASSWORD = {"required": _("Write your password.")}


def one_line(text: str) -> str:
    """Names go into subjects and addresses: no line breaks, no double spaces."""
    return " ".join(text.split())


class PhoneField(forms.CharField):
    """A telephone number as people type it; gives E.164, or an empty text."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "dir": "ltr"}))
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        if number := to_e164(text):
            return number
        raise ValidationError(
            _("This is not a telephone number we can call. Example: 0812-3456-7890 or +971 50 123 4567."),
            code="phone",
        )


def password_field(label: Any, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, strip=False, max_length=128, widget=forms.PasswordInput(render_value=False), **kwargs
    )


def new_password_field() -> forms.CharField:
    return password_field(
        _("New password"),
        help_text=_("At least 8 characters. A short sentence is easy to remember and hard to guess."),
        error_messages={"required": _("Choose a password.")},
    )


def check_new_password(password: str, person: User | None) -> None:
    """Our validators, and no password that stands printed on a public page."""
    if password == settings.DEMO_PASSWORD:
        raise ValidationError(_("This password is printed on our pages. Choose another one."), code="demo")
    password_validation.validate_password(password, person)


class SignInForm(AccessibleForm):
    """One name (e-mail or telephone) and a password; one message whichever is wrong."""

    autocomplete = {"name": "username", "password": "current-password"}
    name = forms.CharField(
        label=_("E-mail or telephone"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}),
        error_messages={"required": _("Write your e-mail address or telephone number.")},
    )
    password = password_field(_("Password"), error_messages=FOR_PASSWORD)
    next = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.person: Any = None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        if too_many(f"sign-in-name:{sign_in_name(data['name'])}", most=10, minutes=15):
            raise ValidationError(
                _("Too many tries for this name. Wait 15 minutes, or set a new password."), code="many"
            )
        self.person = authenticate(self.request, username=data["name"], password=data["password"])
        if self.person is None:
            raise ValidationError(
                _("The name or the password is not right. Please check both and try again."), code="wrong"
            )
        return data


class SignUpForm(AccessibleForm):
    """An account from an e-mail address, a telephone number, or both."""

    autocomplete = {"name": "name", "email": "email", "phone": "tel", "password": "new-password"}
    name = forms.CharField(label=_("Your name"), max_length=150, error_messages=FOR_NAME)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        error_messages=FOR_EMAIL,
        help_text=_("We send order news and new passwords here."),
    )
    phone = PhoneField(
        label=_("Telephone"),
        required=False,
        help_text=_("An e-mail address, a telephone number, or both."),
    )
    language = forms.ChoiceField(label=_("Language of our mails"), choices=User.LANGUAGES)
    password = new_password_field()

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        neither = not data.get("email") and not data.get("phone")
        if neither and "email" not in self.errors and "phone" not in self.errors:
            self.add_error("email", _("Write an e-mail address or a telephone number."))
        if data.get("password"):
            person = User(name=data.get("name", ""), email=data.get("email"), phone=data.get("phone"))
            try:
                check_new_password(data["password"], person)
            except ValidationError as error:
                self.add_error("password", error)
        return data


class ForgottenForm(AccessibleForm):
    autocomplete = {"name": "username"}
    name = forms.CharField(
        label=_("E-mail or telephone"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}),
        error_messages={"required": _("Write your e-mail address or telephone number.")},
    )


class NewPasswordForm(AccessibleForm):
    autocomplete = {"password": "new-password"}
    password = new_password_field()

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        check_new_password(self.cleaned_data["password"], self.person)
        return str(self.cleaned_data["password"])


class CurrentPasswordForm(AccessibleForm):
    """A step that needs the present password; tries are counted per account."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_current(self) -> str:
        current = str(self.cleaned_data["current"])
        if too_many(f"current-password:{self.person.pk}", most=10, minutes=15):
            raise ValidationError(_("Too many tries. Please wait 15 minutes."), code="many")
        if not self.person.check_password(current):
            raise ValidationError(_("This is not your present password."), code="wrong")
        return current


class ChangePasswordForm(CurrentPasswordForm):
    autocomplete = {"current": "current-password", "password": "new-password"}
    current = password_field(_("Present password"), error_messages=FOR_PASSWORD)
    password = new_password_field()

    def clean_password(self) -> str:
        check_new_password(self.cleaned_data["password"], self.person)
        return str(self.cleaned_data["password"])


class ChangeEmailForm(CurrentPasswordForm):
    autocomplete = {"email": "email", "current": "current-password"}
    email = forms.EmailField(label=_("New e-mail address"), max_length=254, error_messages=FOR_EMAIL)
    current = password_field(_("Your password"), error_messages=FOR_PASSWORD)

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if email == self.person.email:
            raise ValidationError(_("This is your address already."), code="same")
        return email


class DeleteAccountForm(CurrentPasswordForm):
    autocomplete = {"current": "current-password"}
    current = password_field(_("Your password"), error_messages=FOR_PASSWORD)


class ProfileForm(AccessibleForm):
    autocomplete = {"name": "name", "phone": "tel"}
    name = forms.CharField(label=_("Your name"), max_length=150, error_messages=FOR_NAME)
    phone = PhoneField(label=_("Telephone"), required=False, help_text=_("You can sign in with it."))
    language = forms.ChoiceField(
        label=_("Language of our mails"),
        choices=User.LANGUAGES,
        help_text=_("Pages keep the language you choose at the top."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Times on our pages are shown in it."))

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        now = {
            "name": person.name,
            "phone": for_people(person.phone) if person.phone else "",
            "language": person.language,
            "time_zone": person.time_zone,
        }
        super().__init__(*args, initial=now, **kwargs)
        self.person = person
        known = dict(ZONES)
        extra = [] if person.time_zone in known else [(person.time_zone, lazystr(person.time_zone))]
        self.fields["time_zone"].choices = [*ZONES, *extra]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        if not phone and not self.person.email:
            raise ValidationError(_("Without an e-mail address you need a number to sign in."), code="needed")
        return phone
