"""Goods on their way abroad, so that every mail about them is written once."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from marketplace.exports.models import Event
from marketplace.exports.services import events, temperature_logs
from marketplace.exports.services.events import Told
from marketplace.exports.services.temperature_logs import Measured
from marketplace.exports.tasks import remind_papers
from marketplace.people.models import User
from tests.factories.catalogue import make_user
from tests.factories.companies import admin_of
from tests.factories.exports import DESK, a_consignment, desk


def life_of_tracking(language: str) -> None:
    """A paper is due, it leaves without one, comes later than told, was too warm, and arrives."""
    make_user(f"desk-{language}@example.com", language=language, staff_role="export")
    of = desk(paid=False)  # its order is in English; mails about that are written elsewhere
    User.objects.filter(pk=admin_of(of.company).pk).update(language=language)
    made = a_consignment(of)
    now = timezone.now()
    late = now - timedelta(hours=1)
    made.papers.create(kind="peb", needed_before="departure", start_at=late, due_at=late)
    remind_papers()
    way = [
        ("DEP", now - timedelta(hours=30), "ACT"),
        ("ARR", now + timedelta(days=20), "EST"),
        ("ARR", now, "ACT"),
    ]
    for n, (code, at, classifier) in enumerate(way):
        told = Told(code=code, at=at, source=Event.HAND, source_id=str(n), classifier=classifier)
        events.record(consignment=made, told=told, actor=DESK)
    warm = [Measured(now - timedelta(hours=hours), Decimal("19.5")) for hours in range(3)]
    temperature_logs.keep(consignment=made, logger="L-1", readings=warm, actor=DESK)
