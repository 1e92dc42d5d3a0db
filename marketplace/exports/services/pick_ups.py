"""Packing houses, and the trucks that bring goods there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.common.refused import Refused
from marketplace.exports import states
from marketplace.exports.goods import units
from marketplace.exports.goods.allowance import MAY_TRAVEL
from marketplace.exports.models import PackingHouse, PickUp, PickUpStop
from marketplace.exports.numbers import pick_up_number
from marketplace.fulfilment.models import Fulfilment
from marketplace.pesantren.models import Partner
from marketplace.reference.models import Regency

STATES = {True: "active", False: "closed"}  # of a packing house, as its history names them


@dataclass(frozen=True)
class Stop:
    part: Fulfilment
    at: time | None = None
    note: str = ""


@transaction.atomic
def keep_house(
    *,
    exporter: Partner,
    name: str,
    address: str,
    regency: Regency,
    actor: Actor,
    registration: str = "",
    is_active: bool = True,
    house: PackingHouse | None = None,
) -> PackingHouse:
    """A new packing house, or what is known of one. Raises Refused.

    Side effects: the row, history row with before and after. Nothing where nothing differs.
    """
    if not exporter.is_exporter:
        raise Refused(_("%(name)s is no exporter."), field="exporter", name=exporter.name)
    same = PackingHouse.objects.filter(exporter=exporter, name=name)
    if same.exclude(pk=house.pk if house else 0).exists():
        raise Refused(_("There is a packing house with this name."), field="name")
    row = house or PackingHouse()
    facts = {"exporter": exporter, "name": name, "address": address, "regency": regency}
    facts |= {"registration": registration}
    was, now = STATES[row.is_active] if house else "", STATES[is_active]
    before = {key: getattr(row, key) for key in facts} if house else {}
    differs = [key for key, value in before.items() if value != facts[key]]
    words = "; ".join(f"{key}: {before[key] or '–'} → {facts[key] or '–'}" for key in differs)
    if house and not differs and was == now:
        return row
    for key, value in facts.items():
        setattr(row, key, value)
    row.is_active = is_active
    row.save()
    machine.record(row, was, now, actor=actor, why=words)
    return row


def weight_kg(part: Fulfilment) -> int:
    """What a part weighs on the truck, rounded up; goods whose listing gives no weight count nothing."""
    return -(-sum(units.gross_g(line) * line.quantity for line in part.lines.all()) // 1000)


@transaction.atomic
def plan(
    *,
    house: PackingHouse,
    day: date,
    vehicle: str,
    stops: Sequence[Stop],
    actor: Actor,
    driver: str = "",
    phone: str = "",
    capacity_kg: int | None = None,
) -> PickUp:
    """One truck on one day, stopping in this order. Locks the parts, so that no part is fetched by two trucks.

    Raises Refused: nothing to fetch, a part that is not ready for it or on another truck, more than the truck carries.
    Side effects: PickUp with stops, history row.
    """
    if not stops:
        raise Refused(_("Choose at least one part that the truck fetches."), field="parts")
    if not house.is_active:
        raise Refused(_("This packing house is closed."), field="house")
    locked = _lock([stop.part for stop in stops])
    if len(locked) < len(stops):
        raise Refused(_("A part stands in the plan twice."), field="parts")
    for part in locked:
        _check_waits(part)
    load = sum(weight_kg(part) for part in locked)
    if capacity_kg is not None and load > capacity_kg:
        raise Refused(
            _(
                "These goods weigh %(load)s kg, and the truck carries %(most)s kg. Leave a stop to another truck."
            ),
            field="capacity_kg",
            load=load,
            most=capacity_kg,
        )
    facts: dict[str, Any] = {"driver": driver, "phone": phone, "capacity_kg": capacity_kg}
    made = PickUp.objects.create(number=pick_up_number(), house=house, day=day, vehicle=vehicle, **facts)
    PickUpStop.objects.bulk_create(
        PickUpStop(pick_up=made, position=place, part=stop.part, at=stop.at, note=stop.note[:200])
        for place, stop in enumerate(stops, start=1)
    )
    machine.record(made, "", states.PLANNED, actor=actor, why=f"{len(stops)} stops, {load} kg")
    return made


def _lock(parts_: Sequence[Fulfilment]) -> list[Fulfilment]:
    keys = {part.pk for part in parts_}
    rows = Fulfilment.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys)
    return list(rows.select_related("partner").order_by("pk"))


def _check_waits(part: Fulfilment) -> None:
    name = part.partner.name
    if part.state not in MAY_TRAVEL or not part.ships:
        raise Refused(
            _("%(number)s of %(name)s cannot be fetched: %(state)s."),
            field="parts",
            number=part.number,
            name=name,
            state=part.get_state_display(),
        )
    other = PickUpStop.objects.filter(part=part).exclude(pick_up__state=states.CANCELLED).first()
    if other:
        raise Refused(
            _("%(number)s of %(name)s is on the truck %(truck)s already."),
            field="parts",
            number=part.number,
            name=name,
            truck=other.pick_up.number,
        )


def depart(*, pick_up: PickUp, actor: Actor) -> None:
    """The truck is on the road. Raises IllegalMove. Side effects: history row."""
    states.PICK_UP.move(pick_up, states.UNDER_WAY_TRUCK, actor=actor)


@transaction.atomic
def collect(*, stop: PickUpStop, actor: Actor) -> None:
    """The goods of this stop are on the truck. Twice changes nothing. Raises IllegalMove once the truck is there.

    Side effects: the stop, history row of the truck.
    """
    truck = PickUp.objects.select_for_update(no_key=True).get(pk=stop.pick_up_id)
    if truck.state not in (states.PLANNED, states.UNDER_WAY_TRUCK):
        raise machine.IllegalMove(truck, truck.state, "collected")
    if PickUpStop.objects.filter(pk=stop.pk, collected_at=None).update(collected_at=timezone.now()):
        machine.record(truck, truck.state, truck.state, actor=actor, why=f"fetched: {stop.part.number}")


@transaction.atomic
def arrive(*, pick_up: PickUp, actor: Actor) -> None:
    """The truck is at the packing house, with all it was to fetch. Raises IllegalMove.

    Side effects: history row; stops nobody ticked count as fetched now.
    """
    states.PICK_UP.move(pick_up, states.DONE, actor=actor)
    pick_up.stops.filter(collected_at=None).update(collected_at=timezone.now())


def cancel(*, pick_up: PickUp, actor: Actor, why: str) -> None:
    """It does not go; its parts may go on another truck. Raises IllegalMove. Side effects: history row."""
    states.PICK_UP.move(pick_up, states.CANCELLED, actor=actor, why=why)
