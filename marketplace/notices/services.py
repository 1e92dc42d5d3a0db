"""Writing a mail into the outbox, and sending what waits there."""

import logging
import re
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Protocol
from urllib.parse import urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from marketplace.common.queue import enqueue
from marketplace.notices.models import Mail

log = logging.getLogger(__name__)
MOST_TRIES = 8
MORNING, NIGHT = 5, 21  # no notices between 21:00 and 05:00 (docs/architecture.md)
# The one rule of the night: every mail waits for the morning where its reader lives, but for these kinds.
AT_ONCE = {
    # what the reader asked for a moment ago, or a link that opens the site for them
    "welcome", "sign_up_known", "sign_up_refused", "password_reset", "email_change_confirm", "data_copy_ready",
    "member_invited", "company_invited", "order_placed", "order_on_tempo", "order_cleared", "order_cancelled",
    "part_signed_buyer", "complaint_received", "complaint_view",
    # a stranger may be at work: whoever did not want this can still stop it
    "email_changed", "second_factor", "payout_account", "erasure_asked", "erased", "card_differs",
    # a time begins with it for the reader, or somebody waits for the answer to go on
    "payment_short", "payment_reminder", "order_expired", "part_delivered", "complaint_answered",
    "company_approval", "company_approval_decided",
    # it may be too late in the morning: a recalled lot is eaten, somebody sets out for an event
    "lot_recalled", "event_cancelled",
}  # fmt: skip
SWEEP_SECONDS = 60  # far below the time limit of a task, however long the mail server keeps us waiting


def daytime(moment: datetime, time_zone: str) -> datetime:
    """When a mail that can wait goes out: now by day; at 05:00 in the reader's zone from 21:00 on."""
    local = moment.astimezone(ZoneInfo(time_zone))
    if MORNING <= local.hour < NIGHT:
        return moment
    morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return morning + timedelta(days=1) if local.hour >= NIGHT else morning


def told_by(moment: datetime, time_zone: str = "") -> datetime:
    """Of what happened until then, the mail that waits for the morning had gone out by `moment`.

    By day that is `moment`; at night the end of the evening. For times that begin with such a mail.
    """
    local = moment.astimezone(ZoneInfo(time_zone or settings.TIME_ZONE))
    if MORNING <= local.hour < NIGHT:
        return moment
    evening = local.replace(hour=NIGHT, minute=0, second=0, microsecond=0) - timedelta(microseconds=1)
    return evening if local.hour >= NIGHT else evening - timedelta(days=1)


def send(
    *,
    key: str,
    to: str,
    language: str,
    template: str,
    context: dict[str, Any],
    time_zone: str = "",
) -> bool:
    """Write one mail in the reader's language and queue it on commit. No address, or a known key: nothing, and False.

    `template` names templates/mails/<template>.txt: its first line is the subject, blank lines part
    paragraphs, a paragraph "label: <address on our site>" becomes a button in the HTML. Dates read in
    `time_zone` (the site's, if none is given), whoever caused the mail. At night it stays in the outbox until
    the morning there, unless its kind is one of AT_ONCE; the sweep finds it then. Side effects: one Mail row.
    """
    if not to or Mail.objects.filter(key=key).exists():
        return False
    zone, now = time_zone or settings.TIME_ZONE, timezone.now()
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        subject, paragraphs, html = _write(template, context, language)
    mail, created = Mail.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "language": language,
            "subject": subject,
            "text": "\n\n".join(paragraphs) + "\n",
            "html": html,
            "message_id": f"<{uuid4().hex}@{urlsplit(settings.BASE_URL).hostname}>",
            "next_try": now if template in AT_ONCE else daytime(now, zone),
        },
    )
    if created and mail.next_try and mail.next_try <= timezone.now():
        enqueue("notices.deliver", mail.pk)
    return created


class Reader(Protocol):
    """A person who reads our mails (people.models.User)."""

    pk: Any
    name: Any
    email: Any
    language: Any
    time_zone: Any


def send_to(person: Reader, *, key: str, template: str, **context: Any) -> None:
    """One mail to one person, who is `name` in the template; the key is made theirs. Side effects: as send."""
    send(
        key=f"{key}/{person.pk}",
        to=person.email or "",
        language=person.language,
        template=template,
        context={"name": person.name, **context},
        time_zone=person.time_zone,
    )


def _write(template: str, context: dict[str, Any], language: str) -> tuple[str, list[str], str]:
    """(subject, paragraphs, HTML). The text is plain, nothing is escaped there; the HTML escapes all."""
    known = {**context, "operator": settings.OPERATOR, "base_url": settings.BASE_URL}
    written = render_to_string(f"mails/{template}.txt", known).strip()
    first, _, body = written.partition("\n")
    subject = one_line(first)[:200]
    paragraphs = [one_line(part) for part in re.split(r"\n\s*\n", body) if part.strip()]
    page = {
        "subject": subject,
        "paragraphs": [_paragraph(text) for text in paragraphs],
        "language": language,
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "operator": settings.OPERATOR,
    }
    return subject, paragraphs, render_to_string("mails/layout.html", page)


def one_line(text: str) -> str:
    """Without line breaks and control characters, so no name can add a header; Rp's hard space stays."""
    return re.sub(r"[ \t]+", " ", re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text)).strip()


def _paragraph(text: str) -> dict[str, str]:
    """A paragraph "Label: https://…" is a button if it leads to us (a hostile name must not make one)."""
    label, _, url = text.rpartition(": ")
    if label and url.startswith(f"{settings.BASE_URL}/") and " " not in url:
        return {"label": label, "url": url}
    return {"text": text}


def deliver(mail_id: int) -> bool:
    """Send one mail if it is due. Safe to run twice or at the same time; true if it was sent now.

    The try is counted and committed before the mail leaves. A worker killed in between leaves an open try:
    the mail is repeated once, with the same Message-ID, so that the reader's program shows it once.
    """
    now = timezone.now()
    with transaction.atomic():
        mail = (
            Mail.objects.select_for_update(skip_locked=True)
            .filter(pk=mail_id, sent=None, next_try__lte=now, tries__lt=MOST_TRIES)
            .first()
        )
        if mail is None:
            return False
        died_silently = mail.tries > 0 and not mail.error
        mail.tries += 1
        # A repeat after a silent death is the last one by itself: if it dies too, a person looks.
        mail.next_try = None if died_silently else now + timedelta(seconds=30 * 2**mail.tries)
        mail.error = ""
        mail.save(update_fields=["tries", "next_try", "error"])
    try:
        _message(mail).send()
    except Exception as error:  # any mail server may fail in its own way
        log.warning("Mail %s was not sent: %s", mail.pk, error)
        again = mail.next_try or now + timedelta(seconds=60)
        Mail.objects.filter(pk=mail.pk).update(
            error=str(error)[:300] or type(error).__name__,
            next_try=again if mail.tries < MOST_TRIES else None,
        )
        return False
    Mail.objects.filter(pk=mail.pk).update(sent=timezone.now(), next_try=None, error="")
    return True


def _message(mail: Mail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        to=[mail.to],
        headers={
            "Message-ID": mail.message_id,
            "Content-Language": mail.language,
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(mail.html, "text/html")
    return message


def sweep(most: int = 200) -> int:
    """Send what is due and was forgotten by the broker. Returns how many mails were sent.

    No mail is begun after a minute: a server that hangs at each must not get the task killed. The rest is
    due at the next sweep, and mails that failed stand behind it.
    """
    ends, sent = monotonic() + SWEEP_SECONDS, 0
    due = Mail.objects.filter(sent=None, next_try__lte=timezone.now(), tries__lt=MOST_TRIES)
    for pk in list(due.order_by("next_try").values_list("pk", flat=True)[:most]):
        if monotonic() >= ends:
            break
        sent += deliver(pk)
    return sent
