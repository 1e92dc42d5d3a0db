"""The card provider's statement against our rows: what one says and the other does not. For the nightly audit."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Max, Min

from marketplace.ledger.money import Money
from marketplace.payments import states
from marketplace.payments.gateway.wire import NotWhole, rounded
from marketplace.payments.models import Attempt, BalanceLine, Dispute, Refund

CHARGES = {"charge", "payment"}
REFUNDS = {"refund", "payment_refund", "refund_failure", "payment_failure_refund"}
DISPUTES = {"adjustment"}
FEES = {"stripe_fee", "stripe_fx_fee", "tax_fee"}
PAYOUTS = {"payout", "payout_cancel", "payout_failure"}  # the bank's statement says what arrived
KNOWN = CHARGES | REFUNDS | DISPUTES | FEES | PAYOUTS
SLOW = timedelta(days=1)  # a line may come that much after our row


def own_fee(line: BalanceLine) -> Money:
    """What the provider took for itself with this line; of a charge nothing, its attempt knows that."""
    wire = -line.amount if line.kind in FEES else line.fee
    if line.kind in CHARGES or wire <= 0:
        return rounded(0, line.currency)
    return rounded(wire, line.currency)


def differences() -> Iterator[str]:
    """Nothing before the first line was read. Reads every line once."""
    span = BalanceLine.objects.aggregate(first=Min("at"), last=Max("at"))
    if span["first"] is None:
        return
    for line in BalanceLine.objects.exclude(kind__in=KNOWN).iterator():
        yield f"card line {line.id}: of the kind {line.kind}, which nobody booked"
    yield from _charges()
    yield from _sums(REFUNDS, _refunds(), "refund")
    yield from _sums(DISPUTES, _disputes(), "dispute")
    until = span["last"] - SLOW
    lines = BalanceLine.objects.values("source")
    paid = Attempt.objects.filter(paid_at__gte=span["first"], paid_at__lte=until)
    for attempt in paid.exclude(intent_id__in=lines).iterator():
        yield f"card payment {attempt}: paid, but not on the provider's statement"
    back = Refund.objects.filter(paid_at__gte=span["first"], paid_at__lte=until, state=states.PAID)
    for refund in back.exclude(provider_id=None).exclude(provider_id__in=lines).iterator():
        yield f"refund {refund}: paid, but not on the provider's statement"


def _charges() -> Iterator[str]:
    fields = ("intent_id", "settled", "fee", "settled_currency")
    ours = {row[0]: row[1:] for row in Attempt.objects.exclude(paid_at=None).values_list(*fields)}
    for line in BalanceLine.objects.filter(kind__in=CHARGES).iterator():
        if line.source not in ours:
            yield f"card line {line.id}: payment {line.source} is not known here"
            continue
        settled, fee, currency = ours[line.source]
        theirs = (_units(line.amount, line), _units(line.fee, line), line.currency)
        if settled is not None and theirs != (settled, fee, currency):
            yield f"card line {line.id}: {theirs}, ours {(settled, fee, currency)}"


def _units(wire: int, line: BalanceLine) -> int:
    """Our units, towards zero; a currency that is not ours stays as it is, and differs."""
    try:
        return rounded(abs(wire), line.currency).minor * (1 if wire >= 0 else -1)
    except NotWhole:
        return wire


def _refunds() -> dict[str, tuple[int, str]]:
    sent = Refund.objects.filter(state__in=[states.SENT, states.PAID]).exclude(provider_id=None)
    return {row.provider_id or "": (-row.amount, row.currency) for row in sent}


def _disputes() -> dict[str, tuple[int, str]]:
    """Won: what went came back."""
    return {
        row.provider_id: (0 if row.state == states.WON else -row.amount, row.currency)
        for row in Dispute.objects.iterator()
    }


def _sums(kinds: set[str], ours: dict[str, tuple[int, str]], name: str) -> Iterator[str]:
    """What the lines of one source add up to. One that failed adds up to nothing, and we need not know it.

    Where the provider settles in another currency only its existence is compared.
    """
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for line in BalanceLine.objects.filter(kind__in=kinds).iterator():
        sums[line.source, line.currency] += _units(line.amount, line)
    for (source, currency), amount in sums.items():
        wanted, own_currency = ours.get(source, (0, currency))
        if source not in ours and amount:
            yield f"card line of {name} {source}: {amount} {currency}, not known here"
        elif source in ours and own_currency == currency and amount != wanted:
            yield f"{name} {source}: {amount} {currency} at the provider, {wanted} here"
