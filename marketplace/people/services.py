"""What happens to a person's account. Mails are written by account/mails.py, which listens to signals.py."""

from dataclasses import dataclass

from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from marketplace.common.actor import Actor
from marketplace.common.states import record
from marketplace.people import signals
from marketplace.people.models import User
from marketplace.people.queries import person_by_name

EMAIL_SALT = "email-change"
DAY = 60 * 60 * 24


class RefusedError(Exception):
    """A step that cannot be done now: a used or old link, an address that belongs to someone else."""


@dataclass(frozen=True)
class NewPerson:
    """What sign-up asks. `phone` is E.164 or empty; at least one of `email` and `phone` is filled."""

    name: str
    email: str
    phone: str
    language: str
    password: str


def register(*, new: NewPerson) -> User | None:
    """Make an account, or nothing if the address or number is known: the page says the same either way.

    Saying "already registered" beside the field would tell anybody who buys here. The owner of a known
    address gets a mail instead. What is left to a guesser is one sign-in try a guess, and those are counted.
    The hash is made in both cases, so the time tells nothing.
    Side effects: one User and the signal `registered`, or the signal `known_address_tried`.
    """
    fresh = User(name=new.name, email=new.email or None, phone=new.phone or None, language=new.language)
    fresh.set_password(new.password)
    known = Q(email=new.email) if new.email else Q()
    known |= Q(phone=new.phone) if new.phone else Q()
    try:
        with transaction.atomic():
            if not User.objects.filter(known).exists():
                fresh.save()
                signals.registered.send(sender=User, person=fresh)
                return fresh
    except IntegrityError:  # the same name twice at the same moment
        pass
    if new.email:
        signals.known_address_tried.send(sender=User, email=new.email, language=new.language)
    return None


def ask_reset(*, name: str) -> None:
    """Somebody forgot a password. Nothing happens for an unknown name or an account without an address.

    Side effects: the signal `reset_asked` (a mail with a link that works once, for 24 hours).
    """
    person = person_by_name(name)
    if person is None or not person.is_active or not person.email:
        return
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    token = default_token_generator.make_token(person)
    signals.reset_asked.send(sender=User, person=person, path_args=(uid, token))


def link_by_office(*, person: User, actor: Actor) -> tuple[str, str]:
    """The office hands a sign-in link to somebody without a mail address: (uid, token) of a link that sets a new
    password, once, within 24 hours. Raises RefusedError for people of the office, for closed accounts, and for whoever
    has an address: they ask for a new password themselves, and nobody else sees the link.

    Side effects: one history row of the person. The old password works until the link is used.
    """
    if person.email or person.staff_role or person.is_superuser or not person.is_active:
        raise RefusedError("No link is made for this person.")
    record(person, "", "link issued", actor=actor)
    return urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)


def person_of_reset(*, uid: str, token: str) -> User | None:
    """Whose password this link may set; nothing if it is used, old or wrong."""
    try:
        key = force_str(urlsafe_base64_decode(uid))
        person = User.objects.filter(pk=int(key), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    if person is None or not default_token_generator.check_token(person, token):
        return None
    return person


def set_password(*, person: User, password: str) -> None:
    """Side effects: the password; sessions opened with the old one end, open reset links die."""
    person.set_password(password)
    person.save(update_fields=["password"])


def ask_email_change(*, person: User, email: str) -> None:
    """Send a link to the new address; nothing changes until it is opened. The password was checked before.

    An address of somebody else gets no mail, and the page says the same as always.
    A new password ends the link, as it ends sessions: whoever lost the account cannot take it along.
    Side effects: the signal `email_change_asked`.
    """
    if User.objects.filter(email=email).exists():
        return
    token = signing.dumps([person.pk, person.email or "", email, _password_mark(person)], salt=EMAIL_SALT)
    signals.email_change_asked.send(sender=User, person=person, email=email, token=token)


def _password_mark(person: User) -> str:
    """Changes with the password and tells nothing about it."""
    return str(person.get_session_auth_hash())[:16]


def read_email_token(token: str) -> tuple[User, str]:
    """(person, new address) of a link that still works. Raises RefusedError if it is used, old or wrong."""
    try:
        pk, before, email, mark = signing.loads(token, salt=EMAIL_SALT, max_age=DAY)
    except (signing.BadSignature, ValueError) as error:
        raise RefusedError("This link does not work any more.") from error
    person = User.objects.filter(pk=pk, is_active=True).first()
    if person is None or (person.email or "") != before or _password_mark(person) != mark:
        raise RefusedError("This link was used before.")
    return person, email


def confirm_email(*, token: str) -> User:
    """The new address is real: it becomes the person's.

    Side effects: the e-mail address, the signal `email_changed`. Raises RefusedError.
    """
    person, email = read_email_token(token)
    before = person.email or ""
    try:
        with transaction.atomic():
            same = User.objects.filter(pk=person.pk)
            same = same.filter(email=before) if before else same.filter(email=None)
            if not same.update(email=email):
                raise RefusedError("This link was used before.")
            person.email = email
            signals.email_changed.send(sender=User, person=person, before=before)
    except IntegrityError as error:
        raise RefusedError("This address belongs to another account.") from error
    return person


def update_profile(*, person: User, name: str, language: str, time_zone: str, phone: str) -> None:
    """Change what mails and pages use. `phone` is E.164 or empty. Side effects: one User row.

    Raises RefusedError if the number belongs to somebody else.
    """
    person.name, person.language, person.time_zone = name, language, time_zone
    person.phone = phone or None
    try:
        with transaction.atomic():
            person.save(update_fields=["name", "language", "time_zone", "phone"])
    except IntegrityError as error:
        raise RefusedError("This number cannot be used.") from error
