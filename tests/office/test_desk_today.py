"""What needs a person today of requests, contracts and exports: each kind, nothing that is not due, one query."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from marketplace.exports import states as export_states
from marketplace.exports.models import Alert, GoodsReceipt, Paper, PaperPack
from marketplace.office import desk_today
from marketplace.office.waiting import counted
from marketplace.pooling import states as pool_states
from marketplace.pooling.models import Pool
from marketplace.reference.working_days import today
from marketplace.sourcing import states
from marketplace.sourcing.models import CallOff, CallOffLine, Demand
from tests.factories.catalogue import make_pesantren, make_user
from tests.factories.exports import a_consignment, a_coordinator, desk
from tests.factories.receiving import a_house
from tests.factories.sourcing import a_good, goods_of, make_commodity, make_contract, make_demand, make_quote

pytestmark = pytest.mark.django_db
LABELS = [
    "Requests that nobody answered",
    "Deliveries that begin within a week and are not covered",
    "Papers of exports that are late",
    "Open alerts of exports",
    "Goods received and not closed",
    "Packs of papers that could not be made",
]


def requests() -> None:
    """One silent for three days, one for a day, one that was answered."""
    listed = goods_of(make_pesantren(), make_commodity())  # before the requests: it is told of them
    silent = make_demand([a_good(make_commodity())])
    fresh, told = (make_demand([a_good(make_commodity())], silent.company) for _ in range(2))
    make_quote(told, listed)
    long_ago, lately = timezone.now() - timedelta(days=3), timezone.now() - timedelta(days=1)
    Demand.objects.filter(pk__in=[silent.pk, told.pk]).update(opened_at=long_ago)
    Demand.objects.filter(pk=fresh.pk).update(opened_at=lately)


def deliveries() -> None:
    """One begins in five days and something is missing; others are filled, lie further ahead, or were called off."""
    line = make_contract().lines.first()
    cases = [
        (5, pool_states.OPEN, states.PLANNED),
        (5, pool_states.FILLED, states.PLANNED),
        (9, pool_states.OPEN, states.PLANNED),
        (5, pool_states.OPEN, states.CANCELLED),
    ]
    for number, (days, pool, state) in enumerate(cases, 1):
        first = today() + timedelta(days=days)
        made = CallOff.objects.create(
            contract=line.contract, number=number, first=first, last=first + timedelta(days=5), state=state
        )
        wanted = CallOffLine.objects.create(call_off=made, contract_line=line, quantity=10)
        Pool.objects.create(
            reference=f"C-{wanted.pk}", label="Contoh", quantity=10, ready_by=first, state=pool
        )


def exports() -> None:
    """One late paper, alert, open receipt and failed pack; beside each one that is over."""
    of = desk()
    made, now = a_consignment(of, with_goods=False), timezone.now()
    made.papers.all().delete()
    for kind, hours, state in (
        ("phytosanitary", -1, export_states.REQUIRED),
        ("health", 1, export_states.REQUIRED),
        ("coo", -1, export_states.ACCEPTED),
    ):
        due = now + timedelta(hours=hours)
        Paper.objects.create(
            consignment=made, kind=kind, state=state, needed_before="departure", due_at=due, start_at=due
        )
    Alert.objects.filter(consignment=made).delete()
    Alert.objects.create(consignment=made, kind=Alert.Kind.SILENCE)
    Alert.objects.create(consignment=made, kind=Alert.Kind.ETA_LATE, ended_at=now)
    for at, part in enumerate(of.parts):
        state = export_states.OPEN if at else export_states.RECEIPT_CLOSED
        closed = None if at else now
        GoodsReceipt.objects.create(
            number=f"R26-{at}",
            house=a_house(of.exporter, f"Rumah {at}"),
            part=part,
            state=state,
            closed_at=closed,
        )
    other = a_consignment(of, with_goods=False)
    for one, state in (
        (made, export_states.FAILED),
        (made, export_states.READY),  # asked again, and made
        (other, export_states.READY),
        (other, export_states.FAILED),
    ):
        PaperPack.objects.create(consignment=one, state=state)


def work(client: Client, who: Any) -> dict[str, int]:
    client.force_login(who)
    return {one.label: one.count for one in client.get("/en/office/").context["work"]}


@pytest.mark.parametrize(
    ("made", "counts"),
    [(requests, [1, 0, 0, 0, 0, 0]), (deliveries, [0, 1, 0, 0, 0, 0]), (exports, [0, 0, 1, 1, 1, 1])],
)
def test_what_is_due_and_nothing_else(client: Client, made: Any, counts: list[int]) -> None:
    made()
    found = work(client, a_coordinator())
    assert [found[label] for label in LABELS] == counts


def test_the_office_sees_it_too_and_an_officer_of_a_programme_does_not(client: Client) -> None:
    assert set(LABELS) < set(work(client, make_user("kantor@example.com", staff_role="office")))
    assert set(LABELS).isdisjoint(work(client, make_user("opop@example.com", staff_role="programme")))


def test_one_question_for_all_kinds() -> None:
    requests()
    user = a_coordinator()
    with CaptureQueriesContext(connection) as caught:
        found = counted(desk_today.waiting(user))
    assert found[0].count == 1
    assert found[0].oldest is not None
    assert len(caught) == 1
