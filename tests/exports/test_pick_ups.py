"""One truck, its stops, its load; no part on two trucks."""

from datetime import time
from typing import Any

import pytest
from django.utils import translation

from marketplace.common.refused import Refused
from marketplace.common.states import IllegalMove, history
from marketplace.exports.models import PickUp
from marketplace.exports.services import pick_ups
from marketplace.exports.services.pick_ups import Stop
from marketplace.fulfilment import services as fulfilment
from marketplace.reference.working_days import today
from tests.common.race import race
from tests.factories.exports import DESK, Desk, desk
from tests.factories.receiving import a_house

db = pytest.mark.django_db
racing = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def plan(of: Desk, *places: int, capacity: int | None = None) -> PickUp:
    stops = [Stop(of.parts[place], time(8 + place)) for place in places]
    house = of.exporter.packing_houses.first() or a_house(of.exporter)
    facts: dict[str, Any] = {"vehicle": "D 1234 XY", "driver": "Contoh Sopir", "capacity_kg": capacity}
    return pick_ups.plan(house=house, day=today(), stops=stops, actor=DESK, **facts)


@db
def test_a_truck_from_plan_to_packing_house() -> None:
    truck = plan(desk(), 1, 0, capacity=950)
    assert [stop.part.number[-1] for stop in truck.stops.all()] == ["2", "1"]
    pick_ups.depart(pick_up=truck, actor=DESK)
    pick_ups.collect(stop=truck.stops.all()[0], actor=DESK)
    first = truck.stops.all()[0].collected_at
    pick_ups.arrive(pick_up=truck, actor=DESK)
    assert [move.after for move in history(truck)] == ["planned", "under_way", "under_way", "done"]
    assert truck.stops.all()[0].collected_at == first
    assert all(stop.collected_at for stop in truck.stops.all())
    with pytest.raises(IllegalMove):
        pick_ups.cancel(pick_up=truck, actor=DESK, why="x")


@db
def test_more_than_it_carries() -> None:
    of = desk()
    with pytest.raises(Refused, match="weigh 950 kg, and the truck carries 949 kg") as refused:
        plan(of, 0, 1, capacity=949)
    assert refused.value.field == "capacity_kg"
    assert not PickUp.objects.exists()


@db
def test_what_no_truck_fetches() -> None:
    of = desk()
    with pytest.raises(Refused, match="at least one part"):
        plan(of)
    with pytest.raises(Refused, match="twice"):
        plan(of, 0, 0)
    first = plan(of, 0)
    with pytest.raises(Refused, match=first.number):
        plan(of, 0)
    pick_ups.cancel(pick_up=first, actor=DESK, why="ban pecah")
    plan(of, 0)
    fulfilment.decline(fulfilment=of.parts[1], actor=DESK, why="x")
    with pytest.raises(Refused, match="Declined by the pesantren"):
        plan(of, 1)


@racing
def test_two_plan_the_same_part() -> None:
    of = desk()
    a_house(of.exporter)
    results = race(*[lambda: plan(of, 0, 1)] * 3)
    assert sum(isinstance(one, Refused) for one in results) == 2
    assert PickUp.objects.count() == 1


@db
def test_the_history_of_a_packing_house_says_what_changed() -> None:
    exporter = desk().exporter
    facts: dict[str, Any] = {"exporter": exporter, "regency": exporter.regency, "actor": DESK}
    house = pick_ups.keep_house(name="Rumah Kemas", address="Jl. Contoh 1", **facts)
    facts |= {"house": house, "name": "Rumah Kemas"}
    pick_ups.keep_house(address="Jl. Contoh 1", **facts)  # nothing differs
    pick_ups.keep_house(address="Jl. Contoh 2", registration="PH-1", **facts)
    pick_ups.keep_house(address="Jl. Contoh 2", registration="PH-1", is_active=False, **facts)
    pick_ups.keep_house(address="Jl. Contoh 2", registration="PH-1", **facts)
    assert [(step.before, step.after, step.why) for step in history(house)] == [
        ("", "active", ""),
        ("active", "active", "address: Jl. Contoh 1 → Jl. Contoh 2; registration: – → PH-1"),
        ("active", "closed", ""),
        ("closed", "active", ""),
    ]
