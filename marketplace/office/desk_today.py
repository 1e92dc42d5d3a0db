"""What needs a person today of requests, contracts and goods on their way abroad."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.exports import states as export_states
from marketplace.exports.models import Alert, GoodsReceipt, PaperPack
from marketplace.exports.papers import queries as papers
from marketplace.office.waiting import Waiting
from marketplace.pooling import states as pool_states
from marketplace.pooling.models import Pool
from marketplace.reference.working_days import today
from marketplace.sourcing import queries as sourcing
from marketplace.sourcing import references, states
from marketplace.sourcing.models import CallOff, CallOffLine

AHEAD = 7  # days before the window of a delivery by which somebody should bring all of it


def waiting(user: Any) -> Iterator[Waiting]:
    """The kinds, from the request to the goods abroad; for office and export coordinators."""
    followed: Any = sourcing.followed_by_staff(user)
    silent = followed.filter(is_silent=True)
    yield Waiting(_("Requests that nobody answered"), silent, "opened_at", reverse("office:demands"))
    label = _("Deliveries that begin within a week and are not covered")
    yield Waiting(label, _short(), "first", reverse("office:contracts"))
    yield from _abroad()


def _short() -> Any:
    """Call-offs without an order whose goods somebody still has to bring."""
    pool = Pool.objects.filter(reference=OuterRef("pool"), state=pool_states.OPEN)
    lines = CallOffLine.objects.annotate(pool=references.POOL_OF_LINE)
    missing = lines.filter(Exists(pool), call_off=OuterRef("pk"))
    found = CallOff.objects.filter(state__in=[states.PLANNED, states.CONFIRMED])
    return found.filter(Exists(missing), first__lte=today() + timedelta(days=AHEAD))


def _abroad() -> Iterator[Waiting]:
    now, desk = timezone.now(), reverse("office:exports")
    late = papers.due_papers(now).filter(due_at__lte=now)
    yield Waiting(_("Papers of exports that are late"), late, "due_at", desk)
    yield Waiting(_("Open alerts of exports"), Alert.objects.filter(ended_at=None), "raised_at", desk)
    receipts = GoodsReceipt.objects.filter(state=export_states.OPEN)
    room = reverse("office:export-receipts")
    yield Waiting(_("Goods received and not closed"), receipts, "received_at", room)
    again = PaperPack.objects.filter(consignment=OuterRef("consignment"), pk__gt=OuterRef("pk"))
    packs = PaperPack.objects.filter(~Exists(again), state=export_states.FAILED)
    yield Waiting(_("Packs of papers that could not be made"), packs, "asked_at", desk)
