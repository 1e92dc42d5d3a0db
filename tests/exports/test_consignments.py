"""A consignment is made with its parties as they were, planned with numbers that can be, and cancelled."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from marketplace.common.refused import Refused
from marketplace.common.states import history
from marketplace.exports.goods import freshness
from marketplace.exports.models import Consignment, GoodsReceipt
from marketplace.exports.services import consignments, costs, goods
from marketplace.fulfilment.audit import audit
from offtakers.models import CompanyPlace
from tests.common.race import race
from tests.factories.catalogue import make_user
from tests.factories.companies import make_overseas
from tests.factories.exports import DESK, Desk, a_consignment, a_port, desk
from tests.factories.receiving import fresh, line_of, wanted

db = pytest.mark.django_db
racing = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def plan(**changes: Any) -> dict[str, Any]:
    leaves = timezone.now() + timedelta(days=5)
    return {
        "mode": "air",
        "incoterm": "CPT",
        "place": "Dubai (AEDXB)",
        "country": "AE",
        "origin": a_port("IDCGK"),
        "destination": a_port("AEDXB"),
        "setpoint": 13,
        "departs_at": leaves,
        "arrives_at": leaves + timedelta(hours=30),
        **changes,
    }


def make(of: Desk, *ones: goods.Wanted, told: dict[str, Any] | None = None, **more: Any) -> Consignment:
    facts = {"company": of.company, "exporter": of.exporter, "currency": "USD", "actor": DESK}
    return consignments.make(**facts | more, plan=told or plan(), wanted=ones)


@db
def test_made_with_goods_and_the_parties_as_they_are() -> None:
    of = fresh(desk())
    facts = {"company": of.company, "country": "AE", "address": "Contoh Road 5\nDubai"}
    consignee = CompanyPlace.objects.create(kind="consignee", name="Contoh Gudang LLC", **facts)
    notify = CompanyPlace.objects.create(kind="notify", name="Contoh Agen", **facts)
    row = make(of, wanted(line_of(of, "manggis"), 600), consignee=consignee, notify=notify)
    assert (row.consignee_name, row.notify_name) == ("Contoh Gudang LLC", "Contoh Agen")
    assert row.consignee_address == "Contoh Road 5\nDubai\nUnited Arab Emirates"
    consignee.name = "x"
    consignee.save()
    row.refresh_from_db()
    assert row.consignee_name == "Contoh Gudang LLC"
    assert (row.state, row.eta, row.lines.get().quantity) == ("preparing", row.arrives_at, 600)
    assert history(row).first().after == "preparing"
    assert audit() == []


@db
def test_nothing_is_made_where_its_goods_are_refused() -> None:
    of = fresh(desk())
    with pytest.raises(Refused, match="only 600 are left"):
        make(of, wanted(line_of(of, "manggis"), 601))
    other = make_overseas(make_user("lain@example.com"), name="Contoh Lain LLC", trade_licence="CONTOH-2")
    with pytest.raises(Refused, match="ordered by somebody else"):
        make(of, wanted(line_of(of, "manggis"), 1), company=other)
    with pytest.raises(Refused, match="is no exporter"):
        make(of, exporter=of.parts[0].partner)
    assert not Consignment.objects.exists()


@db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"transport_number": "126-12345674"}, "transport_number"),
        ({"container": "MEDU1234562"}, "container"),
        ({"incoterm": "FOB"}, "incoterm"),
        ({"destination": "AEJEA"}, "destination"),
        ({"origin": "AEDXB"}, "destination"),
        ({"freight": -1}, "freight"),
        ({"arrives_at": timezone.now() - timedelta(days=1)}, "arrives_at"),
        ({"cutoff_at": timezone.now() + timedelta(days=90)}, "cutoff_at"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else value,
)
def test_a_plan_that_cannot_be(changes: dict[str, Any], field: str) -> None:
    made = a_consignment(desk(paid=False), with_goods=False)
    for name in ("origin", "destination"):
        if name in changes:
            changes = {name: a_port(changes[name])}
    before = history(made).count()
    with pytest.raises(Refused) as refused:
        consignments.change_plan(consignment=made, actor=DESK, **changes)
    assert refused.value.field == field
    assert history(made).count() == before


@db
def test_a_plan_is_changed_with_before_and_after() -> None:
    made = a_consignment(desk(paid=False), with_goods=False)
    facts = {"transport_number": "126 1234 5675", "booking": "CONTOH-1"}
    consignments.change_plan(consignment=made, actor=DESK, **facts)
    made.refresh_from_db()
    assert (made.transport_number, made.state) == ("126-12345675", "booked")
    assert "transport_number: – → 126-12345675" in "".join(row.why for row in history(made))
    moves = history(made).count()
    consignments.change_plan(consignment=made, actor=DESK, transport_number="12612345675")
    assert history(made).count() == moves
    sea = {"mode": "sea", "origin": a_port("IDJKT"), "destination": a_port("AEJEA"), "incoterm": "CIF"}
    facts = {"transport_number": "MEDUJK123456", "container": "medu 1234562", "place": "Jebel Ali (AEJEA)"}
    consignments.change_plan(consignment=made, actor=DESK, **sea, **facts)
    made.refresh_from_db()
    assert made.container == "MEDU1234562"


@db
def test_the_temperature_fits_the_goods_that_are_in_it() -> None:
    of = fresh(desk())
    made = make(of, wanted(line_of(of, "rambutan"), 300))
    with pytest.raises(Refused, match="needs 12 to 12 °C"):
        consignments.change_plan(consignment=made, actor=DESK, setpoint=15)
    with pytest.raises(Refused, match="must be cooled"):
        consignments.change_plan(consignment=made, actor=DESK, setpoint=None)


@db
def test_goods_without_a_lot_are_harvested_for_the_departure() -> None:
    of = fresh(desk())
    row = make(of, wanted(line_of(of, "jengkol"), 50))
    (one,) = freshness.of(row)
    assert one.is_assumed
    assert one.harvested >= timezone.localdate(row.departs_at) - timedelta(days=3)


@db
def test_cancelled_it_frees_its_goods_and_stays() -> None:
    of = fresh(desk())
    row = make(of, wanted(line_of(of, "manggis"), 600))
    consignments.cancel(consignment=row, actor=DESK, why="tak jadi")
    row.refresh_from_db()
    assert row.state == "cancelled"
    again = make(of, wanted(line_of(of, "manggis"), 600))
    with pytest.raises(Refused, match="cannot be changed any more"):
        consignments.change_plan(consignment=row, actor=DESK, booking="x")
    assert again.number != row.number


@db
def test_costs_stand_beside_their_estimate() -> None:
    made = a_consignment(desk(paid=False), with_goods=False)
    costs.keep(consignment=made, actor=DESK, told={"freight": (900, None, ""), "papers": (None, None, "")})
    costs.keep(consignment=made, actor=DESK, told={"freight": (900, 1000, "naik")})
    cost = made.costs.get()
    assert (cost.kind, cost.estimate, cost.actual, cost.note) == ("freight", 900, 1000, "naik")
    assert history(made).last().why == "costs: freight 900/None → 900/1000"
    costs.keep(consignment=made, actor=DESK, told={"freight": (None, None, "")})
    assert not made.costs.exists()


@racing
def test_two_make_a_consignment_of_the_same_goods() -> None:
    of = fresh(desk())
    told = plan()
    results = race(*[lambda: make(of, wanted(line_of(of, "manggis"), 600), told=told)] * 3)
    assert sum(isinstance(one, Refused) for one in results) == 2
    assert Consignment.objects.count() == 1
    assert audit() == []


@db
def test_audit_names_what_does_not_agree() -> None:
    of = desk()
    made = a_consignment(of)
    assert audit() == []
    made.lines.filter(quantity=50).update(quantity=51)
    made.lines.filter(quantity=300).update(first_mark=70)
    assert any("51 in consignments, 50 may travel" in fault for fault in audit())
    assert any("package 66 is missing or there twice" in fault for fault in audit())
    assert not GoodsReceipt.objects.exists()


@db
def test_an_earlier_departure_is_judged_too() -> None:
    """Jengkol without a lot keeps seven days from two days before the departure; the arrival stays where it was."""
    leaves = timezone.now() + timedelta(days=12)
    days = {"departs_at": leaves, "arrives_at": leaves + timedelta(hours=30)}
    of = fresh(desk())
    row = make(of, wanted(line_of(of, "jengkol"), 50), told=plan(**days))
    with pytest.raises(Refused, match="keeps until"):
        consignments.change_plan(consignment=row, actor=DESK, departs_at=leaves - timedelta(days=3))
    row.refresh_from_db()
    assert row.departs_at == leaves
