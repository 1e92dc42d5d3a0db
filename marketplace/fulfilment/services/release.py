"""A milestone is reached: held money becomes the pesantren's, less the operator's fee."""

from collections.abc import Mapping

from django.utils import timezone

from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.fulfilment.services import tempo
from marketplace.ledger.money import Money
from marketplace.payments import commission, held
from marketplace.payments.frozen import is_frozen
from marketplace.payments.models import Due


def release(*, part: Fulfilment, taken: Mapping[FulfilmentLine, int], due: Due | None) -> Money:
    """Release these units and the delivery fee; gives the price of the units. For nothing taken, nothing happens.
    A free sample has a price of nothing: then only its courier is released, if that was paid.

    The caller has locked `due` (on tempo) and the part. Side effects: journal, `released_at`. Raises NotEnough.
    """
    nothing = Money(0, part.currency)
    goods = sum((line.worth(units) for line, units in taken.items()), nothing)
    if not any(taken.values()):
        return nothing
    if goods or part.fee:
        _post(part, taken, goods, due)
    part.released_at = timezone.now()
    Fulfilment.objects.filter(pk=part.pk).update(released_at=part.released_at)
    return goods


def _post(part: Fulfilment, taken: Mapping[FulfilmentLine, int], goods: Money, due: Due | None) -> None:
    fee = commission.of_lines({line.line: line.worth(units) for line, units in taken.items()}, part.currency)
    held.release(
        key=f"release/{part.number}",
        order_number=part.order.number,
        partner_id=part.partner_id,
        goods=goods,
        delivery=part.fee,
        is_paid=is_payable(part, due),
        commission=fee.commission,
        tax=fee.tax,
    )


def is_payable(part: Fulfilment, due: Due | None) -> bool:
    """Whether released money is the pesantren's now: the company has paid, and nobody disputes the payment."""
    return tempo.is_paid(due) and not is_frozen(part.order)


def released_units(line: FulfilmentLine) -> int:
    """How much of a line was released: all of it at hand-over, else what was accepted."""
    if line.fulfilment.release_on == states.ON_HAND_OVER and line.fulfilment.released_at:
        return line.quantity
    return line.accepted or 0
