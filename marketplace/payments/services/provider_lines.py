"""The card provider's own account statement: read every night, its other fees booked, payouts to our bank known."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max

from marketplace.common.actor import Actor
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post
from marketplace.ledger.queries import balance
from marketplace.payments import provider_check, second_person, states
from marketplace.payments.accounts import suspense
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.gateway import balance as gateway
from marketplace.payments.models import Approval, BalanceLine, Receipt

LATE = timedelta(days=3)  # lines are looked for again so long: none may appear unseen behind the newest


def read() -> int:
    """Write down lines that are new, and book the fees among them. Gives how many were new.

    Side effects: BalanceLine, journals fees → provider. Safe to run twice, also at once. Raises client.Unavailable,
    client.Refused; then nothing is kept.
    """
    newest = BalanceLine.objects.aggregate(at=Max("at"))["at"]
    count = 0
    # The oldest first, once all were read: what is interrupted here begins again at the newest that was kept.
    for line in reversed(list(gateway.lines(newest and newest - LATE))):
        count += _keep(line)
    return count


@transaction.atomic
def _keep(line: gateway.Line) -> bool:
    row, is_new = BalanceLine.objects.get_or_create(
        id=line.id,
        defaults={
            "kind": line.kind,
            "amount": line.amount,
            "fee": line.fee,
            "currency": line.currency,
            "source": line.source,
            "at": line.at,
        },
    )
    fee = provider_check.own_fee(row)
    if is_new and fee:
        legs = [(account(Kind.FEES, fee.currency), account(Kind.PROVIDER, fee.currency), fee)]
        post(f"provider-fee/{row.id}", "fee", legs, memo={"kind": row.kind, "source": row.source})
    return is_new


@transaction.atomic
def receive_payout(*, receipt: Receipt, actor: Actor, approval: Approval | None = None) -> None:
    """A person says that this transfer is the card provider's: what lay there has come to our bank.

    Side effects: Receipt, history row, journal suspense → provider. Raises PaymentError if the books have less there,
    IllegalMove if it was matched meanwhile, SecondPersonNeeded or Claimed as match does.
    """
    states.RECEIPT.move(receipt, states.FROM_PROVIDER, actor=actor)
    second_person.check(receipt, approval)
    if balance(Kind.PROVIDER, receipt.currency) < receipt.total:
        raise PaymentError("The books have less at the card provider.")
    legs = [(suspense(receipt), account(Kind.PROVIDER, receipt.currency), receipt.total)]
    post(f"provider-payout/{receipt.pk}", "provider_payout", legs)


def can_be_payout(receipt: Receipt) -> bool:
    """Whether as much lies at the card provider, as the books say."""
    there: Money = balance(Kind.PROVIDER, receipt.currency)
    return receipt.state == states.UNMATCHED and not there < receipt.total
