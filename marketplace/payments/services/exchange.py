"""Foreign money sold to the bank: the sellers get rupiah at the locked rate, the difference is the operator's."""

from django.db import IntegrityError, transaction

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money, split
from marketplace.ledger.posting import Leg, account, post
from marketplace.payments import exchange_queries, held
from marketplace.payments.exceptions import KnownReference, PaymentError
from marketplace.payments.models import Exchange, RateLock
from marketplace.payments.rates import convert


@transaction.atomic
def exchange(*, lock: RateLock, received: Money, bank_reference: str, actor: Actor) -> Exchange:
    """Write down that the bank bought what this order's sellers are owed in `lock.base`, and gave `received` for it.

    All that may be sold now is sold (exchange_queries.sellable). The sellers get it at the locked rate, shared by
    largest remainder; once the lock is over they get what the bank gave.
    Side effects: Exchange, journal payable → fx → bank in the one currency and bank → fx → payable in the other,
    history row. Raises PaymentError for nothing to sell or another currency, KnownReference, NotEnough.
    """
    lock = (
        RateLock.objects.select_for_update(of=("self",), no_key=True).select_related("order").get(pk=lock.pk)
    )
    parts = exchange_queries.sellable(lock)
    if not parts:
        raise PaymentError("Nothing of this order can be sold now.")
    if received.currency != lock.quote or received.minor <= 0 or not bank_reference.strip():
        raise PaymentError("What the bank gave and its reference are needed.")
    sold = sum(parts.values(), Money(0, lock.base))
    promised = received if exchange_queries.is_over(lock) else convert(sold, lock.rate, lock.quote)
    shares = split(promised, [amount.minor for amount in parts.values()])
    try:
        with transaction.atomic():
            row = Exchange.objects.create(
                lock=lock,
                bank_reference=bank_reference.strip(),
                sold=sold.minor,
                received=received.minor,
                promised=promised.minor,
                parts={
                    str(partner): {"sold": amount.minor, "promised": part.minor}
                    for (partner, amount), part in zip(parts.items(), shares, strict=True)
                },
            )
    except IntegrityError as error:
        raise KnownReference("This bank reference was used before.") from error
    post(f"exchange/{row.pk}", "exchange", _legs(row, lock), memo={"order": lock.order.number})
    machine.record(row, "", "recorded", actor=actor, why=row.bank_reference)
    return row


def _legs(row: Exchange, lock: RateLock) -> list[Leg]:
    fx = {currency: account(Kind.FX, currency) for currency in (lock.base, lock.quote)}
    bank = {currency: account(Kind.BANK, currency) for currency in (lock.base, lock.quote)}
    legs: list[Leg] = [
        (fx[lock.base], bank[lock.base], Money(row.sold, lock.base)),
        (bank[lock.quote], fx[lock.quote], Money(row.received, lock.quote)),
    ]
    for partner, part in row.parts.items():
        where = held.payable_ref(int(partner))
        foreign = account(Kind.PAYABLE, lock.base, where)
        home = account(Kind.PAYABLE, lock.quote, where)
        legs.append((foreign, fx[lock.base], Money(part["sold"], lock.base)))
        legs.append((fx[lock.quote], home, Money(part["promised"], lock.quote)))
    return legs
