"""A person's own data: a copy of it, and its deletion. Mails are written by account/mails.py (signals.py)."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from marketplace.common import personal
from marketplace.common import states as machine
from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.queue import enqueue
from marketplace.people import signals, states
from marketplace.people.models import DataRequest, User
from marketplace.people.personal import IDLE, NOTICE, accounts_seen, idle

COPY_KEPT = timedelta(days=7)
# Time to think again. The law asks to act within three times 24 hours (UU 27/2022, art. 40).
THINK_AGAIN = timedelta(hours=72)


class NotYet(Exception):
    """The account cannot be deleted now; `reasons` are sentences for the person."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def ask_copy(*, person: User) -> DataRequest:
    """Queue a copy of all that is kept about this person; a second press finds the first.

    Side effects: one DataRequest, one history row, a task on commit.
    """
    request = _ask(person, DataRequest.COPY, timezone.now())
    enqueue("people.prepare_copy", request.pk)
    return request


def ask_erasure(*, person: User) -> DataRequest:
    """Queue the deletion of this account in 72 hours. The password was checked before.

    Side effects: one DataRequest, one history row, the signal `erasure_asked`. Raises NotYet with the reasons.
    """
    if reasons := personal.hindrances(person):
        raise NotYet(reasons)
    return _ask(person, DataRequest.ERASURE, timezone.now() + THINK_AGAIN)


def _ask(person: User, kind: str, due_at: datetime) -> DataRequest:
    try:
        with transaction.atomic():
            request = DataRequest.objects.create(user=person, kind=kind, due_at=due_at)
            machine.record(request, "", states.ASKED, actor=Actor.of(person))
            if kind == DataRequest.ERASURE:
                signals.erasure_asked.send(sender=User, person=person, request=request)
            return request
    except IntegrityError:  # one of this kind waits already
        return DataRequest.objects.get(user=person, kind=kind, state=states.ASKED)


def withdraw(*, request: DataRequest, actor: Actor) -> None:
    """The person stays. Side effects: state, history row. Raises IllegalMove if it is done already."""
    states.REQUEST.move(request, states.WITHDRAWN, actor=actor)


def prepare_copy(*, request: DataRequest) -> None:
    """Write the file. Safe to run twice. Side effects: a private file for 7 days, history row, `copy_ready`."""
    person = request.user
    now = timezone.now()
    found = {"made_at": now.isoformat(), "account_number": person.pk, **personal.copy_of(person)}
    text = json.dumps(found, ensure_ascii=False, indent=2, default=str)
    with transaction.atomic():
        try:
            states.REQUEST.move(request, states.READY, actor=SYSTEM, expires_at=now + COPY_KEPT)
        except machine.IllegalMove:  # another worker was quicker
            return
        request.file.save(f"{uuid4()}.json", ContentFile(text.encode()), save=False)
        DataRequest.objects.filter(pk=request.pk).update(file=request.file.name)
        signals.copy_ready.send(sender=User, person=person, request=request)


def erase(*, request: DataRequest) -> bool:
    """Delete the account now, if nothing hinders it any more; else it waits for the next sweep.

    Side effects: those of every room's `erase`, a mail to the old address, history row. True if it is done.
    """
    with transaction.atomic():
        locked = DataRequest.objects.select_for_update().get(pk=request.pk)
        if locked.state != states.ASKED or locked.due_at > timezone.now():
            return False
        person = User.objects.select_for_update().get(pk=locked.user_id)
        if personal.hindrances(person):
            later = timezone.now() + timedelta(days=1)  # looked at again tomorrow, behind the others
            DataRequest.objects.filter(pk=locked.pk).update(due_at=later)
            return False
        _erase(person)
        states.REQUEST.move(locked, states.DONE, actor=SYSTEM)
        return True


def _erase(person: User) -> None:
    """From the roof down: what hangs on the account goes before the account itself."""
    email, language = person.email or "", person.language
    for holding in reversed(personal.holdings()):
        holding.erase(person)
    for row in DataRequest.objects.filter(user=person).exclude(file=""):
        row.file.delete(save=False)
    DataRequest.objects.filter(user=person).update(file="")
    User.objects.filter(pk=person.pk).update(erased_at=timezone.now())
    signals.erased.send(sender=User, person=person, email=email, language=language)


def warn_idle(*, now: datetime) -> int:
    """Tell people whose account nobody used for three years, 30 days before it ends.

    Side effects: `idle_notice_at`, the signal `idle_warned` each. Safe to run twice.
    """
    untold = Q(idle_notice_at=None) | Q(idle_notice_at__lt=F("seen"))  # told before, and came back since
    found = accounts_seen().filter(idle(now, IDLE - NOTICE), untold).order_by("pk")[:200]
    for person in found:
        with transaction.atomic():
            same = User.objects.filter(pk=person.pk, idle_notice_at=person.idle_notice_at)
            if same.update(idle_notice_at=now):
                signals.idle_warned.send(sender=User, person=person, ends_on=now + NOTICE)
    return len(found)


def end_idle(*, now: datetime) -> int:
    """End the accounts that were warned 30 days ago and not used since; with open business they stay."""
    told = Q(idle_notice_at__lt=now - NOTICE, idle_notice_at__gt=F("seen"))
    found = accounts_seen().filter(idle(now), told).order_by("pk")[:200]
    ended = 0
    for person in found:
        with transaction.atomic():
            locked = User.objects.select_for_update().get(pk=person.pk)
            if personal.hindrances(locked):  # looked at again in a month, behind the others
                User.objects.filter(pk=locked.pk).update(idle_notice_at=now)
                continue
            _erase(locked)
            ended += 1
    return ended
