"""Phone and recovery codes are lost: the office takes two-step verification away, and money waits for a while.

For people of the office it takes two colleagues; for everybody else one, with a reason. Whoever runs the server may do
it from there (manage.py reset_second_factor), for an office of one or two.
"""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.common.access import EXPORT, OFFICE, is_staff
from marketplace.common.actor import Actor
from marketplace.common.states import record
from marketplace.people.models import User
from marketplace.people.second_factor import signals, states
from marketplace.people.second_factor.models import Reset, SecondFactor
from marketplace.people.second_factor.services import forget


class ResetRefused(Exception):
    """`code`: "role" (only the office), "own" (one's own is somebody else's to take), "off" (nothing is on),
    "open" (one waits already), "same" (another person must agree), "decided" (it is done or refused)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def needs_two(person: User) -> bool:
    """People who move the money of others."""
    return person.is_superuser or person.staff_role in (OFFICE, EXPORT)


def _check_helper(by: User, person_id: int) -> None:
    if not is_staff(by, OFFICE):
        raise ResetRefused("role")
    if by.pk == person_id:
        raise ResetRefused("own")


def ask(*, person: User, why: str, by: User) -> Reset:
    """Take it away, or ask a second colleague to. The caller of the office has made sure who is on the telephone.

    Raises ResetRefused. Side effects: Reset with history; if one person is enough, also all of _take, else the signal
    `changed`, so that the person may object.
    """
    _check_helper(by, person.pk)
    try:
        with transaction.atomic():
            factor = _locked(person.pk)
            two = needs_two(person)
            made = Reset.objects.create(user=person, why=why, needs_two=two, proposed_by=by)
            record(made, "", states.PROPOSED, actor=Actor.of(by), why=why)
            if two:
                signals.changed.send(sender=SecondFactor, person=person, what="asked", at=made.pk, why=why)
            else:
                _take(made, factor, by)
    except IntegrityError as error:
        raise ResetRefused("open") from error
    return made


def agree(*, reset: Reset, by: User) -> None:
    """The second colleague. Raises ResetRefused. Side effects: all of _take."""
    _check_helper(by, reset.user_id)
    if reset.proposed_by_id == by.pk:
        raise ResetRefused("same")
    with transaction.atomic():
        factor = _locked(reset.user_id)
        _take(_waiting(reset), factor, by)


def refuse(*, reset: Reset, by: User) -> None:
    """Not done, or taken back; the person concerned may say so, too. Raises ResetRefused. Side effects: state with
    history."""
    if not is_staff(by, OFFICE):
        raise ResetRefused("role")
    with transaction.atomic():
        states.RESET.move(_waiting(reset), states.REFUSED, actor=Actor.of(by), decided_by_id=by.pk)


def _locked(person_id: int) -> SecondFactor:
    found = (
        SecondFactor.objects.select_for_update(no_key=True).filter(user=person_id, state=states.ON).first()
    )
    if found is None:
        raise ResetRefused("off")
    return found


def _waiting(reset: Reset) -> Reset:
    found = Reset.objects.select_for_update(no_key=True, of=("self",)).get(pk=reset.pk)
    if found.state != states.PROPOSED:
        raise ResetRefused("decided")
    return found


def _take(reset: Reset, factor: SecondFactor, by: User) -> None:
    """Side effects: states with history, recovery codes go, money waits, the signal `changed`."""
    states.RESET.move(reset, states.DONE, actor=Actor.of(by), why=reset.why, decided_by_id=by.pk)
    take_away(factor, actor=Actor.of(by), why=reset.why)


def take_away(factor: SecondFactor, *, actor: Actor, why: str) -> None:
    """Off, and no money moves for SECOND_FACTOR_WAIT_HOURS: time for the person to object. Inside a transaction."""
    money_from = timezone.now() + timedelta(hours=settings.SECOND_FACTOR_WAIT_HOURS)
    forget(factor, actor=actor, why=why, money_from=money_from)
    person = factor.user
    signals.changed.send(
        sender=SecondFactor,
        person=person,
        what="reset",
        at=int(money_from.timestamp()),
        until=money_from,
        why=why,
    )
