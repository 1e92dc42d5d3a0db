"""Mails about people's own accounts: people's news arrive as signals, the outbox stands beside people."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from marketplace.notices.services import send
from marketplace.orders.links import absolute
from marketplace.people import signals
from marketplace.people.models import DataRequest, User
from marketplace.people.second_factor.signals import changed as second_factor_changed


def _short(text: str) -> str:
    """A token's fingerprint: the key must not hold what opens an account."""
    return sha256(text.encode()).hexdigest()[:32]


def _to(person: User, key: str, template: str, link: str, to: str = "", **context: Any) -> None:
    send(
        key=key,
        to=to or person.email or "",
        language=person.language,
        template=template,
        context={"link": link, "person": person, **context},
        time_zone=person.time_zone,
    )


@receiver(signals.registered)
def welcome(person: User, **kwargs: Any) -> None:
    """Names nobody in it: anybody can type a stranger's address and any name."""
    link = absolute("customer:login", language=person.language)
    _to(person, f"welcome/{person.pk}", "welcome", link)


@receiver(signals.known_address_tried)
def known_address(email: str, language: str, **kwargs: Any) -> None:
    """At most one a day to an address. Its owner may have forgotten the account."""
    owner = User.objects.filter(email=email, is_active=True).first()
    language = owner.language if owner else language
    send(
        key=f"sign-up-known/{_short(email)}/{timezone.localdate()}",
        to=email,
        language=language,
        template="sign_up_known" if owner else "sign_up_refused",
        context={"link": absolute("customer:password-reset", language=language)},
    )


@receiver(signals.reset_asked)
def password_reset(person: User, path_args: tuple[str, str], **kwargs: Any) -> None:
    link = absolute("customer:password-reset-confirm", *path_args, language=person.language)
    _to(person, f"password-reset/{person.pk}/{_short(path_args[1])}", "password_reset", link)


@receiver(signals.email_change_asked)
def email_change_confirm(person: User, email: str, token: str, **kwargs: Any) -> None:
    link = absolute("customer:confirm-email", token, language=person.language)
    _to(person, f"email-confirm/{person.pk}/{_short(token)}", "email_change_confirm", link, to=email)


@receiver(signals.email_changed)
def email_changed(person: User, before: str, **kwargs: Any) -> None:
    """To the old address, so that its owner can object."""
    if before:
        link = absolute("pages:help", language=person.language)
        key = f"email-changed/{person.pk}/{_short(f'{before}>{person.email}')}/{timezone.now():%Y%m%d%H%M}"
        _to(person, key, "email_changed", link, to=before, email=person.email)


@receiver(second_factor_changed)
def second_factor(person: User, what: str, at: int, **more: Any) -> None:
    """Whatever happens to two-step verification, its owner hears of it at once, also at night."""
    page = "pages:help" if what in {"asked", "reset"} else "customer:second-factor"
    link = absolute(page, language=person.language)
    context: dict[str, Any] = {name: more.get(name) for name in ("left", "until", "why")}
    _to(person, f"second-factor/{person.pk}/{what}/{at}", "second_factor", link, what=what, **context)


@receiver(signals.copy_ready)
def copy_ready(person: User, request: DataRequest, **kwargs: Any) -> None:
    link = absolute("customer:data", language=person.language)
    _to(person, f"data-copy/{request.pk}", "data_copy_ready", link, request=request)


@receiver(signals.erasure_asked)
def erasure_asked(person: User, request: DataRequest, **kwargs: Any) -> None:
    link = absolute("customer:data", language=person.language)
    _to(person, f"erasure-asked/{request.pk}", "erasure_asked", link, request=request)


@receiver(signals.erased)
def erased(person: User, email: str, language: str, **kwargs: Any) -> None:
    """The last mail to the old address; it is deleted with the other mails after a year."""
    context = {"link": absolute("pages:privacy", language=language)}
    send(key=f"erased/{person.pk}", to=email, language=language, template="erased", context=context)


@receiver(signals.idle_warned)
def idle_warned(person: User, ends_on: datetime, **kwargs: Any) -> None:
    link = absolute("customer:login", language=person.language)
    _to(person, f"idle/{person.pk}/{ends_on:%Y-%m-%d}", "idle_warned", link, ends_on=ends_on)
