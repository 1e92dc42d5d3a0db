"""What a courier asks now and would ask after a change, for the same loads on the same ways."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from catalogue.models import DeliveryKind, Product, ProductClass
from marketplace.fulfilment.delivery import Load, Quote, arrival, quote
from marketplace.fulfilment.models import Courier, CourierChange, Tariff
from marketplace.reference.models import Regency


@dataclass(frozen=True)
class Case:
    """A load on a way. `name` says what it is, for instance "1 carton of 5 kg"."""

    name: str
    origin: Regency
    destination: Regency
    loads: Sequence[Load]


@dataclass(frozen=True)
class Asked:
    """What the courier asks for a case; handed over on the day of the preview, it arrives on these days."""

    quote: Quote
    arrives_from: date
    arrives_to: date


@dataclass(frozen=True)
class Compared:
    """One case, now and after the change; nothing where the courier does not carry it."""

    case: Case
    before: Asked | None
    after: Asked | None

    @property
    def differs(self) -> bool:
        return self._facts(self.before) != self._facts(self.after)

    @staticmethod
    def _facts(asked: Asked | None) -> Any:
        if asked is None:
            return None
        return asked.quote.fee, asked.quote.weight.charged, asked.arrives_from, asked.arrives_to


def compare(
    before: Sequence[Tariff], after: Sequence[Tariff], cases: Iterable[Case], day: date
) -> list[Compared]:
    """All cases by the tariffs of one courier that hold on `day` as things stand, and by those after the change."""
    return [Compared(case, _asked(before, case, day), _asked(after, case, day)) for case in cases]


def _asked(tariffs: Sequence[Tariff], case: Case, day: date) -> Asked | None:
    found = quote(tariffs, case.origin, case.destination, case.loads)
    if found is None:
        return None
    sundays, tariff = found.tariff.courier.works_sundays, found.tariff
    first, last = (arrival(day, days, sundays=sundays) for days in (tariff.days_least, tariff.days_most))
    return Asked(found, first, last)


@dataclass(frozen=True)
class Rehearsal:
    """A courier's tariffs of one day as things stand and after a change, and what would be kept of it."""

    before: list[Tariff]
    after: list[Tariff]
    change: CourierChange | None


def rehearse(change: Callable[[], Courier], courier: Courier | None, day: date) -> Rehearsal:
    """Do the change, read what holds then, and undo all of it: the preview cannot differ from the real thing.

    Raises what the change raises.
    """
    before = _in_force(courier, day) if courier else []
    known = CourierChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with transaction.atomic():
        changed = change()
        after = _in_force(changed, day)
        kept = changed.changes.filter(pk__gt=known).first()
        transaction.set_rollback(True)
    return Rehearsal(before, after, kept)


def _in_force(courier: Courier, day: date) -> list[Tariff]:
    return list(Tariff.objects.in_force(day).filter(courier=courier))


def load_of(
    grams: int, carton_cm: str, carton_quantity: int | None, quantity: int, *, perishable: bool = False
) -> Load:
    """A load that is no listing: units of so many grams, packed in such cartons; any kind of delivery suits it."""
    kind = ProductClass(perishable=perishable, delivery_kinds=DeliveryKind.values)
    product = Product(
        product_class=kind, gross_weight_g=grams, carton_cm=carton_cm, carton_quantity=carton_quantity
    )
    return Load(product, quantity, 0)
