"""A complaint and what follows it: answered by the office, commented by the pesantren, asked again, closed."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.common.prose import plain
from marketplace.common.states import IllegalMove
from marketplace.complaints import mails, states
from marketplace.complaints.models import ANSWER_WORKING_DAYS, SOLVE_DAYS, Complaint, Entry
from marketplace.fulfilment.models import Fulfilment
from marketplace.orders.numbers import random_code
from marketplace.people.models import User
from marketplace.pesantren.models import Partner
from marketplace.reference import working_days


@dataclass(frozen=True)
class Complainant:
    """Who complains, as typed or as known from the account or the order."""

    name: str
    email: str
    language: str
    user: User | None = None


@transaction.atomic
def complain(
    *,
    by: Complainant,
    subject: str,
    text: str,
    key: UUID,
    actor: Actor,
    fulfilment: Fulfilment | None = None,
    partner: Partner | None = None,
) -> Complaint:
    """Write the complaint down and say by when it is answered. A known `key` gives the first one again.

    About a part that an exporter sold on, the exporter is asked: the pesantren does not read who complains.
    Side effects: a history row, a mail to the complainant, one to each member of the pesantren concerned.
    """
    today = working_days.today()
    complaint, is_new = Complaint.objects.get_or_create(
        key=key,
        defaults={
            "number": f"K-{random_code(5)}-{random_code(5)}",
            "fulfilment": fulfilment,
            "partner": fulfilment.seller if fulfilment else partner,
            "user": by.user,
            "name": by.name,
            "email": by.email,
            "language": by.language,
            "subject": subject,
            "text": plain(text),
            "created": timezone.now(),
            "answer_by": working_days.after(today, ANSWER_WORKING_DAYS),
            "solve_by": today + timedelta(days=SOLVE_DAYS),
        },
    )
    if is_new:
        machine.record(complaint, "", states.RECEIVED, actor=actor)
        mails.to_complainant(complaint, "complaint_received")
        mails.to_members(complaint, "complaint_to_pesantren")
    return complaint


@transaction.atomic
def answer(*, complaint: Complaint, text: str, actor: Actor) -> None:
    """The office answers. Side effects: history row, Entry, mails to both sides. Raises IllegalMove."""
    states.COMPLAINT.move(complaint, states.ANSWERED, actor=actor, answered_at=timezone.now())
    entry = _write(complaint, Entry.OFFICE, text, actor)
    mails.to_complainant(complaint, "complaint_answered", entry)
    mails.to_members(complaint, "complaint_answered_pesantren", entry)


@transaction.atomic
def reopen(*, complaint: Complaint, text: str, actor: Actor) -> None:
    """The complainant is not content and says why; the office answers again in the same number of days.

    Side effects: history row, Entry, mails to both sides. Raises IllegalMove, also once the time is over.
    """
    complaint.refresh_from_db(fields=["state", "answered_at"])
    if not complaint.may_reopen:
        raise IllegalMove(complaint, complaint.state, states.REOPENED)
    answer_by = working_days.after(working_days.today(), ANSWER_WORKING_DAYS)
    states.COMPLAINT.move(complaint, states.REOPENED, actor=actor, answer_by=answer_by)
    entry = _write(complaint, Entry.COMPLAINANT, text, actor)
    mails.to_complainant(complaint, "complaint_received", entry)
    mails.to_members(complaint, "complaint_to_pesantren", entry)


@transaction.atomic
def withdraw(*, complaint: Complaint, actor: Actor) -> None:
    """The complainant takes it back. Side effects: history row, mails to both sides. Raises IllegalMove."""
    states.COMPLAINT.move(complaint, states.WITHDRAWN, actor=actor)
    mails.to_complainant(complaint, "complaint_ended")
    mails.to_members(complaint, "complaint_ended_pesantren")


@transaction.atomic
def close(*, complaint: Complaint, actor: Actor, why: str = "") -> None:
    """An answered complaint is settled. Side effects: history row, mails to both sides. Raises IllegalMove."""
    states.COMPLAINT.move(complaint, states.CLOSED, actor=actor, why=why)
    ending = str(complaint.answered_at)
    mails.to_complainant(complaint, "complaint_ended", about=ending)
    mails.to_members(complaint, "complaint_ended_pesantren", about=ending)


@transaction.atomic
def add_view(*, complaint: Complaint, text: str, key: UUID, actor: Actor) -> Entry:
    """The pesantren concerned says how it sees it; office and complainant read it. A known `key`: once.

    Side effects: Entry, a mail to the complainant. Raises IllegalMove if the complaint is not open.
    """
    locked = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
    if known := Entry.objects.filter(key=key, complaint=locked).first():
        return known
    if not locked.is_open:
        raise IllegalMove(locked, locked.state, locked.state)
    entry = _write(locked, Entry.PESANTREN, text, actor, key=key)
    mails.to_complainant(locked, "complaint_view", entry)
    return entry


def _write(complaint: Complaint, side: str, text: str, actor: Actor, **more: UUID) -> Entry:
    return Entry.objects.create(
        complaint=complaint, side=side, author_id=actor.id, text=plain(text), created=timezone.now(), **more
    )
