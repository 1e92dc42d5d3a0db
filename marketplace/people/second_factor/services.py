"""What happens to a person's two-step verification. Every step leaves a history row and a mail (signals.py)."""

import logging
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from marketplace.common.actor import Actor
from marketplace.common.ratelimit import too_many
from marketplace.common.states import record
from marketplace.people.models import User
from marketplace.people.second_factor import codes, signals, states
from marketplace.people.second_factor.models import RecoveryCode, SecondFactor

log = logging.getLogger(__name__)
TRIES = 5  # wrong codes in a row; each five lock for longer
LOCK_MINUTES = (15, 60, 240, 1440)


class Refused(Exception):
    """`code`: "wrong", "used" (a code opens once), "locked" (too many wrong ones, until factor.locked_until),
    "many" (too many recovery codes tried), "off" (nothing to check against), "key" (the settings lack its key)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def check(*, person: Any, typed: str) -> None:
    """Take a code of the app or a recovery code, once. Raises Refused; what was refused is counted all the same.

    Five wrong codes of the app in a row lock it for 15 minutes, the next five for an hour, then four, then a day;
    a recovery code opens meanwhile. Of a million codes an attacker who has the password tries some five a day.
    Side effects: the step is used up, or the recovery code; wrong tries are counted; a lock and a used recovery
    code leave a history row and the signal `changed`. Locks the person's SecondFactor and nothing else.
    """
    code = codes.tidy(typed)
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update(no_key=True).filter(user_id=person.pk).first()
        if factor is None or not factor.is_on:
            fault = "off"
        else:
            try:
                fault = _by_app(factor, code) if codes.is_of_app(code) else _by_recovery(factor, code)
            except codes.KeyGone:
                log.exception("Nobody whose second factor was made with a removed key can sign in")
                fault = "key"
    if fault:  # raised outside: the count must stand
        raise Refused(fault)


def _by_app(factor: SecondFactor, code: str) -> str:
    """The fault, or nothing. The row is locked, so a code that comes twice at once is taken once."""
    now = timezone.now()
    if factor.locked_until and factor.locked_until > now:
        return "locked"
    key = codes.secret(person_id=factor.user_id, seed=factor.seed, mark=factor.key_mark)
    step = codes.step_of(key, code, codes.step_at(now.timestamp()))
    if step is None:
        return _count_wrong(factor)
    if step <= factor.last_step:
        return "used"
    factor.last_step, factor.wrong, factor.locked_until = step, 0, None
    factor.save(update_fields=["last_step", "wrong", "locked_until"])
    return ""


def _count_wrong(factor: SecondFactor) -> str:
    factor.wrong = min(factor.wrong + 1, 10_000)
    locks = factor.wrong // TRIES
    if factor.wrong % TRIES == 0:
        minutes = LOCK_MINUTES[min(locks, len(LOCK_MINUTES)) - 1]
        factor.locked_until = timezone.now() + timedelta(minutes=minutes)
        actor = Actor.of(factor.user)
        record(factor, states.ON, "locked", actor=actor, why=f"{factor.wrong} wrong codes, {minutes} minutes")
        _tell(factor.user, "locked", until=factor.locked_until)
    factor.save(update_fields=["wrong", "locked_until"])
    return "locked" if factor.wrong % TRIES == 0 else "wrong"


def _by_recovery(factor: SecondFactor, code: str) -> str:
    if too_many(f"recovery-code:{factor.user_id}", most=10, minutes=15):
        return "many"
    digest = codes.digest(seed=factor.seed, mark=factor.key_mark, code=code)
    unused = RecoveryCode.objects.filter(factor=factor, digest=digest, used_at=None)
    if not unused.update(used_at=timezone.now()):
        return "wrong"
    left = factor.recovery_codes.filter(used_at=None).count()
    SecondFactor.objects.filter(pk=factor.pk).update(wrong=0, locked_until=None)
    record(factor, states.ON, "recovery code used", actor=Actor.of(factor.user), why=f"{left} left")
    _tell(factor.user, "recovery", left=left)
    return ""


def _tell(person: User, what: str, **more: Any) -> None:
    signals.changed.send(sender=SecondFactor, person=person, what=what, at=time.time_ns(), **more)


def switch_on(*, person: User, seed: str, typed: str) -> list[str]:
    """The app shows the right code for this seed: from now on it is asked. Also for another phone in place of the
    one before, which then shows nothing of use. The caller checked the password, and the old app if there is one.

    Returns ten recovery codes, which are shown once. Raises Refused "wrong".
    Side effects: SecondFactor, RecoveryCode rows in place of those before, a history row, the signal `changed`.
    """
    mark = codes.newest_mark()
    key = codes.secret(person_id=person.pk, seed=seed, mark=mark)
    step = codes.step_of(key, codes.tidy(typed), codes.step_at(timezone.now().timestamp()))
    if step is None:
        raise Refused("wrong")
    with transaction.atomic():
        SecondFactor.objects.get_or_create(user=person)
        factor = SecondFactor.objects.select_for_update(no_key=True).get(user=person)
        values: dict[str, Any] = {
            "seed": seed,
            "key_mark": mark,
            "last_step": step,
            "on_since": timezone.now(),
        }
        values |= {"wrong": 0, "locked_until": None}
        replaced = factor.is_on
        if replaced:
            SecondFactor.objects.filter(pk=factor.pk).update(**values)
            record(factor, states.ON, "new phone", actor=Actor.of(person))
        else:
            states.FACTOR.move(factor, states.ON, actor=Actor.of(person), **values)
        factor.refresh_from_db()
        shown = _write_codes(factor)
        _tell(person, "phone" if replaced else "on")
    return shown


def _write_codes(factor: SecondFactor) -> list[str]:
    shown = codes.new_recovery_codes()
    factor.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, digest=codes.digest(seed=factor.seed, mark=factor.key_mark, code=code))
        for code in shown
    )
    return shown


def renew_codes(*, person: User) -> list[str]:
    """Ten new recovery codes; those before open nothing any more. Raises Refused "off".

    Side effects: RecoveryCode rows, a history row, the signal `changed`.
    """
    with transaction.atomic():
        factor = _locked_on(person)
        shown = _write_codes(factor)
        record(factor, states.ON, "new recovery codes", actor=Actor.of(person))
        _tell(person, "codes")
    return shown


def switch_off(*, person: User) -> None:
    """No code is asked any more, and money is out of reach. Password and code were checked before.

    Raises Refused "off". Side effects: state with history, the recovery codes go, the signal `changed`.
    """
    with transaction.atomic():
        factor = _locked_on(person)
        forget(factor, actor=Actor.of(person))
        _tell(person, "off")


def _locked_on(person: User) -> SecondFactor:
    factor = SecondFactor.objects.select_for_update(no_key=True).filter(user=person, state=states.ON).first()
    if factor is None:
        raise Refused("off")
    return factor


def forget(factor: SecondFactor, *, actor: Actor, why: str = "", **changes: Any) -> None:
    """Off: the seed and the recovery codes go. Inside the caller's transaction."""
    values = {"seed": "", "key_mark": "", "wrong": 0, "locked_until": None, "on_since": None, **changes}
    states.FACTOR.move(factor, states.OFF, actor=actor, why=why, **values)
    factor.recovery_codes.all().delete()


def demo_code(person: User) -> str:
    """The code that would be taken next, for the people of the demonstration alone; nothing anywhere else."""
    if not settings.DEMO or person.email not in settings.SHOW_CODES_TO:
        return ""
    factor = SecondFactor.objects.filter(user=person, state=states.ON).first()
    if factor is None:
        return ""
    now = codes.step_at(timezone.now().timestamp())
    step = min(max(now, factor.last_step + 1), now + codes.WINDOW)
    return codes.code_of(codes.secret(person_id=person.pk, seed=factor.seed, mark=factor.key_mark), step)
