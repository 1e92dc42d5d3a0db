"""A part that travels in stages is delivered with the last of it, and goods that do not come hold up the loading."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from marketplace.common.refused import Refused
from marketplace.common.states import history
from marketplace.exports import states
from marketplace.exports.goods import allowance
from marketplace.exports.goods import queries as goods_queries
from marketplace.exports.models import Consignment, Event
from marketplace.exports.papers import checks
from marketplace.exports.services import clearing, events, goods, looking, receiving
from marketplace.exports.services.events import Told
from marketplace.exports.services.leaving_behind import leave_behind
from marketplace.exports.tracking import tasks
from marketplace.fulfilment import services as fulfilment
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.payments.models import Refund
from tests.exports.papers_world import get_ready, known_to_customs
from tests.factories.catalogue import make_member, make_user
from tests.factories.exports import DESK, Desk, a_consignment, a_coordinator, desk
from tests.factories.receiving import a_house, a_receipt, fresh, left, line_of, wanted, weighed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def packed(**more: Any) -> Desk:
    of = fresh(desk(**more))
    for part in of.parts:
        part.refresh_from_db()
        fulfilment.pack(fulfilment=part, actor=DESK)
    return of


def of_rambutan(of: Desk, units: int, **facts: Any) -> Consignment:
    """Leaves in an hour, with so many of the 300 kg."""
    leaves = timezone.now() + timedelta(hours=1)
    days = {"departs_at": leaves, "arrives_at": leaves + timedelta(hours=30)}
    row = a_consignment(of, with_goods=False, **days)
    goods.add(consignment=row, goods=[wanted(line_of(of, "rambutan"), units, **facts)], actor=DESK)
    return row


def say(row: Consignment, *codes: str) -> None:
    for code in codes:
        told = Told(code=code, at=timezone.now(), source=Event.HAND, source_id=code)
        events.record(consignment=row, told=told, actor=DESK)
    row.refresh_from_db()


def state_of(of: Desk) -> str:
    return line_of(of, "rambutan").fulfilment.state


def alerts_of(row: Consignment) -> list[tuple[str, str]]:
    looking.look(key=row.pk, now=timezone.now())
    found = row.alerts.filter(ended_at=None, kind__in=["rest", "hand_over"])
    return list(found.order_by("kind").values_list("kind", "about"))


def test_the_rest_follows_next_week_and_is_waited_for() -> None:
    """300 kg, of which the packing house accepts 200: 120 leave now, 80 are consigned after the first has arrived."""
    of = packed()
    part = of.parts[1]
    a_house(of.exporter)
    receipt = a_receipt(part)
    weighed(receipt, line_of(of, "rambutan"), 200_000, rejected=100_000)
    receiving.close(receipt=receipt, actor=DESK)
    first = of_rambutan(of, 120)
    say(first, "DEP", "DLV")
    assert (first.state, state_of(of)) == ("delivered", "handed_over")
    assert alerts_of(first) == [("rest", part.number)]
    assert left(line_of(of, "rambutan")) == 80
    found = goods_queries.to_consign(a_coordinator(), [of.order.pk])
    assert [(one.line.fulfilment_id, one.left) for one in found if one.line.fulfilment_id == part.pk] == [
        (part.pk, 80)
    ]
    second = of_rambutan(of, 80)
    assert alerts_of(first) == []
    say(second, "DEP")
    tasks.follow_parts()
    assert state_of(of) == "handed_over"
    say(second, "DLV")
    assert state_of(of) == "delivered"
    assert audit() == []


def test_without_a_receipt_the_rest_may_follow_too_but_nothing_that_went_another_way() -> None:
    of = packed()
    first = of_rambutan(of, 180)
    say(first, "DEP", "DLV")
    assert (state_of(of), left(line_of(of, "rambutan"))) == ("handed_over", 120)
    other = of.parts[0]
    fulfilment.hand_over(fulfilment=other, actor=DESK, carrier="Contoh", tracking_number="1")
    assert allowance.may_travel(line_of(of, "manggis")) == 0  # handed to whom, nobody here knows


def test_the_first_does_not_pay_for_the_others(client: Client) -> None:
    """Where the hand-over pays, the part is handed over once all of it has left."""
    of = packed(release_on="hand_over")
    part = of.parts[1]
    first, second = of_rambutan(of, 180), of_rambutan(of, 120)
    say(first, "DEP", "DLV")
    part.refresh_from_db()
    assert (part.state, part.released_at) == ("packed", None)
    assert alerts_of(first) == [("hand_over", part.number)]
    member = make_user("anggota@example.com")
    make_member(member, part.partner)
    client.force_login(member)
    seen = {"seen": f"{line_of(of, 'rambutan').pk}:300", f"brings_{line_of(of, 'rambutan').pk}": "100"}
    for name, data in (("decline", {"why": "x"}), ("short", {"why": "x", **seen})):
        assert client.post(reverse(f"workspace:{name}", args=[part.number]), data).status_code == 302
    part.refresh_from_db()
    assert (part.state, line_of(of, "rambutan").quantity) == ("packed", 300)  # some of it is on its way
    say(second, "DEP")
    part.refresh_from_db()
    assert (part.state, part.released_at is not None) == ("handed_over", True)
    assert alerts_of(second) == []
    say(second, "DLV")
    assert state_of(of) == "delivered"
    assert audit() == []


@pytest.mark.parametrize(("still_here", "counted"), [(False, 700), (True, 820)])
def test_what_never_travels_is_short_and_paid_back(still_here: bool, counted: int, queued: list[Any]) -> None:
    """120 of 300 kg at US$ 1.80 stay behind after the hand-over. Of 1,000 kg the hand-over took 300."""
    of = packed()
    say(of_rambutan(of, 180), "DEP", "DLV")
    line = line_of(of, "rambutan")
    told: dict[str, Any] = {"why": "rusak", "still_here": still_here, "actor": DESK}
    with pytest.raises(Refused, match="look again"):
        leave_behind(line=line, units=100, **told)
    leave_behind(line=line, units=120, **told)
    line = line_of(of, "rambutan")
    assert (line.quantity, line.short, state_of(of)) == (180, 120, "handed_over")
    assert [(row.amount, row.currency, row.reason) for row in Refund.objects.all()] == [
        (21_600, "USD", "missing")
    ]
    line.line.stockrecord.refresh_from_db()
    assert line.line.stockrecord.num_in_stock == counted
    tasks.follow_order(of.order.pk)
    assert state_of(of) == "delivered"
    assert audit() == []
    with pytest.raises(Refused, match="look again"):
        leave_behind(line=line, units=120, **told)


def test_what_is_paid_out_is_not_taken_back_here() -> None:
    """The pesantren handed its part over itself, and was paid for it: the buyer signs for what comes."""
    of = packed(release_on="hand_over")
    row = of_rambutan(of, 180)
    fulfilment.hand_over(fulfilment=of.parts[1], actor=DESK, carrier="Truk", tracking_number="D 1 XY")
    with pytest.raises(Refused, match="settled already"):
        leave_behind(line=line_of(of, "rambutan"), units=120, why="x", still_here=False, actor=DESK)
    say(row, "DEP", "DLV")
    assert state_of(of) == "delivered"


def test_the_desk_marks_it_on_the_page_of_the_goods(client: Client) -> None:
    of = packed()
    row = of_rambutan(of, 180)
    person = a_coordinator()
    type(person).objects.filter(pk=person.pk).update(language="en")
    client.force_login(person)
    line = line_of(of, "rambutan")
    url = reverse("office:export-short", args=[row.number, line.pk])
    assert url in client.get(reverse("office:export-goods", args=[row.number])).content.decode()
    page = client.get(url)
    text = " ".join(page.content.decode().split())
    assert "120 kg stand in no consignment, 180 kg do" in text
    assert "the buyer gets 120 kg fewer: <bdi>US$ 216.00</bdi> goes back" in text
    assert client.post(url, {"units": 120, "why": " "}).context["form"].errors["why"]
    assert "look again" in str(client.post(url, {"units": 90, "why": "rusak"}).context["form"].errors)
    assert client.post(url, {"units": 120, "why": "rusak"}).status_code == 302
    assert line_of(of, "rambutan").quantity == 180
    assert "Nothing of it waits" in client.get(url).content.decode()
    assert (
        client.post(url, {"units": 120, "why": "rusak"}).status_code == 302
    )  # a second press changes nothing
    assert (line_of(of, "rambutan").quantity, Refund.objects.count()) == (180, 1)
    other = line_of(of, "manggis").pk  # of a part that is not in this consignment
    assert client.get(reverse("office:export-short", args=[row.number, other])).status_code == 404


def faults_of(row: Consignment) -> list[str]:
    found = checks.faults_of(row)
    return [fault.code for fault in found if fault.code in {"may_not", "too_much", "rest"}]


def test_nothing_is_loaded_that_does_not_come() -> None:
    of = packed()
    row = of_rambutan(of, 300)
    assert faults_of(row) == []
    goods.change(line=row.lines.get(), quantity=200, actor=DESK)
    found = next(fault for fault in checks.faults_of(row) if fault.code == "rest")
    assert found.hinders == checks.CLEARING
    assert "100 kg stand in no consignment. Put them into one, or mark them as short" in found.text
    line = line_of(of, "rambutan")
    fulfilment.bring_less(fulfilment=of.parts[1], brings={line.pk: 150}, why="panen", actor=DESK)
    found = next(fault for fault in checks.faults_of(row) if fault.code == "too_much")
    assert "consignments hold 200 kg, and only 150 may travel" in found.text
    fulfilment.decline(fulfilment=of.parts[1], why="panen gagal", actor=DESK)
    assert faults_of(row) == ["may_not"]
    assert audit() == [f"part line {line.pk}: 200 in consignments, 0 may travel"]


def test_goods_that_are_still_weighed_are_not_loaded() -> None:
    of = packed()
    row = of_rambutan(of, 300)
    a_house(of.exporter)
    receipt = a_receipt(of.parts[1])
    found = next(fault for fault in checks.faults_of(row) if fault.code == "may_not")
    assert f"is being weighed ({receipt.number})" in found.text


def test_a_clearance_ends_when_a_pesantren_declines() -> None:
    of = packed()
    known_to_customs(of)
    row = of_rambutan(of, 300, hs_origin="0810.90.30")
    get_ready(row)
    clearing.clear_to_load(consignment=row, actor=DESK)
    looking.look(key=row.pk, now=timezone.now())
    row.refresh_from_db()
    assert row.state == states.CLEARED
    fulfilment.decline(fulfilment=of.parts[1], why="panen gagal", actor=DESK)
    looking.look(key=row.pk, now=timezone.now())
    row.refresh_from_db()
    assert (row.state, row.cleared_at) == (states.BOOKED, None)
    last = history(row).last()
    assert last
    assert "may not travel" in last.why


def test_what_the_buyer_signed_for_before_the_rest_arrived() -> None:
    """They took all 300, so the rest still comes; they took 180, so it does not."""
    of = packed()
    say(of_rambutan(of, 180), "DEP", "DLV")
    line = line_of(of, "rambutan")
    part = Fulfilment.objects.get(pk=line.fulfilment_id)
    second = of_rambutan(of, 120)
    for accepted, most, faults in ((300, 300, []), (180, 180, ["too_much"])):
        Fulfilment.objects.filter(pk=part.pk).update(state="received")
        type(line).objects.filter(pk=line.pk).update(accepted=accepted)
        assert (allowance.may_travel(line_of(of, "rambutan")), faults_of(second)) == (most, faults)


def test_ways_are_two_queries(django_assert_num_queries: Any) -> None:
    of = packed()
    of_rambutan(of, 180)
    with django_assert_num_queries(2):
        found = allowance.ways([part.pk for part in of.parts])
    assert [(way.most, way.held, way.left, way.rest) for way in found] == [
        (600, 0, 0, 600),
        (50, 0, 0, 50),
        (300, 180, 0, 120),
    ]
