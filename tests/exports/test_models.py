"""The last word is the database's: what no service may write."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, IntegrityError, transaction
from django.utils import timezone

from marketplace.exports.models import Event, PaperVersion
from marketplace.exports.services.following import refold
from marketplace.ledger.money import Money
from tests.factories.exports import DESK, a_consignment, all_marks, desk

pytestmark = pytest.mark.django_db


def test_the_desk_of_the_tests() -> None:
    """Paid, accepted by both pesantren, all in one consignment of 95 baskets."""
    of = desk()
    made = a_consignment(of)
    assert [part.state for part in of.order.fulfilments.order_by("pk")] == ["accepted", "accepted"]
    assert [(line.quantity, line.packages) for line in made.lines.all()] == [(600, 60), (50, 5), (300, 30)]
    assert all_marks(made) == 95
    assert made.lines.all()[0].value == Money(120_000, "USD")


@pytest.mark.parametrize(
    "changes",
    [{"freight": -1}, {"container": "MEDU1234562"}, {"arrives_at": timezone.now() - timedelta(days=30)}],
    ids=["freight below zero", "container by air", "arrives before it leaves"],
)
def test_refused_by_the_database(changes: dict[str, Any]) -> None:
    of = desk(paid=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        a_consignment(of, with_goods=False, **changes)


def test_events_and_issued_papers_are_never_changed() -> None:
    made = a_consignment(desk(paid=False), with_goods=False)
    event = Event.objects.create(
        consignment=made,
        family="FSU",
        code="BKD",
        at=timezone.now(),
        source="hand",
        source_id="1",
        actor_name="–",
    )
    paper = made.papers.create(kind="packing_list", needed_before="loading")
    version = PaperVersion.objects.create(paper=paper, number=1, facts_sha256="0" * 64, actor_name="–")
    for row in (event, version):
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            row.save()
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()


def test_a_booking_number_makes_it_booked_with_a_row_of_history() -> None:
    made = a_consignment(desk(paid=False), with_goods=False)
    refold(consignment=made, actor=DESK)
    assert made.state == "preparing"
    made.booking = "CONTOH-1"
    made.save()
    refold(consignment=made, actor=DESK)
    assert made.state == "booked"
    assert made.eta == made.arrives_at
