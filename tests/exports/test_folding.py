"""The fold over events: whatever came, in whatever order, the state follows from all of it. No database."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.exports import states
from marketplace.exports.tracking import codes, dcsa
from marketplace.exports.tracking.folding import Plan, Seen, fold, in_force

SAMPLES = Path(__file__).parent / "samples"
DAY0 = datetime(2026, 12, 1, 8, tzinfo=UTC)
AIR = Plan("IDCGK", "AEDXB", DAY0 + timedelta(days=2), DAY0 + timedelta(days=3), pieces=95, is_booked=True)
SEA = Plan("IDJKT", "AEJEA", DAY0 + timedelta(days=2), DAY0 + timedelta(days=20), pieces=40)


def told(code: str, hours: float, source_id: str = "", classifier: str = "ACT", **more: object) -> Seen:
    """Something at so many hours after DAY0, recorded at once unless told otherwise."""
    at = DAY0 + timedelta(hours=hours)
    facts = {
        "recorded_at": at,
        "source": "hand",
        "source_id": source_id or f"{code}{hours}{classifier}",
        **more,
    }
    return Seen(code=code, classifier=classifier, at=at, **facts)  # type: ignore[arg-type]


WHOLE_FLIGHT = [
    told("BKD", 1),
    told("RCS", 30),
    told("DEP", 50),
    told("ARR", 58),
    told("RCF", 60),
    told("DLV", 66),
]


def test_each_step_of_a_flight():
    found = [fold(AIR, WHOLE_FLIGHT[:n]).state for n in range(len(WHOLE_FLIGHT) + 1)]
    assert found == ["booked", "booked", "booked", "departed", "arrived", "arrived", "delivered"]
    assert fold(replace(AIR, is_booked=False), []).state == states.PREPARING
    assert fold(replace(AIR, is_cleared=True), WHOLE_FLIGHT[:2]).state == states.CLEARED
    assert fold(replace(AIR, is_closed=True), WHOLE_FLIGHT).state == states.CLOSED
    assert fold(AIR, WHOLE_FLIGHT).contradictions == ()


def test_each_step_of_a_voyage():
    way = [(code, 10.0 * n) for n, code in enumerate(codes.SEA_WAY, start=1)]
    found = [fold(SEA, [told(*one) for one in way[:n]]).state for n in range(len(way) + 1)]
    assert found == ["preparing", *["booked"] * 4, "departed", *["arrived"] * 3, *["delivered"] * 2]


def test_the_expected_arrival_is_what_was_said_last_until_it_is_there():
    assert fold(AIR, []).eta == AIR.arrives_at
    first, second = told("ARR", 80, "e1", "EST"), told("ARR", 70, "e2", "EST", recorded_at=DAY0)
    assert fold(AIR, [first, second]).eta == first.at  # recorded later, though the other says an earlier day
    assert fold(AIR, [first, second]).late_minutes == 8 * 60
    planned = told("ARR", 90, "p", "PLN", recorded_at=DAY0 + timedelta(days=9))
    assert fold(AIR, [first, planned]).eta == first.at
    there = fold(AIR, [first, *WHOLE_FLIGHT])
    assert (there.eta, there.late_minutes) == (DAY0 + timedelta(hours=58), -14 * 60)


def test_a_transit_airport_is_neither_departure_nor_arrival():
    doha = [told("ARR", 58, port="QADOH"), told("ARR", 59, location="DOH"), told("DEP", 60, port="QADOH")]
    found = fold(AIR, [told("DEP", 50, port="IDCGK"), *doha])
    assert (found.state, found.departed_at) == (states.DEPARTED, DAY0 + timedelta(hours=50))
    assert found.eta == AIR.arrives_at


def test_pieces_add_up():
    first = told("ARR", 58, "a", pieces=60, is_partial=True)
    rest = told("ARR", 70, "b", pieces=35, is_partial=True)
    left = told("DEP", 50)
    assert fold(AIR, [left, first]).state == states.DEPARTED
    assert fold(AIR, [left, first, first]).state == states.DEPARTED  # the same one twice
    whole = fold(AIR, [left, first, rest])
    assert (whole.state, whole.arrived_at) == (states.ARRIVED, rest.at)
    more = fold(AIR, [left, first, rest, told("ARR", 71, "c", pieces=1, is_partial=True)])
    assert "too_many_pieces" in more.contradictions
    assert fold(replace(AIR, pieces=0), [left, first, rest]).state == states.DEPARTED  # nobody knows how many


def test_what_is_taken_back_does_not_count():
    left = told("DEP", 50, "dep")
    back = told("DEP", 50, "retract:hand:dep", retracts="hand:dep")
    assert fold(AIR, [left, back]).state == states.BOOKED
    assert fold(AIR, [back, left]).departed_at is None
    # A carrier takes back its own event by id; that may come before the event itself.
    event = told("DEPA", 50, "uuid-1@2026-12-03T10:00:00+00:00", source="dcsa")
    gone = told("DEPA", 50, "retract:uuid-1", source="dcsa")
    assert fold(SEA, [gone, event]).state == fold(SEA, [event, gone]).state == states.PREPARING


def test_a_correction_under_the_same_id_replaces_what_was_said():
    old = told("ARRI", 400, "uuid-2@1", "EST", source="dcsa", recorded_at=DAY0)
    new = told("ARRI", 500, "uuid-2@2", "EST", source="dcsa", recorded_at=DAY0 + timedelta(hours=1))
    assert in_force([new, old]) == in_force([old, new]) == [new]


@pytest.mark.parametrize(
    ("events", "name"),
    [
        ([told("DEP", 50), told("ARR", 40)], "arrived_before_departed"),
        ([told("DEP", 50), told("ARR", 60), told("DLV", 55)], "delivered_before_arrived"),
        ([told("DEP", 50), told("DEP", 80)], "two_departures"),
        ([told("ARR", 50), told("ARR", 80)], "two_arrivals"),
        ([told("DEP", 50, recorded_at=DAY0)], "in_the_future"),
    ],
)
def test_contradictions_are_named_and_never_crash(events: list[Seen], name: str):
    assert fold(AIR, events).contradictions == (name,)


def test_it_left_though_it_was_cancelled():
    found = fold(replace(AIR, is_cancelled=True), WHOLE_FLIGHT)
    assert (found.state, found.contradictions) == (states.CANCELLED, ("left_though_cancelled",))


def test_an_arrival_without_a_departure_has_left():
    found = fold(AIR, [told("ARR", 58)])
    assert (found.state, found.departed_at, found.left_at) == (
        states.ARRIVED,
        None,
        DAY0 + timedelta(hours=58),
    )


# What DCSA's own Conformance Gateway sends as examples (Apache 2.0):
# github.com/dcsaorg/Conformance-Gateway tnt/src/main/resources/standards/tnt/messages/tnt-220-response.json
# and tnt-300-request-transport.json; address lines and vessels are left out.
def test_published_example_of_dcsa_2_2():
    arrival, drafted, load = dcsa.read(json.loads((SAMPLES / "dcsa_2_2_0.json").read_text()))
    assert (arrival.code, arrival.classifier, arrival.place) == ("ARRI", "ACT", "FRPAR")
    assert arrival.at == datetime(2021, 1, 9, 13, 12, 56, tzinfo=UTC)
    assert (arrival.offset_minutes, arrival.reason) == (60, "WEA: Bad weather")
    assert arrival.references[:2] == (("BKG", "ABC123123123"), ("TRD", "reserved-HHL123"))
    assert (drafted.code, drafted.offset_minutes) == ("DRFT", 8 * 60 + 30)
    assert ("EQ", "APZU4812090") in load.references
    assert (load.code, load.classifier, load.place_name) == ("LOAD", "EST", "Eiffel Tower")


def test_published_example_of_dcsa_3_0():
    (arrival,) = dcsa.read(json.loads((SAMPLES / "dcsa_3_0_0.json").read_text()))
    assert (arrival.code, arrival.classifier, arrival.place) == ("ARRI", "ACT", "DEHAM")
    assert set(arrival.references) >= {("BKG", "ABC709951"), ("TRD", "HHL71800000")}
    # The example says that it was written a year before it happened: our fold says so, too.
    plan = Plan("IDJKT", "DEHAM")
    one = Seen(
        "ARRI", "ACT", arrival.at or DAY0, arrival.recorded_at or DAY0, "dcsa", arrival.source_id, "DEHAM"
    )
    assert (fold(plan, [one]).state, fold(plan, [one]).contradictions) == (states.ARRIVED, ("in_the_future",))


# Cargo-IMP messages of examples 2a and 4 of github.com/digital-cargo/good-practice-shipment-record (CC BY 4.0):
# FSU/14 020-12345675FRAJFK/T1K100 BKD/16OCT1317/FRA/ACME … DEP/LH400/16OCT/FRAJFK/T1K100
def test_published_example_of_iata_with_one_piece():
    plan = Plan("DEFRA", "USJFK", pieces=1)
    way = [told(code, n, port="DEFRA") for n, code in enumerate(["BKD", "FOH", "RCS", "MAN", "DEP"])]
    found = [fold(plan, way[:n]).state for n in range(1, 6)]
    assert found == [states.BOOKED] * 4 + [states.DEPARTED]


def test_published_example_of_iata_with_a_split_shipment():
    """Two pieces leave one after the other, each with the partial indicator, then once more as a whole."""
    plan = Plan("DEFRA", "USJFK", pieces=2)
    one, two = (told("DEP", n, f"d{n}", pieces=1, is_partial=True) for n in (5, 9))
    whole = told("DEP", 9, "whole", pieces=2)
    left = fold(plan, [one, two, whole])
    assert (left.state, left.departed_at, left.contradictions) == (states.DEPARTED, one.at, ())
    came = [told("ARR", n, f"a{n}", pieces=1, is_partial=True) for n in (15, 19)]
    assert fold(plan, [one, two, whole, came[0]]).state == states.DEPARTED
    assert fold(plan, [one, two, whole, *came]).arrived_at == came[1].at


EVENTS = st.builds(
    lambda code, hours, late, classifier, source, n, port, pieces, partial, retracts: told(
        code,
        hours,
        n,
        classifier,
        recorded_at=DAY0 + timedelta(hours=late),
        source=source,
        port=port,
        pieces=pieces,
        is_partial=partial,
        retracts=retracts,
    ),
    st.sampled_from(sorted(codes.all_codes())),
    st.integers(0, 200),
    st.integers(0, 200),
    st.sampled_from(["PLN", "EST", "ACT"]),
    st.sampled_from(["hand", "dcsa"]),
    st.sampled_from(["1", "2", "3@a", "3@b", "4", "5", "6", "7", "retract:3", "retract:4"]),
    st.sampled_from(["", "IDCGK", "AEDXB", "QADOH"]),
    st.one_of(st.none(), st.integers(0, 100)),
    st.booleans(),
    st.sampled_from(["", "", "", "hand:1", "dcsa:2", "dcsa:3@a"]),
)


@settings(max_examples=600, deadline=None)
@given(st.lists(EVENTS, max_size=14, unique_by=lambda one: one.key), st.randoms())
def test_any_order_of_arrival_gives_the_same(events: list[Seen], chance: random.Random):
    mixed = events + [chance.choice(events) for _ in range(3) if events]  # and some come twice
    chance.shuffle(mixed)
    for plan in (AIR, SEA, replace(AIR, pieces=0)):
        assert fold(plan, mixed) == fold(plan, events)


@settings(max_examples=200, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), st.lists, max_leaves=4))
def test_no_letter_breaks_the_reader(anything: object):
    for letter in (
        anything,
        [anything],
        {"events": [{"eventID": "1", "eventType": anything, "metadata": anything}]},
    ):
        try:
            found = dcsa.read(letter)
        except dcsa.NotEvents:
            continue
        assert all(one.fault for one in found)
