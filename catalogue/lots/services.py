"""What happens to a lot. Who packs from it stands above, in fulfilment, and calls take, give_back and leave.

Locks: lots after stock records, several in the order of their ids (fulfilment/LOCKS.md).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from catalogue.lots import states
from catalogue.lots.models import Grower, Lot, LotCorrection
from catalogue.models import Product
from marketplace.common.actor import Actor
from marketplace.common.states import record
from marketplace.pesantren.models import Partner
from marketplace.reference.models import District


class NotEnough(Exception):
    """More is asked of a lot than is left of it."""

    def __init__(self, lot: Lot, free: int) -> None:
        super().__init__(f"lot {lot.number}: {free} left")
        self.lot, self.free = lot, free


class NotOpen(Exception):
    """Nothing is packed from a lot that is used up or recalled, and nothing of a recalled one leaves."""

    def __init__(self, lot: Lot) -> None:
        super().__init__(f"lot {lot.number}: {lot.state}")
        self.lot = lot


class Packed(Exception):
    """A lot cannot be smaller than what was packed from it."""

    def __init__(self, used: int) -> None:
        super().__init__(str(used))
        self.used = used


class NoReason(Exception):
    """Goods have left: a correction says why."""


@dataclass(frozen=True)
class Facts:
    """What a lot says. Quantity in the listing's unit; `best_before` only if the pesantren says one itself."""

    made_from: date
    made_to: date
    district: District
    quantity: int
    best_before: date | None = None
    grower: Grower | None = None
    note: str = ""


def make(*, product: Product, facts: Facts, key: UUID, actor: Actor) -> Lot:
    """A lot of this listing. The same `key` again gives the same lot.

    Raises Lot.DoesNotExist if the key is that of another listing's lot. Side effects: a row, one history row.
    """
    with transaction.atomic():
        # One at a time in each pesantren, so that numbers follow each other.
        partner = Partner.objects.select_for_update(of=("self",), no_key=True).get(pk=product.partner_id)
        found = Lot.objects.filter(key=key).first()
        if found:
            if found.product_id != product.pk:
                raise Lot.DoesNotExist
            return found
        number = _next_number(partner, facts.made_to)
        lot = Lot.objects.create(partner=partner, product=product, key=key, number=number, **_values(facts))
        record(lot, "", states.OPEN, actor=actor)
    return lot


def _values(facts: Facts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in Facts.__dataclass_fields__}


def _next_number(partner: Partner, day: date) -> str:
    """ "261123-2": the second lot of this pesantren that was ready on 23 November 2026."""
    begin = f"{day:%y%m%d}-"
    taken = Lot.objects.filter(partner=partner, number__startswith=begin).values_list("number", flat=True)
    return f"{begin}{max((int(number.removeprefix(begin)) for number in taken), default=0) + 1}"


def again(*, product: Product, on: date, key: UUID, actor: Actor) -> Lot | None:
    """The same as the last lot, ready on this day; nothing if there was none. The same `key` gives the same lot.

    Taken over: place, quantity, and the grower who still agrees. Side effects: as make.
    """
    last = (
        Lot.objects.filter(product=product).exclude(key=key).select_related("grower").order_by("-pk").first()
    )
    if last is None:
        return None
    grower = last.grower if last.grower_shown else None
    facts = Facts(on, on, last.district, last.quantity, grower=grower)
    return make(product=product, facts=facts, key=key, actor=actor)


def correct(*, lot: Lot, facts: Facts, why: str, actor: Actor) -> bool:
    """Say something else of a lot; False if nothing differs. Its number and code stay: they are printed.

    Raises Packed if it became smaller than what was packed from it, NoReason if goods of it have left and `why` is
    empty. Side effects: the row, one LotCorrection (on the passport, if goods have left), one history row.
    """
    with transaction.atomic():
        locked = _locked([lot.pk])[0]
        if facts.quantity < locked.used:
            raise Packed(locked.used)
        values = _values(facts)
        changed = [name for name, value in values.items() if getattr(locked, name) != value]
        if not changed:
            return False
        if locked.left_at and not why:
            raise NoReason
        before, after = _told(locked, changed), {}
        for name in changed:
            setattr(locked, name, values[name])
        locked.save(update_fields=changed)
        after = _told(locked, changed)
        LotCorrection.objects.create(
            lot=locked,
            before=before,
            after=after,
            why=why[:300],
            is_public=locked.left_at is not None and bool(PUBLIC.intersection(changed)),
            actor_id=actor.id,
            actor_name=actor.name,
        )
        record(locked, locked.state, locked.state, actor=actor, why=f"corrected: {' '.join(changed)}")
    lot.refresh_from_db()
    return True


PUBLIC = frozenset({"made_from", "made_to", "district", "best_before"})  # what the passport says of these


def _told(lot: Lot, names: Iterable[str]) -> dict[str, Any]:
    """These facts as plain data. A grower's name and notes are not kept in what is never deleted."""
    plain = {
        "made_from": lot.made_from.isoformat(),
        "made_to": lot.made_to.isoformat(),
        "district": lot.place,
        "quantity": lot.quantity,
        "best_before": lot.best_before.isoformat() if lot.best_before else "",
    }
    return {name: plain.get(name, "") for name in names}


def _locked(keys: Iterable[int]) -> list[Lot]:
    """These rows as they are now, ours until the transaction ends, in the order of their ids."""
    found = Lot.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys)
    return list(found.select_related("district__regency", "product", "grower").order_by("pk"))


def end(*, lot: Lot, actor: Actor) -> None:
    """Nothing is left of it, whatever the figures say. Raises IllegalMove. Side effects: state with history."""
    states.LOT.move(lot, states.ENDED, actor=actor)


def open_again(*, lot: Lot, actor: Actor, why: str = "") -> None:
    """Something is left after all, or the recall was a mistake (say why: the passport tells). Raises IllegalMove.

    Side effects: state with history.
    """
    states.LOT.move(lot, states.OPEN, actor=actor, why=why[:300], recall_why="")


def recall(*, lot: Lot, actor: Actor, why: str) -> None:
    """Its goods must not be used: its passport says so and why, nothing is packed from it, nothing of it leaves.

    Raises IllegalMove. Side effects: state with history. Buyers are told by fulfilment.services.recall_lot.
    """
    states.LOT.move(lot, states.RECALLED, actor=actor, why=why[:300], recall_why=why[:300])


def take(*, amounts: Mapping[int, int]) -> list[Lot]:
    """So many units are packed from each of these lots (by id), all or none.

    Raises NotOpen, NotEnough, and Lot.DoesNotExist for an unknown id. Expects a transaction. Side effects: `used`.
    """
    lots = _locked(amounts)
    if len(lots) != len(amounts):
        raise Lot.DoesNotExist
    for lot in lots:
        if lot.state != states.OPEN:
            raise NotOpen(lot)
        if amounts[lot.pk] > lot.free:
            raise NotEnough(lot, lot.free)
    for lot in lots:
        Lot.objects.filter(pk=lot.pk).update(used=F("used") + amounts[lot.pk])
    return lots


def give_back(*, amounts: Mapping[int, int]) -> None:
    """These units were not packed after all. Expects a transaction. Side effects: `used`, also of a recalled lot."""
    for lot in _locked(amounts):
        Lot.objects.filter(pk=lot.pk).update(used=F("used") - amounts[lot.pk])


def leave(*, lots: Iterable[int]) -> None:
    """Goods of these lots are handed over now. Raises NotOpen if one was recalled meanwhile.

    Expects a transaction. Side effects: `left_at`, the first time.
    """
    locked = _locked(lots)
    for lot in locked:
        if lot.state == states.RECALLED:
            raise NotOpen(lot)
    Lot.objects.filter(pk__in=[lot.pk for lot in locked], left_at=None).update(left_at=timezone.now())


def add_grower(
    *,
    partner: Partner,
    name: str,
    guardian: str,
    needs_guardian: bool,
    agreed_on: date,
    how: str,
    person: Any,
) -> Grower:
    """Somebody agreed to be named on passports (checked by the form). Side effects: a row, one history row without
    names, which could never be deleted."""
    with transaction.atomic():
        made = Grower.objects.create(
            partner=partner,
            name=name,
            guardian=guardian,
            needs_guardian=needs_guardian,
            agreed_on=agreed_on,
            how=how,
            recorded_by=person,
        )
        record(made, "", "agreed", actor=Actor.of(person))
    return made


def withdraw_grower(*, grower: Grower, actor: Actor) -> bool:
    """The consent is taken back: every passport stops naming them at once. False if it was before.

    Side effects: both names are deleted, one history row.
    """
    with transaction.atomic():
        now = timezone.now()
        rows = Grower.objects.filter(pk=grower.pk, withdrawn_at=None)
        if not rows.update(withdrawn_at=now, name="", guardian=""):
            return False
        record(grower, "agreed", "withdrawn", actor=actor)
    grower.refresh_from_db()
    return True
