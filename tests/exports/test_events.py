"""Recording events: once each, never refusing what really happened; parts of orders follow, and the end is signed."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from marketplace.common.actor import GUEST
from marketplace.exports import signals, states
from marketplace.exports.models import Alert, Consignment, Event
from marketplace.exports.services import events
from marketplace.exports.services.events import BadEvent, Told
from marketplace.exports.services.following import refold
from marketplace.exports.tracking import audit as tracking_audit
from marketplace.exports.tracking import tasks
from marketplace.exports.tracking.queries import parts_of
from marketplace.fulfilment import services as fulfilment
from marketplace.fulfilment import states as part_states
from marketplace.reference.working_days import JAKARTA
from tests.factories.exports import DESK, Desk, a_consignment, a_port, desk
from tests.factories.overseas import dues_of, settle

pytestmark = pytest.mark.django_db


def say(made: Consignment, code: str, at: datetime | None = None, **more: Any) -> Event:
    facts = {"source": Event.HAND, "source_id": more.pop("source_id", code), **more}
    return events.record(consignment=made, told=Told(code=code, at=at or timezone.now(), **facts), actor=DESK)


def packed(of: Desk) -> Desk:
    for part in of.parts:
        part.refresh_from_db()
        fulfilment.pack(fulfilment=part, actor=DESK)
    return of


def part_states_of(of: Desk) -> list[str]:
    for part in of.parts:
        part.refresh_from_db()
    return [part.state for part in of.parts]


def sign_all(of: Desk) -> None:
    for part in of.parts:
        part.refresh_from_db()
        taken = {line.pk: line.quantity for line in part.lines.all()}
        fulfilment.sign(fulfilment=part, actor=GUEST, signed_name="Contoh", accepted=taken, reasons={})


def open_alerts(made: Consignment) -> list[tuple[str, str]]:
    return list(made.alerts.filter(ended_at=None).order_by("kind", "about").values_list("kind", "about"))


def test_from_departure_to_the_signed_end(queued: list[Any], django_capture_on_commit_callbacks: Any) -> None:
    of = packed(desk())
    made = a_consignment(of, carrier="Contoh Air", transport_number="126-12345675")
    refold(consignment=made, actor=DESK)
    assert (made.state, made.next_due) == (states.BOOKED, "departure")
    left = timezone.now() - timedelta(hours=30)
    say(made, "DEP", left)
    assert made.state == states.DEPARTED
    assert part_states_of(of) == [part_states.HANDED_OVER] * 2
    assert (of.parts[0].carrier, of.parts[0].tracking_number) == ("Contoh Air", "126-12345675")
    say(made, "ARR", left + timedelta(hours=9))
    assert (made.state, made.next_due) == (states.ARRIVED, "delivery")
    assert part_states_of(of) == [part_states.HANDED_OVER] * 2  # nobody has looked into the baskets yet
    say(made, "DLV", left + timedelta(hours=20))
    assert part_states_of(of) == [part_states.DELIVERED] * 2
    assert (made.state, made.next_due, made.next_due_at) == (
        states.DELIVERED,
        "signature",
        of.parts[0].claim_until,
    )
    assert list(tracking_audit.differences()) == []
    with django_capture_on_commit_callbacks(execute=True):
        sign_all(of)
    assert ("exports.follow_order", of.order.pk) in queued
    tasks.follow_order(of.order.pk)
    made.refresh_from_db()
    assert made.state == states.CLOSED
    assert made.closed_at is not None
    assert list(tracking_audit.differences()) == []
    Consignment.objects.update(state=states.BOOKED)
    assert len(list(tracking_audit.differences())) == 1


def test_the_sweep_closes_what_the_broker_forgot() -> None:
    of = packed(desk())
    made = a_consignment(of)
    for code in ("DEP", "DLV"):
        say(made, code)
    tasks.follow_parts()
    assert Consignment.objects.get().state == states.DELIVERED
    sign_all(of)
    tasks.follow_parts()
    assert Consignment.objects.get().state == states.CLOSED


def test_an_event_is_kept_once_and_never_changed() -> None:
    made = a_consignment(desk())
    first = say(made, "BKD")
    assert say(made, "BKD", timezone.now() + timedelta(days=1)) == first
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.update(code="DEP")
    with pytest.raises(DatabaseError), transaction.atomic():
        first.delete()


def test_codes_of_the_other_mode_are_refused_and_nothing_is_kept() -> None:
    made = a_consignment(desk())
    now = timezone.now()
    good = Told(code="BKD", at=now, source="file", source_id="1")
    for bad in (
        Told(code="DEPA", at=now, source="file", source_id="2"),
        Told("BKD", now, "file", "2", "EST"),
    ):
        with pytest.raises(BadEvent):
            events.record_all(told=[(made, good), (made, bad)], actor=DESK)
    assert not Event.objects.exists()


def test_a_departure_without_a_paper_that_was_due_is_recorded_and_is_a_breach() -> None:
    made = a_consignment(packed(desk()))
    for kind, needed, state in [
        ("peb", "departure", "required"),
        ("commercial_invoice", "loading", "accepted"),
        ("origin", "arrival", "required"),
    ]:
        made.papers.create(kind=kind, needed_before=needed, state=state)
    left = say(made, "DEP", timezone.now())
    assert (made.state, made.is_breach) == (states.DEPARTED, True)
    assert open_alerts(made) == [("breach", "peb")]
    events.retract(event=left, why="another flight", actor=DESK)
    made.refresh_from_db()
    assert (made.state, made.is_breach, open_alerts(made)) == (states.PREPARING, False, [])
    made.papers.update(state="accepted")
    say(made, "DEP", timezone.now(), source_id="later")
    assert (made.state, made.is_breach) == (states.DEPARTED, False)


def test_a_paper_that_ended_before_departure_is_missing() -> None:
    made = a_consignment(desk())
    yesterday = timezone.localdate() - timedelta(days=1)
    made.papers.create(kind="phytosanitary", needed_before="departure", state="accepted", valid_to=yesterday)
    say(made, "DEP")
    assert ("breach", "phytosanitary") in open_alerts(made)
    not_packed = Alert.objects.filter(kind="hand_over", details__why="not_packed")
    assert sorted(not_packed.values_list("about", flat=True)) == [part.number for part in parts_of(made)]


def test_an_open_balance_holds_the_part_not_the_event() -> None:
    of = desk(release_on="hand_over")
    packed(of)
    due = dues_of(of.order)[0]
    type(due).objects.filter(pk=due.pk).update(step="balance", state="open", received=0)
    made = a_consignment(of)
    say(made, "DEP")
    assert made.state == states.DEPARTED
    assert part_states_of(of) == [part_states.PACKED] * 2
    assert [kind for kind, _about in open_alerts(made)] == ["hand_over"] * 2
    assert Alert.objects.filter(details__why="not_paid").count() == 2
    due.refresh_from_db()
    settle(due)
    tasks.follow_parts()
    assert part_states_of(of) == [part_states.HANDED_OVER] * 2
    assert open_alerts(made) == []


def test_goods_in_two_consignments_are_delivered_with_the_last() -> None:
    of = packed(desk())
    first, second = a_consignment(of), a_consignment(of, with_goods=False)
    line = first.lines.order_by("pk").first()
    assert line is not None
    type(line).objects.create(
        **{
            **{f.attname: getattr(line, f.attname) for f in line._meta.concrete_fields if f.name != "id"},
            "consignment_id": second.pk,
        }
    )
    for code in ("DEP", "DLV"):
        say(first, code)
    assert part_states_of(of) == [part_states.HANDED_OVER, part_states.DELIVERED]
    for code in ("DEP", "DLV"):
        say(second, code)
    assert part_states_of(of) == [part_states.DELIVERED] * 2


def test_any_order_of_arrival_gives_the_same_row() -> None:
    now = timezone.now()
    way = [
        Told("DEP", now - timedelta(hours=30), "dcsa", "1", recorded_at=now - timedelta(hours=29)),
        Told("ARR", now + timedelta(hours=40), "dcsa", "2", "EST", recorded_at=now - timedelta(hours=20)),
        Told("ARR", now + timedelta(hours=10), "dcsa", "3", "EST", recorded_at=now - timedelta(hours=19)),
        Told("RCS", now - timedelta(hours=40), "dcsa", "4", recorded_at=now - timedelta(hours=18)),
    ]
    of, rows = desk(), set()
    for order in permutations(way):
        made = a_consignment(of)
        for told in order:
            events.record(consignment=made, told=told, actor=DESK)
        made.refresh_from_db()
        rows.add((made.state, made.eta, made.last_event_at, made.next_due, made.is_breach))
    assert rows == {(states.DEPARTED, way[2].at, way[0].at, "arrival", False)}


def test_a_contradiction_is_an_alert_until_one_of_them_is_taken_back() -> None:
    made = a_consignment(desk())
    now = timezone.now()
    say(made, "DEP", now - timedelta(hours=2))
    early = say(made, "ARR", now - timedelta(hours=9))
    assert ("contradict", "arrived_before_departed") in open_alerts(made)
    events.retract(event=early, why="wrong consignment", actor=DESK)
    assert ("contradict", "arrived_before_departed") not in open_alerts(made)
    assert events.retract(event=early, why="again", actor=DESK).reason == "wrong consignment"


def test_the_buyer_hears_of_a_new_day_once_it_is_far_from_what_was_told() -> None:
    made = a_consignment(desk())
    heard: list[tuple[datetime, datetime]] = []

    def listen(before: datetime, after: datetime, **kwargs: Any) -> None:
        heard.append((before, after))

    signals.eta_changed.connect(listen)
    try:
        leaves, planned = made.departs_at, made.arrives_at
        for n, hours in enumerate([20, 23, 26, 30]):  # creeping: each step is small
            at = planned + timedelta(hours=hours)
            said = timezone.now() - timedelta(hours=9 - n)
            say(made, "ARR", at, source_id=f"e{n}", classifier="EST", recorded_at=said)
            if n == 0:
                say(made, "DEP", leaves - timedelta(days=11))
                assert made.eta_told == at
    finally:
        signals.eta_changed.disconnect(listen)
    assert heard == []
    say(made, "ARR", planned + timedelta(hours=45), source_id="far", classifier="EST")
    assert made.eta_told == planned + timedelta(hours=45)


def test_a_port_is_known_by_the_codes_carriers_write() -> None:
    made = a_consignment(desk())
    say(made, "ARR", port=a_port("AEDXB"))
    assert made.state == states.ARRIVED


def test_a_paper_that_ended_after_departure_was_there() -> None:
    """The news of the departure comes two days late; meanwhile the certificate ended. Unchecked ones never counted."""
    made = a_consignment(desk())
    left = timezone.now() - timedelta(days=2)
    until = {"needed_before": "departure", "valid_to": timezone.localdate(left, JAKARTA)}
    made.papers.create(kind="phytosanitary", state="accepted", checked_at=left, **until)
    made.papers.create(kind="npe", state="issued", **until)
    made.papers.update(state=states.EXPIRED)
    say(made, "DEP", left)
    assert [about for kind, about in open_alerts(made) if kind == "breach"] == ["npe"]
