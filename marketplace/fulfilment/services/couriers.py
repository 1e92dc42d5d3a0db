"""The office changes couriers and tariffs. Orders keep what was agreed: nothing here touches a placed one.

Every change is made under the courier's lock and only if nobody else changed the courier since the office
looked (`version`), and leaves one CourierChange.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.forms.models import model_to_dict

from marketplace.common.actor import Actor
from marketplace.fulfilment.models import Courier, CourierChange, Tariff, Zone

COURIER_FACTS = (
    "name",
    "kind",
    "divisor",
    "minimum_kg",
    "step_g",
    "tolerance_g",
    "max_kg",
    "carries_perishables",
    "works_sundays",
    "is_active",
)
TARIFF_FACTS = ("base", "per_kg", "minimum", "days_least", "days_most")


class Stale(Exception):
    """Somebody else changed the courier since `version` was read."""


class Overlap(Exception):
    """On some of these days another tariff of this courier holds in this zone."""

    def __init__(self, other: Tariff) -> None:
        super().__init__(f"{other} from {other.valid_from} to {other.valid_to}")
        self.other = other


@transaction.atomic
def add_courier(*, code: str, facts: Mapping[str, Any], actor: Actor) -> Courier:
    """A courier of our own contracts (no example); it carries nothing until it has a tariff.

    Side effects: Courier, CourierChange. Raises IntegrityError if the code is taken.
    """
    courier = Courier.objects.create(code=code, is_example=False, **facts)
    _record(courier, None, {}, dict(facts), actor)
    return courier


@transaction.atomic
def change_courier(*, courier: Courier, facts: Mapping[str, Any], version: int, actor: Actor) -> None:
    """Change how it weighs and what it carries, for all orders placed from now on.

    Side effects: Courier, its version, CourierChange; nothing at all if nothing differs. Raises Stale.
    """
    locked = _locked(courier, version)
    before = model_to_dict(locked, list(COURIER_FACTS))
    _write(locked, facts)
    _changed(locked, None, before, dict(facts), actor)


@transaction.atomic
def add_tariff(
    *, courier: Courier, zone: Zone, facts: Mapping[str, Any], first: date, version: int, actor: Actor
) -> Tariff:
    """A tariff in a zone from `first` on.

    Side effects: Tariff, the courier's version, CourierChange. Raises Stale, Overlap.
    """
    locked = _locked(courier, version)
    _refuse_overlap(locked, zone, first, None, without=None)
    tariff = Tariff.objects.create(courier=locked, zone=zone, valid_from=first, **facts)
    _changed(locked, tariff, {}, {"zone": zone.name, "valid_from": str(first), **facts}, actor)
    return tariff


@transaction.atomic
def change_tariff(
    *, tariff: Tariff, facts: Mapping[str, Any], first: date, version: int, actor: Actor
) -> Tariff:
    """Other prices or days from `first` on: a new row, and the old one ends the day before.

    A row that has not begun before `first` is changed itself; the same prices and days change nothing.
    Returns the row that holds from `first` on.
    Side effects: Tariff, the courier's version, CourierChange. Raises Stale, Overlap.
    """
    locked = _locked(tariff.courier, version)
    old = Tariff.objects.select_for_update().get(pk=tariff.pk)
    before = {**model_to_dict(old, list(TARIFF_FACTS)), "valid_from": str(old.valid_from)}
    if old.valid_from <= first and all(before[name] == value for name, value in facts.items()):
        return old
    _refuse_overlap(locked, old.zone, first, old.valid_to, without=old)
    if old.valid_from >= first:
        new = old
        _write(new, {**facts, "valid_from": first})
    else:
        last = old.valid_to
        _write(old, {"valid_to": first - timedelta(days=1)})
        new = Tariff.objects.create(courier=locked, zone=old.zone, valid_from=first, valid_to=last, **facts)
    _changed(locked, new, before, {**facts, "valid_from": str(first)}, actor)
    return new


@transaction.atomic
def end_tariff(*, tariff: Tariff, last: date, version: int, actor: Actor) -> None:
    """It holds until `last` and no longer.

    Side effects: Tariff, the courier's version, CourierChange. Raises Stale, Overlap (a later one has begun by
    then), ValueError if it begins after `last`.
    """
    locked = _locked(tariff.courier, version)
    row = Tariff.objects.select_for_update().get(pk=tariff.pk)
    if last < row.valid_from:
        raise ValueError("a tariff ends on or after the day it begins")
    _refuse_overlap(locked, row.zone, row.valid_from, last, without=row)
    before = {"valid_to": str(row.valid_to or "")}
    _write(row, {"valid_to": last})
    _changed(locked, row, before, {"valid_to": str(last)}, actor)


def _locked(courier: Courier, version: int) -> Courier:
    locked = Courier.objects.select_for_update().get(pk=courier.pk)
    if locked.version != version:
        raise Stale
    return locked


def _refuse_overlap(
    courier: Courier, zone: Zone, first: date, last: date | None, *, without: Tariff | None
) -> None:
    others = courier.tariffs.filter(zone=zone).exclude(pk=without.pk if without else 0)
    later = others.filter(Q(valid_to=None) | Q(valid_to__gte=first))
    other = (later.filter(valid_from__lte=last) if last else later).order_by("valid_from").first()
    if other:
        raise Overlap(other)


def _write(row: Courier | Tariff, facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=list(facts))


def _changed(
    courier: Courier, tariff: Tariff | None, before: dict[str, Any], after: dict[str, Any], actor: Actor
) -> None:
    """Count the version and keep what differs; nothing where nothing does."""
    differs = [name for name, value in after.items() if name not in before or before[name] != value]
    if not differs:
        return
    courier.version += 1
    courier.save(update_fields=["version"])
    was = {name: before[name] for name in differs if name in before}
    _record(courier, tariff, was, {name: after[name] for name in differs}, actor)


def _record(
    courier: Courier, tariff: Tariff | None, before: dict[str, Any], after: dict[str, Any], actor: Actor
) -> None:
    CourierChange.objects.create(
        courier=courier,
        tariff=tariff,
        before=before,
        after=after,
        actor_id=actor.id,
        actor_name=actor.name,
    )
