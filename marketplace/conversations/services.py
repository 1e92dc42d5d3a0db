"""Writing into a conversation, and reading it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from catalogue.models import Product
from marketplace.common.actor import Actor
from marketplace.common.prose import plain
from marketplace.common.states import record
from marketplace.conversations import mails
from marketplace.conversations.models import Message, Side, Thread
from marketplace.orders.models import Order

MAIL_EVERY = timedelta(minutes=15)


class NotHere(Exception):
    """This pesantren has not joined: nobody would read the message (decision 0006)."""


@transaction.atomic
def write(
    *,
    thread: Thread,
    side: Side,
    actor: Actor,
    text: str,
    key: UUID,
    product: Product | None = None,
    order: Order | None = None,
) -> Message:
    """Write one message. `thread` may be new and unsaved: then it, or the one of the same two, is used.

    A known `key` (a second press of the button) gives the message of the first press. Side effects: the
    thread is made at need, its times move on, the writer has read it all, and a mail goes to the other
    side, at most one in 15 minutes while they have not read it. Raises NotHere.
    """
    if not thread.partner.sells:
        raise NotHere
    locked = _locked(thread)
    if known := Message.objects.filter(key=key, thread=locked).first():
        return known
    now = timezone.now()
    message = Message.objects.create(
        thread=locked,
        side=side,
        author_id=actor.id,
        text=plain(text),
        product=product,
        order=order,
        key=key,
        created=now,
    )
    if _mail_is_due(locked, side.other, now):
        setattr(locked, f"{side.other}_mailed_at", mails.tell(message, side.other))
    locked.last_at = now
    setattr(locked, f"{side}_wrote_at", now)
    setattr(locked, f"{side}_read_to", now)
    locked.save()
    return message


def _locked(thread: Thread) -> Thread:
    """The row of these two under lock, made if this is their first message."""
    if thread.pk is None:
        thread, _made = Thread.objects.get_or_create(
            partner=thread.partner, user=thread.user, order=thread.order
        )
    rows = Thread.objects.select_for_update(of=("self",)).select_related("partner", "user", "order__user")
    return rows.get(pk=thread.pk)


def _mail_is_due(thread: Thread, side: Side, now: datetime) -> bool:
    """Asked before the new message is noted. Who has read everything so far is told at once; who has not is
    told again after 15 minutes. A mail that waits for the morning tells of all that is written until then."""
    mailed, read = getattr(thread, f"{side}_mailed_at"), getattr(thread, f"{side}_read_to")
    wrote = getattr(thread, f"{side.other}_wrote_at")
    has_read_all = wrote is None or (read is not None and read >= wrote)
    return mailed is None or mailed <= now - MAIL_EVERY or (has_read_all and mailed <= now)


def mark_read(*, thread: Thread, side: Side, upto: datetime) -> None:
    """This side saw everything up to the message written at `upto`. Side effects: its mark, never back."""
    mark = f"{side}_read_to"
    behind = Q(**{mark: None}) | Q(**{f"{mark}__lt": upto})
    Thread.objects.filter(behind, pk=thread.pk).update(**{mark: upto})


def nothing_to_answer(*, thread: Thread, upto: datetime, actor: Actor) -> None:
    """The pesantren leaves what the buyer wrote up to `upto` without an answer. Side effects: its mark, never back, and
    a history row."""
    behind = Q(seller_done_to=None) | Q(seller_done_to__lt=upto)
    if Thread.objects.filter(behind, pk=thread.pk).update(seller_done_to=upto):
        record(thread, "", "nothing_to_answer", actor=actor)


def note_office_reading(*, thread: Thread, actor: Actor, why: str) -> None:
    """The office looked into this conversation. Side effects: one history row that says who and why."""
    record(thread, "", "read_by_office", actor=actor, why=why)
