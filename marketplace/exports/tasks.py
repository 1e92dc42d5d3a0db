"""Background work of the export desk. What is due stands in the database; each is safe to run twice."""

from celery import shared_task
from django.utils import timezone

from marketplace.common.sweeping import each
from marketplace.exports import signals, states
from marketplace.exports.models import Paper, PaperPack
from marketplace.exports.papers import queries
from marketplace.exports.services import packing, papers
from marketplace.exports.tracking import tasks as tracking_tasks  # noqa: F401 - registers its tasks

MOST_NAMED = 20  # in one mail; the board has them all


@shared_task(name="exports.make_pack")
def make_pack(pack_id: int) -> None:
    if pack := PaperPack.objects.filter(pk=pack_id).select_related("consignment").first():
        packing.make(pack=pack)


@shared_task(name="exports.sweep_packs")
def sweep_packs() -> None:
    """Packs whose task was lost, or whose worker died."""
    waiting = PaperPack.objects.filter(state__in=[states.ASKED, states.RUNNING])
    each(list(waiting.order_by("asked_at").values_list("pk", flat=True)), make_pack)


@shared_task(name="exports.remind_papers")
def remind_papers() -> None:
    """Each morning, while papers must be asked for or are late."""
    now = timezone.now()
    if due := list(queries.due_papers(now)):
        signals.papers_due.send(Paper, papers=due[:MOST_NAMED], count=len(due), now=now)


@shared_task(name="exports.expire_papers")
def expire_papers() -> None:
    papers.expire()
