"""Mails to export coordinators about what went wrong on the way; the news arrive as signals. Once each."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils import timezone

from marketplace.common.access import EXPORT
from marketplace.exports import signals
from marketplace.exports.models import Alert, Paper
from marketplace.exports.papers import rules
from marketplace.exports.papers.queries import is_late
from marketplace.notices.services import send_to
from marketplace.orders.links import absolute
from marketplace.people.models import User
from marketplace.reference.working_days import JAKARTA

TEMPLATES = {
    # Several papers may be missing at once: one mail a consignment, the page names them all.
    Alert.Kind.BREACH: ("consignment_breach", "office:exports-events", False),
    Alert.Kind.EXCURSION: ("consignment_excursion", "office:exports-temperatures", True),
}


@receiver(signals.alert_raised)
def alert_raised(alert: Alert, **kwargs: Any) -> None:
    if alert.kind not in TEMPLATES:
        return
    template, page, each = TEMPLATES[Alert.Kind(alert.kind)]
    number = alert.consignment.number
    key = f"{template}/{number}/{alert.about}" if each else f"{template}/{number}"
    for person in _coordinators():
        link = absolute(page, number, language=person.language)
        more: dict[str, Any] = {"alert": alert, "consignment": alert.consignment, "link": link}
        send_to(person, key=key, template=template, **more)


@receiver(signals.papers_due)
def papers_due(papers: list[Paper], count: int, now: datetime, **kwargs: Any) -> None:
    """One mail a day to each coordinator."""
    rows = [(paper, rules.kinds()[paper.kind], is_late(paper, now)) for paper in papers]
    for person in _coordinators():
        link = absolute("office:exports", language=person.language)
        key = f"papers_due/{timezone.localdate(now, JAKARTA)}"
        send_to(person, key=key, template="papers_due", rows=rows, count=count, link=link)


def _coordinators() -> QuerySet[User]:
    return User.objects.filter(staff_role=EXPORT, is_active=True).exclude(email=None)
