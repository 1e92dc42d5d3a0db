"""Applications, by who is asking."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from marketplace.common.access import OFFICE, is_staff
from marketplace.pesantren.joining import registry, states
from marketplace.pesantren.joining.models import Answer, Application, Requirement
from marketplace.pesantren.models import Partner


def mine(user: Any) -> Application | None:
    """The newest application of this person."""
    found = Application.objects.filter(person=user).select_related("regency", "partner")
    return found.order_by("-sent_at", "-pk").first()


def for_office(user: Any, state: str = "") -> QuerySet[Application]:
    """All applications, the oldest first; one state or all."""
    if not is_staff(user, OFFICE):
        return Application.objects.none()
    found = Application.objects.filter(state=state) if state in states.LABELS else Application.objects.all()
    return found.select_related("regency", "person").order_by("sent_at", "pk")


def waiting(user: Any) -> QuerySet[Application]:
    return for_office(user, states.SENT)


def answers_of(application: Application) -> QuerySet[Answer]:
    """The answers of an application the caller may already see."""
    return application.answers.select_related("requirement")


def attested() -> QuerySet[Requirement]:
    return Requirement.objects.filter(kind=Requirement.ATTESTED)


def unfit(application: Application) -> list[Answer]:
    """Required answers that are neither met nor waived."""
    rows = answers_of(application).filter(requirement__is_required=True)
    return [row for row in rows if row.state not in states.ENOUGH]


def may_be(application: Application) -> QuerySet[Partner]:
    """Pesantren that are listed from public sources and may be this one: the same place, nobody works there yet.

    Names are no key (design/domain.md, 4): a person of the office chooses.
    """
    listed = Partner.objects.filter(regency=application.regency, members=None, is_fictional=False)
    return listed.order_by("name", "pk")


def before_payout(partners: Collection[Partner]) -> dict[int, list[tuple[Requirement, bool]]]:
    """What each of these, already found for whoever asks, must fulfil before its first payout, and whether it does.

    Computed now, not kept: one query, and one a requirement.
    """
    asked = Requirement.objects.filter(needed_for=Requirement.PAYOUT, is_required=True)
    ids = [one.pk for one in partners]
    met = [(requirement, registry.met(requirement.code, ids)) for requirement in asked]
    return {pk: [(requirement, pk in found) for requirement, found in met] for pk in ids}
