"""The inbox of news from the provider: kept once, worked off by a task, found again by the sweep."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from marketplace.common.queue import enqueue
from marketplace.payments.gateway.events import Event
from marketplace.payments.models import Attempt, ProviderEvent
from marketplace.payments.services import online

log = logging.getLogger(__name__)
MOST_TRIES = 30
Handler = Callable[[dict[str, str]], None]  # gets the ids of the objects that the news is about
_handlers: dict[str, Handler] = {}


def on(*kinds: str) -> Callable[[Handler], Handler]:
    """Register a handler for these kinds of news. It must be safe to run twice, and in any order."""

    def register(handler: Handler) -> Handler:
        _handlers.update(dict.fromkeys(kinds, handler))
        return handler

    return register


def keep(event: Event) -> bool:
    """Write the news down; a known one changes nothing. True if it is new. Side effects: ProviderEvent, a task."""
    found = {"kind": event.kind[:60], "body": event.objects}
    row, is_new = ProviderEvent.objects.get_or_create(id=event.id, defaults=found)
    if row.done_at is None:
        enqueue("payments.handle_event", row.pk)
    return is_new


def handle(event_id: str) -> None:
    """Work off one piece of news. What goes wrong is noted; the sweep tries again."""
    event = ProviderEvent.objects.filter(pk=event_id, done_at=None).first()
    if event is None:
        return
    row = ProviderEvent.objects.filter(pk=event_id)
    row.update(tries=F("tries") + 1)
    try:
        if handler := _handlers.get(event.kind):
            handler(event.body)
    except Exception as error:
        log.warning("News %s (%s) could not be handled", event.pk, event.kind, exc_info=True)
        row.update(error=repr(error)[:300])
        return
    row.update(done_at=timezone.now(), error="")


def handle_waiting() -> None:
    """News whose task was lost or failed, oldest first."""
    quiet = timezone.now() - timedelta(minutes=1)
    waiting = ProviderEvent.objects.filter(done_at=None, received_at__lt=quiet, tries__lt=MOST_TRIES)
    for pk in list(waiting.order_by("received_at").values_list("pk", flat=True)[:200]):
        handle(pk)


@on(
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
)
def _session(objects: dict[str, str]) -> None:
    """A session that is not ours, or whose id we have not stored yet: the sweep of attempts finds that one."""
    attempt = Attempt.objects.filter(session_id=objects.get("checkout.session", "")).first()
    if attempt:
        online.sync(attempt.pk)
