"""Mails that say: somebody has written to you. They wait for the morning, and hold none of the text."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from marketplace.conversations.models import Message, Side, Thread
from marketplace.notices.services import daytime, send
from marketplace.orders import links
from marketplace.orders.queries import link_token


def tell(message: Message, side: Side) -> datetime:
    """Write to this side that a message waits. Returns when the mail goes out: not at night."""
    return _tell_buyer(message) if side == Side.BUYER else _tell_members(message)


def _tell_buyer(message: Message) -> datetime:
    thread = message.thread
    person = thread.user
    zone = person.time_zone if person else settings.TIME_ZONE
    due = daytime(timezone.now(), zone)
    send(
        key=f"message/{message.pk}",
        to=(person.email or "") if person else thread.order.email if thread.order else "",
        language=_language(thread),
        template="message_to_buyer",
        context={"thread": thread, "link": _link(thread)},
        time_zone=zone,
    )
    return due


def _language(thread: Thread) -> str:
    if thread.user:
        return thread.user.language
    return thread.order.language if thread.order else settings.LANGUAGE_CODE


def _link(thread: Thread) -> str:
    code = thread.partner.code
    if thread.order:
        token = link_token(thread.order)
        return links.absolute("account:guest-conversation", token, code, language=_language(thread))
    return links.absolute("account:conversation", code, language=_language(thread))


def _tell_members(message: Message) -> datetime:
    """To each member who has an address, in their own language; the earliest of the times counts."""
    thread, now = message.thread, timezone.now()
    times = [daytime(now, settings.TIME_ZONE)]
    for member in thread.partner.members.select_related("user"):
        user = member.user
        if not (user.email and user.is_active):
            continue
        times.append(daytime(now, user.time_zone))
        send(
            key=f"message/{message.pk}/{user.pk}",
            to=user.email,
            language=user.language,
            template="message_to_pesantren",
            context={
                "thread": thread,
                "user": user,
                "link": links.absolute("workspace:conversation", thread.pk, language=user.language),
            },
            time_zone=user.time_zone,
        )
    return min(times)
