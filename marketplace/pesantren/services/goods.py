"""What a pesantren changes of its goods and days itself, at once; every change leaves a history row.

Quantities are in the product's unit, prices in whole rupiah a unit.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction

from marketplace.common.actor import Actor
from marketplace.common.states import record as write_history
from marketplace.pesantren import capacity
from marketplace.pesantren.exceptions import ChangedMeanwhile, Reserved, WrongSteps
from marketplace.pesantren.models import Closure, Partner, PriceTier, StockRecord
from marketplace.pesantren.services.capacity import follow_days_off

MOST_DAYS_OFF = 92  # three months: a longer one is a mistake or a reason to take goods off sale


def count_stock(*, record: StockRecord, counted: int, seen: int | None, actor: Actor) -> None:
    """So many lie in the store now, those for open orders included. `seen`: what the page showed before.

    Raises ChangedMeanwhile if goods left or came since the page was opened (the count may not know of them),
    Reserved if fewer were counted than open orders need. Side effects: the stock, one history row.
    """
    with transaction.atomic():
        locked = _locked(record, seen)
        reserved = locked.num_allocated or 0
        if counted < reserved:
            raise Reserved(reserved)
        _put_stock(locked, record, counted, actor, "counted")


def sell_elsewhere(*, record: StockRecord, quantity: int, seen: int | None, actor: Actor) -> None:
    """So many were sold outside this site and leave the stock.

    Raises ChangedMeanwhile (a second tap of the same page too), Reserved if orders here need them; it says how
    many are free. Side effects: the stock, one history row.
    """
    with transaction.atomic():
        locked = _locked(record, seen)
        present, reserved = locked.num_in_stock or 0, locked.num_allocated or 0
        if quantity > present - reserved:
            raise Reserved(max(present - reserved, 0))
        _put_stock(locked, record, present - quantity, actor, "sold elsewhere")


def put_back(*, record: StockRecord, quantity: int, actor: Actor, why: str) -> None:
    """So many came back and can be sold again. Nothing happens for goods that nobody counts.

    Side effects: the stock, one history row.
    """
    if not quantity or not record.can_track_allocations:
        return
    with transaction.atomic():
        locked = StockRecord.objects.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
        if locked.num_in_stock is not None:
            _put_stock(locked, record, locked.num_in_stock + quantity, actor, why)


def _locked(record: StockRecord, seen: int | None) -> StockRecord:
    locked = StockRecord.objects.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
    if locked.num_in_stock != seen:
        raise ChangedMeanwhile(locked.num_in_stock)
    return locked


def _put_stock(locked: StockRecord, record: StockRecord, stock: int, actor: Actor, why: str) -> None:
    before = locked.num_in_stock
    StockRecord.objects.filter(pk=locked.pk).update(num_in_stock=stock, example_fields=_own(locked, "stock"))
    record.num_in_stock = stock
    write_history(record, _text(before), _text(stock), actor=actor, why=f"stock: {why}")


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _own(record: StockRecord, *names: str) -> list[str]:
    """What is still an example once the pesantren said these itself."""
    return [name for name in record.example_fields if name not in names]


def set_price(*, record: StockRecord, price: int, steps: Sequence[tuple[int, int]], actor: Actor) -> None:
    """The price of a unit, and from which quantity on the whole order is cheaper: (quantity, price), in order.

    Orders already placed keep theirs; baskets show the new one. Raises WrongSteps if a step does not begin above
    the one before, is no multiple, or does not cost less. Side effects: price, steps, one history row.
    """
    with transaction.atomic():
        locked = StockRecord.objects.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
        check_steps(minimum=locked.minimum, multiple=locked.multiple, price=price, steps=steps)
        before = _ladder(int(locked.price), [(tier.quantity, tier.price) for tier in locked.tiers.all()])
        StockRecord.objects.filter(pk=locked.pk).update(
            price=Decimal(price), example_fields=_own(locked, "price")
        )
        locked.tiers.all().delete()
        PriceTier.objects.bulk_create(
            PriceTier(stockrecord=locked, quantity=quantity, price=amount) for quantity, amount in steps
        )
        record.price = Decimal(price)
        after = _ladder(price, steps)
        write_history(
            record, f"Rp {int(locked.price)}", f"Rp {price}", actor=actor, why=f"price: {before} → {after}"
        )


def _ladder(price: int, steps: Sequence[tuple[int, int]]) -> str:
    return " ".join([str(price), *(f"{quantity}:{amount}" for quantity, amount in steps)])


def check_steps(*, minimum: int, multiple: int, price: int, steps: Sequence[tuple[int, int]]) -> None:
    """Raises WrongSteps with the place (from 0) of the first step that cannot be, and why."""
    above, below = minimum, price
    for place, (quantity, amount) in enumerate(steps):
        if quantity <= above:
            raise WrongSteps(place, WrongSteps.NOT_ABOVE, above)
        if quantity % multiple:
            raise WrongSteps(place, WrongSteps.NO_MULTIPLE, multiple)
        if amount >= below:
            raise WrongSteps(place, WrongSteps.NOT_CHEAPER, below)
        above, below = quantity, amount


def set_terms(
    *, record: StockRecord, minimum: int, multiple: int, lead_days: int | None, actor: Actor
) -> None:
    """The smallest order, in steps of how many, ready after how many working days (nothing: not said).

    Raises WrongSteps if a price step no longer fits. Side effects: the terms, one history row.
    """
    with transaction.atomic():
        locked = StockRecord.objects.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
        tiers = [(tier.quantity, tier.price) for tier in locked.tiers.all()]
        check_steps(minimum=minimum, multiple=multiple, price=int(locked.price), steps=tiers)
        values = {"minimum": minimum, "multiple": multiple, "lead_days": lead_days}
        own = _own(locked, "minimum", "lead_time")
        StockRecord.objects.filter(pk=locked.pk).update(**values, example_fields=own)
        before = f"{locked.minimum}/{locked.multiple}/{_text(locked.lead_days)}"
        for name, value in values.items():
            setattr(record, name, value)
        capacity.refresh(record)
        after = f"{minimum}/{multiple}/{_text(lead_days)}"
        write_history(record, before, after, actor=actor, why="terms: minimum/multiple/days")


def set_export_terms(*, record: StockRecord, minimum: int | None, multiple: int, actor: Actor) -> None:
    """The smallest order for export (none: not said), in steps of how many.

    Side effects: the terms and one history row, if they change.
    """
    with transaction.atomic():
        locked = StockRecord.objects.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
        before = f"{_text(locked.export_minimum)}/{locked.export_multiple}"
        after = f"{_text(minimum)}/{multiple}"
        if before == after:
            return
        values = {"export_minimum": minimum, "export_multiple": multiple}
        StockRecord.objects.filter(pk=locked.pk).update(**values)
        for name, value in values.items():
            setattr(record, name, value)
        write_history(record, before, after, actor=actor, why="export: minimum/multiple")


def close(*, partner: Partner, first: date, last: date, reason: str, actor: Actor) -> Closure:
    """Days off (libur), both included: orders made meanwhile are promised for later. The caller checks the days.

    Side effects: one Closure, one history row, what is free of goods made to order.
    """
    with transaction.atomic():
        made = Closure.objects.create(partner=partner, first=first, last=last, reason=reason)
        write_history(made, "", f"{first} – {last}", actor=actor, why=reason)
        follow_days_off(partner)
    return made


def open_again(*, closure: Closure, on: date, actor: Actor) -> None:
    """End days off: those from `on` on are working days again; one that has not begun goes altogether.

    Side effects: the Closure is shortened or deleted, one history row, what is free of goods made to order.
    """
    with transaction.atomic():
        locked = Closure.objects.select_for_update().filter(pk=closure.pk).first()
        if locked is None or locked.last < on:
            return
        before = f"{locked.first} – {locked.last}"
        last = date.fromordinal(on.toordinal() - 1)
        if locked.first > last:
            after = "none"
            write_history(locked, before, after, actor=actor, why="open again")
            locked.delete()
        else:
            locked.last = last
            locked.save(update_fields=["last"])
            write_history(locked, before, f"{locked.first} – {last}", actor=actor, why="open again")
        follow_days_off(locked.partner)
