"""Rates are loaded from files and locked for orders; neither is ever edited."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.orders.models import Order
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.models import Rate, RateLock
from marketplace.payments.rate_files import BadRates, RateRow, read


def load_rates(*, content: bytes, actor: Actor) -> tuple[int, int]:
    """Take a CSV file of rates whole; (new, known before). The same file again changes nothing.

    Side effects: Rates, a history row for each new one. Raises rate_files.BadRates with all that is wrong, also
    where the same source said another rate for the same time before; then nothing is taken.
    """
    rows = read(content)
    with transaction.atomic():
        new = [row for row in map(_take, rows) if row]
        for rate in new:
            machine.record(rate, "", "loaded", actor=actor, why=rate.source)
    return len(new), len(rows) - len(new)


def _take(row: RateRow) -> Rate | None:
    """The new Rate; nothing if it was known. A source that corrects itself gives a new time."""
    facts = vars(row)
    key = {name: facts[name] for name in ("base", "quote", "source", "quoted_at")}
    found, created = Rate.objects.get_or_create(**key, defaults={"rate": facts["rate"]})
    if not created and found.rate != facts["rate"]:
        text = _("%(rate)s was loaded from this source for the same time; a rate is not changed.")
        raise BadRates([text % {"rate": found}])
    return found if created else None


@transaction.atomic
def lock_rate(*, order: Order, rate: Rate, valid_until: datetime, actor: Actor) -> RateLock:
    """Promise the order's sellers this rate until `valid_until`, whatever the bank gives by then.

    Side effects: RateLock, history row. Raises PaymentError if the rate is not of the order's currency, the time
    is over, or the order has a locked rate: a promise is not changed.
    """
    if rate.base != order.currency:
        raise PaymentError("This rate is of another currency than the order.")
    if valid_until <= timezone.now():
        raise PaymentError("The lock must end in the future.")
    try:
        with transaction.atomic():
            lock = RateLock.objects.create(
                order=order,
                base=rate.base,
                quote=rate.quote,
                rate=rate.rate,
                source=rate.source,
                quoted_at=rate.quoted_at,
                valid_until=valid_until,
            )
    except IntegrityError as error:
        raise PaymentError("A rate is locked for this order already.") from error
    machine.record(lock, "", "locked", actor=actor, why=rate.source)
    return lock
