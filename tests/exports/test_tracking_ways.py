"""Ways in and out besides the desk's pages: carriers' signed letters, files, temperatures, alerts, calendar, map."""

import json
import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation

from catalogue.lots.models import Lot
from catalogue.permits.models import Permit
from marketplace.exports import states
from marketplace.exports.models import Alert, Consignment, Event
from marketplace.exports.services import events, temperature_logs
from marketplace.exports.services.events import Told
from marketplace.exports.services.following import refold
from marketplace.exports.services.temperature_logs import Measured
from marketplace.exports.tracking import alerts, event_files, ics, places, tasks, temperatures
from marketplace.exports.tracking.carrier_views import MOST_BYTES, sign
from tests.factories.catalogue import make_user
from tests.factories.exports import DESK, a_consignment, a_port, desk
from tests.factories.lots import a_lot
from tests.factories.permits import a_permit

pytestmark = pytest.mark.django_db
URL, KEY = "/api/tracking/dcsa/", "kunci-uji-yang-panjang"


def by_sea(**more: Any) -> Consignment:
    facts = {
        "mode": "sea",
        "origin": a_port("IDJKT"),
        "destination": a_port("AEJEA"),
        "container": "MEDU1234562",
        "booking": "BK-1",
        "transport_number": "MEDUJ0001",
        **more,
    }
    return a_consignment(desk(), **facts)


def letter(code: str = "DEPA", event_id: str = "e-1", **more: Any) -> dict[str, Any]:
    now = timezone.now()
    return {
        "eventID": event_id,
        "eventCreatedDateTime": now.isoformat(),
        "eventType": "TRANSPORT",
        "eventClassifierCode": "ACT",
        "eventDateTime": now.isoformat(),
        "transportEventTypeCode": code,
        "transportCall": {"UNLocationCode": "IDTPP"},
        "documentReferences": [{"documentReferenceType": "TRD", "documentReferenceValue": "MEDUJ0001"}],
        **more,
    }


def send(client: Client, what: Any, key: str = KEY, at: float | None = None) -> Any:
    body = what if isinstance(what, bytes) else json.dumps(what).encode()
    stamp = str(int(at or time.time()))
    headers = {"timestamp": stamp, "notification-signature": sign(key, stamp, body)}
    return client.post(URL, body, content_type="application/json", headers=headers)


@pytest.fixture
def carrier(settings: Any) -> Client:
    settings.DCSA_KEYS = ["kunci-lama", KEY]
    return Client(enforce_csrf_checks=True)


def test_a_letter_is_kept_once_and_each_event_answered(carrier: Client) -> None:
    made = by_sea()
    unknown = letter(event_id="e-2", documentReferences=[{"typeCode": "TRD", "reference": "NOBODY"}])
    whole = [letter(), unknown, {"eventID": "e-3"}, letter("XXXX", "e-4")]
    first = send(carrier, {"events": whole})
    assert [one["status"] for one in first.json()["results"]] == [201, 404, 422, 422]
    again = send(carrier, {"events": whole})
    assert [one["status"] for one in again.json()["results"]] == [200, 404, 422, 422]
    event = Event.objects.get()
    assert (event.port, event.source, event.actor_name) == (
        a_port("IDJKT"),
        "dcsa",
        "carrier",
    )  # by its alias
    made.refresh_from_db()
    assert made.state == states.DEPARTED


def test_a_carrier_corrects_and_takes_back(carrier: Client) -> None:
    made = by_sea()
    past = (timezone.now() - timedelta(days=2)).isoformat()
    send(carrier, [letter(eventDateTime=past, eventCreatedDateTime=past)])
    send(carrier, [letter()])
    made.refresh_from_db()
    assert (Event.objects.count(), made.alerts.filter(kind="contradict").count()) == (2, 0)
    gone = {
        "metadata": {
            "eventID": "e-9",
            "eventCreatedDateTime": timezone.now().isoformat(),
            "eventType": "TRANSPORT",
            "retractedEventID": "e-1",
        },
        "payload": {"documentReferences": letter()["documentReferences"]},
    }
    assert send(carrier, [gone]).json()["results"][0]["status"] == 201
    assert send(carrier, [gone]).json()["results"][0]["status"] == 200
    made.refresh_from_db()
    assert made.state == states.BOOKED


def test_nobody_else_gets_in(carrier: Client, settings: Any) -> None:
    by_sea()
    assert send(carrier, [letter()], key="andere").status_code == 401
    assert send(carrier, [letter()], at=time.time() - 400).status_code == 401
    assert carrier.post(URL, b"[]", content_type="application/json").status_code == 401
    assert send(carrier, b"{" * 1000).status_code == 400
    assert send(carrier, [letter()] * 501).status_code == 400
    assert send(carrier, b" " * (MOST_BYTES + 1)).status_code == 413
    assert not Event.objects.exists()
    settings.DCSA_KEYS = []
    assert send(carrier, [letter()]).status_code == 404


def test_a_reused_container_is_not_that_of_an_ended_consignment(carrier: Client) -> None:
    made = by_sea(transport_number="", booking="")
    only_box = letter(documentReferences=[], equipmentReference="MEDU1234562")
    Consignment.objects.filter(pk=made.pk).update(cancelled_at=timezone.now())
    refold(consignment=made, actor=DESK)
    assert send(carrier, [only_box]).json()["results"][0]["status"] == 404


def test_a_file_names_each_fault_and_takes_times_of_the_place() -> None:
    with time_machine.travel("2026-11-26 00:00+00:00", tick=False):
        made = a_consignment(desk(), transport_number="126-12345675")
    rows = [
        "consignment;code;time;place;pieces;partial",
        "126-12345675;ARR;2026-12-02 06:00;DXB;60;ya",
        f"{made.number};DEP;2026-12-01 21:40;;;",
        "NOBODY;DEP;2026-12-01 21:40;;;",
        "126-12345675;DEPA;2026-12-01 21:40;;;",
        "126-12345675;DEP;kemarin;;;",
        "126-12345675;DEP;2026-12-01 21:40;;-3;",
        "",
    ]
    with time_machine.travel("2026-12-03 00:00+00:00", tick=False):
        found = event_files.read("\n".join(rows))
    assert [(one.number, bool(one.fault)) for one in found] == [
        (2, False),
        (3, False),
        (4, True),
        (5, True),
        (6, True),
        (7, True),
    ]
    arrived, left = found[0].told, found[1].told
    assert arrived
    assert left
    assert arrived.at == datetime(2026, 12, 2, 6, tzinfo=ZoneInfo("Asia/Dubai"))
    assert (arrived.port, arrived.pieces, arrived.is_partial) == (a_port("AEDXB"), 60, True)
    assert (left.at, left.offset_minutes) == (
        datetime(2026, 12, 1, 21, 40, tzinfo=ZoneInfo("Asia/Jakarta")),
        420,
    )
    with time_machine.travel("2026-12-04 00:00+00:00", tick=False):
        assert event_files.read("\n".join(rows))[0].told == arrived  # the same row has the same id


NOON = datetime(2026, 12, 3, 12, tzinfo=ZoneInfo("UTC"))


def test_nothing_in_a_file_happens_tomorrow_or_long_ago() -> None:
    """Fifteen minutes are a clock's, 180 days before it was made are still believed; plans may be of any day."""
    made = a_consignment(desk())
    Consignment.objects.filter(pk=made.pk).update(created=NOON - timedelta(days=20))
    early, late = NOON - timedelta(days=200), NOON + timedelta(minutes=15)
    moments = [early, early - timedelta(minutes=1), late, late + timedelta(minutes=1)]
    rows = [f"{made.number},ARR,ACT,{at.isoformat()}" for at in moments]
    rows += [f"{made.number},ARR,EST,2027-12-01T11:00Z", f"{made.number},ARR,,2027-12-01T11:00Z"]
    with time_machine.travel(NOON, tick=False), translation.override("en"):
        found = event_files.read("\n".join(["consignment,code,classifier,time", *rows]))
    future = "This time has not come yet, so nothing can have happened then."
    past = "This time lies long before the consignment was made. Look at day and year again."
    assert [one.fault for one in found] == ["", past, "", future, "", future]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (
            "2026-12-01T11:00,13,9",
            "This row has more cells than the first one. Write decimals with a point, for example 13.9.",
        ),
        ("2026-12-03T19:16,13.9", "This time has not come yet, so nothing can have been measured then."),
        ("2026-12-01T11:00", "“” is no number."),
        ("2026-12-01T11:00,900", "900.0 °C cannot be."),
    ],
)
def test_a_reading_that_cannot_be_meant(row: str, fault: str) -> None:
    """19:15 in West Java is fifteen minutes from now."""
    good = "time,celsius\n2026-12-03T19:15,13.9,,\n"
    with time_machine.travel(NOON, tick=False), translation.override("en"):
        assert event_files.readings(good) == [Measured(NOON + timedelta(minutes=15), Decimal("13.9"))]
        with pytest.raises(event_files.Faulty) as refused:
            event_files.readings(f"{good}{row}\n")
    assert str(refused.value) == f"Row 3: {fault}"


def test_a_weight_with_a_decimal_comma_is_named() -> None:
    with time_machine.travel(NOON, tick=False):
        made = a_consignment(desk())
    rows = [f"{made.number},DEP,2026-12-01 21:40,997,5", f"{made.number},DEP,2026-12-01 21:40,997.5"]
    with time_machine.travel(NOON, tick=False), translation.override("en"):
        found = event_files.read("\n".join(["consignment,code,time,weight_kg", *rows]))
    assert found[0].fault.startswith("This row has more cells than the first one.")
    assert (found[1].fault, found[1].told and found[1].told.weight_g) == ("", 997_500)


def test_a_carriers_own_letters_are_not_asked(carrier: Client) -> None:
    by_sea()
    ahead = (timezone.now() + timedelta(days=400)).isoformat()
    assert send(carrier, [letter(eventDateTime=ahead)]).json()["results"][0]["status"] == 201


@pytest.mark.parametrize("text", ["", "x", "consignment,code\n1,2", "\x01\x02", "consignment,code,time\n"])
def test_what_is_no_table_is_said_so(text: str) -> None:
    with pytest.raises(event_files.Faulty):
        event_files.read(text)
    with pytest.raises(event_files.Faulty):
        event_files.readings(text)


def reading(hours: float, celsius: str, logger: str = "L") -> Any:
    at = datetime(2026, 12, 1, tzinfo=ZoneInfo("UTC")) + timedelta(hours=hours)
    return SimpleNamespace(logger=logger, at=at, celsius=Decimal(celsius))


def test_excursions_are_runs_outside_the_range() -> None:
    rows = [reading(n, c) for n, c in enumerate(["13", "15", "15.1", "18", "14", "10.9", "13"])]
    rows.append(reading(0, "20", "M"))
    found = temperatures.excursions(rows, Decimal(13))
    assert [(one.logger, one.readings, one.worst) for one in found] == [
        ("L", 2, Decimal(18)),
        ("L", 1, Decimal("10.9")),
        ("M", 1, Decimal(20)),
    ]
    assert temperatures.excursions(rows, None) == []
    drawn = temperatures.chart([reading(n / 10, str(13 + n % 7)) for n in range(5000)], Decimal(13))
    assert drawn is not None
    assert len(drawn.lines[0].points.split()) <= temperatures.WIDE + 2
    assert drawn.lines[0].highest == 19
    once = temperatures.chart(
        [reading(n, c) for n, c in enumerate(["13", "18", "18", "13", "9"])], Decimal(13)
    )
    assert once is not None
    assert once.marks == (
        (120.0, 120.0),
        (480.0, 2),
    )  # of 480: the second and third hour; the last is never too thin
    assert (once.bottom, once.top) == (8, 19)


def test_a_log_is_kept_once_and_an_excursion_is_one_alert() -> None:
    made = a_consignment(desk())
    warm = [Measured(timezone.now() + timedelta(minutes=n), Decimal("17.5")) for n in range(3)]
    assert temperature_logs.keep(consignment=made, logger="L-1", readings=warm, actor=DESK) == 3
    assert temperature_logs.keep(consignment=made, logger="L-1", readings=warm, actor=DESK) == 0
    assert Alert.objects.get(kind="excursion").about == "L-1"


def kinds(made: Consignment) -> set[str]:
    tasks.look()
    tasks.look()  # twice raises nothing twice: the constraint would fail
    return set(made.alerts.filter(ended_at=None).values_list("kind", flat=True))


def test_alerts_come_and_go_through_the_timetable() -> None:
    made, now = a_consignment(desk(), cutoff_at=timezone.now() + timedelta(hours=49)), timezone.now()
    refold(consignment=made, actor=DESK)
    assert kinds(made) == set()
    paper = made.papers.create(kind="packing_list", needed_before="loading", due_at=now - timedelta(hours=1))
    Consignment.objects.filter(pk=made.pk).update(
        cutoff_at=now + timedelta(hours=40), window_last=timezone.localdate() + timedelta(days=5)
    )
    assert kinds(made) == {"paper_late", "cutoff_near", "eta_late"}
    paper.state, paper.valid_to = "issued", timezone.localdate() + timedelta(days=3)
    paper.save()
    assert kinds(made) == {"permit_ends", "cutoff_near", "eta_late"}
    paper.valid_to = None
    paper.save()
    events.record(consignment=made, told=Told("RCS", now, "hand", "rcs"), actor=DESK)
    Consignment.objects.filter(pk=made.pk).update(window_last=None)
    assert kinds(made) == set()
    assert made.alerts.count() == 4  # each was raised once


def test_silence_and_goods_that_will_not_keep() -> None:
    made = a_consignment(desk())
    long_ago = timezone.now() - timedelta(days=3)
    told = Told("DEP", long_ago, "hand", "dep", recorded_at=long_ago)
    events.record(consignment=made, told=told, actor=DESK)
    line = made.lines.order_by("pk").first()
    assert line is not None
    partner = line.part.fulfilment.partner
    lot = a_lot(line.part.line.product)
    Lot.objects.filter(pk=lot.pk).update(best_before=timezone.localdate(made.arrives_at) + timedelta(days=1))
    type(line).objects.filter(pk=line.pk).update(lot=lot)
    assert partner == lot.partner
    assert kinds(made) >= {"silence", "shelf_life"}
    eta = Told("ARR", timezone.now() + timedelta(hours=2), "hand", "eta", "EST")
    events.record(consignment=made, told=eta, actor=DESK)
    assert not kinds(made) & {"silence", "shelf_life"}


def test_shelf_life_is_judged_by_the_rule_that_plans_are(settings: Any) -> None:
    """Three days must be left at arrival; both ask freshness.py."""
    made = a_consignment(desk())
    line = made.lines.order_by("pk").first()
    assert line is not None
    lot = a_lot(line.part.line.product)
    type(line).objects.filter(pk=line.pk).update(lot=lot)
    type(lot.product.commodity).objects.filter(pk=lot.product.commodity_id).update(shelf_life_days="60")
    arrives = timezone.localdate(made.arrives_at)
    for left, is_raised in ((3, False), (2, True), (3, False)):
        Lot.objects.filter(pk=lot.pk).update(best_before=arrives + timedelta(days=left))
        refold(consignment=made, actor=DESK)
        assert ("shelf_life" in kinds(made)) is is_raised
    settings.EXPORT_FRESH_DAYS = 4
    assert "shelf_life" in kinds(made)
    alert = made.alerts.get(kind="shelf_life", ended_at=None)
    assert (alert.about, alert.details["left"]) == (lot.number, 3)


def test_a_permit_that_ends_before_the_goods_are_there() -> None:
    made = a_consignment(desk())
    refold(consignment=made, actor=DESK)
    line = made.lines.order_by("pk").first()
    assert line is not None
    product, arrives = line.part.line.product, timezone.localdate(made.arrives_at)
    permit = a_permit(product, make_user("izin@example.com"), expires_on=arrives - timedelta(days=1))
    assert "permit_ends" not in kinds(made)  # nobody confirmed it yet
    Permit.objects.filter(pk=permit.pk).update(state="confirmed")
    assert "permit_ends" in kinds(made)
    assert made.alerts.get(kind="permit_ends").about == f"halal {product.seller.code}"
    Permit.objects.filter(pk=permit.pk).update(expires_on=arrives)
    assert "permit_ends" not in kinds(made)


def test_nothing_is_wrong_with_what_has_ended() -> None:
    ended = Consignment(state=states.CLOSED, mode="air", eta=timezone.now(), window_last=date(2020, 1, 1))
    assert alerts.holds(alerts.Facts(ended), timezone.now()) == {}


def test_a_calendar_is_well_formed() -> None:
    row = Consignment(
        number="X26-ABCDEF",
        departs_at=datetime(2026, 12, 1, 14, 40, tzinfo=ZoneInfo("UTC")),
        origin=a_port("IDCGK"),
        destination=a_port("AEDXB"),
    )
    names = {"title": "ص" * 60, "cutoff": "c", "departure": "Departure, really; so", "arrival": "a"}
    text = ics.feed([row], names=names, host="example.com", now=timezone.now())
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "DTSTART:20261201T144000Z" in lines
    assert "SUMMARY:Departure\\, really\\; so: X26-ABCDEF" in lines
    assert text.replace("\r\n ", "").count("ص" * 60) == 1


def test_every_port_we_know_can_be_drawn() -> None:
    from marketplace.reference.models import Port

    a_port("IDCGK")
    for port in Port.objects.exclude(country="ID"):
        start, mode = ("IDJKT", "sea") if port.by_sea else ("IDCGK", "air")
        drawn = places.drawing(start, port.code, mode)
        assert drawn is not None, port
        left, top, width, height = map(float, drawn.view.split())
        for x, y in (pair.split(",") for pair in drawn.way.split()):
            assert left <= float(x) <= left + width, port
            assert top <= float(y) <= top + height, port
    assert places.drawing("IDCGK", "XXXXX", "air") is None


def test_each_listing_needs_its_permit_until_the_goods_are_there() -> None:
    """Of one pesantren: the permit of one listing lasts, that of the other ends on the way."""
    made = a_consignment(desk())
    refold(consignment=made, actor=DESK)
    first, second = (line.part.line.product for line in made.lines.order_by("pk")[:2])
    assert (first.seller, first.pk) != (second.seller, second.pk)
    person, arrives = make_user("izin@example.com"), timezone.localdate(made.arrives_at)
    for product, last in ((first, arrives - timedelta(days=1)), (second, arrives)):
        a_permit(product, person, expires_on=last)
    Permit.objects.update(state="confirmed")
    assert "permit_ends" in kinds(made)
    found = made.alerts.get(kind="permit_ends", ended_at=None)
    assert (found.about, found.details["last"]) == (
        f"halal {first.seller.code}",
        (arrives - timedelta(days=1)).isoformat(),
    )
    forever = a_permit(first, person, number="ID00110000099999")
    Permit.objects.filter(pk=forever.pk).update(state="confirmed", expires_on=None)
    assert "permit_ends" not in kinds(made)


def test_what_was_taken_back_does_not_come_again_by_file() -> None:
    made = a_consignment(desk())
    at = timezone.now().isoformat()
    text = f"consignment,code,time\n{made.number},RCS,{at}\n{made.number},DEP,{at}\n"
    rows = event_files.read(text)
    kept = events.record_all(told=[(one.consignment, one.told) for one in rows], actor=DESK)
    assert [one.fault for one in event_files.read(text)] == ["", ""]  # known already: nothing happens
    events.retract(event=kept[1], why="penerbangan lain", actor=DESK)
    with translation.override("en"):
        found = event_files.read(text)
    fault = "This event was taken back before. If it is right after all, record it by hand."
    assert [(one.fault, one.told is None) for one in found] == [("", False), (fault, True)]
