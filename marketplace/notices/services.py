"""Writing a mail into the outbox, and sending what waits there."""

import logging
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from marketplace.common.queue import enqueue
from marketplace.notices.models import Mail

log = logging.getLogger(__name__)
MOST_TRIES = 8


def send(*, key: str, to: str, language: str, template: str, context: dict[str, Any]) -> None:
    """Write one mail in the reader's language and queue it on commit. No address, or a known key: nothing happens.

    `template` names templates/mails/<template>.txt: its first line is the subject, blank lines part
    paragraphs, a paragraph "label: https://…" becomes a button in the HTML. Side effects: one Mail row.
    """
    if not to or Mail.objects.filter(key=key).exists():
        return
    with translation.override(language):
        written = render_to_string(
            f"mails/{template}.txt", {**context, "operator": settings.OPERATOR, "base_url": settings.BASE_URL}
        )
        subject, _, body = written.strip().partition("\n")
        paragraphs = [" ".join(part.split()) for part in body.split("\n\n") if part.strip()]
        page = {
            "subject": subject,
            "paragraphs": [_paragraph(text) for text in paragraphs],
            "language": language,
        }
        html = render_to_string("mails/layout.html", page)
    mail, created = Mail.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "language": language,
            "subject": subject[:200],
            "text": "\n\n".join(paragraphs) + "\n",
            "html": html,
            "message_id": f"<{uuid4().hex}@{settings.BASE_URL.split('//')[-1].split(':')[0]}>",
            "next_try": timezone.now(),
        },
    )
    if created:
        enqueue("notices.deliver", mail.pk)


def _paragraph(text: str) -> dict[str, str]:
    """A paragraph "Label: https://…" is a button; every other one is text."""
    label, parted, url = text.rpartition(": http")
    if parted and " " not in url:
        return {"label": label, "url": f"http{url}"}
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
        mail.tries += 1
        mail.next_try = now + timedelta(seconds=30 * 2**mail.tries)
        if not mail.error and mail.tries >= 2:  # two silent deaths in a row: a person looks
            mail.next_try = None
        mail.save(update_fields=["tries", "next_try"])
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
        headers={"Message-ID": mail.message_id, "Content-Language": mail.language},
    )
    message.attach_alternative(mail.html, "text/html")
    return message


def sweep(most: int = 200) -> int:
    """Send what is due and was forgotten by the broker. Returns how many mails were sent."""
    due = Mail.objects.filter(sent=None, next_try__lte=timezone.now(), tries__lt=MOST_TRIES)
    return sum(deliver(pk) for pk in due.order_by("next_try").values_list("pk", flat=True)[:most])
