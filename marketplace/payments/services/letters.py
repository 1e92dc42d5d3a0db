"""Letters of credit: recorded with their dates, moved as papers travel. The money itself is a transfer, matched."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.payments import states
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.models import Due, LetterOfCredit


@transaction.atomic
def record_letter(
    *,
    due: Due,
    number: str,
    issuing_bank: str,
    advising_bank: str,
    issued_on: date,
    latest_shipment: date,
    expires_on: date,
    presentation_days: int,
    papers: list[str],
    actor: Actor,
) -> LetterOfCredit:
    """A bank has promised to pay what is missing of this balance against papers: goods may leave before the money.

    For open balances only: what comes before the pesantren are asked is paid by transfer.
    Side effects: LetterOfCredit, history row. Raises PaymentError for another due, dates out of order, or a due that
    has a letter already.
    """
    due = Due.objects.select_for_update(of=("self",), no_key=True).get(pk=due.pk)
    if due.state != states.OPEN or not due.is_balance:
        raise PaymentError("Only an open balance can be paid by a letter of credit.")
    if not issued_on <= latest_shipment <= expires_on:
        raise PaymentError("The dates of the letter are not in their order.")
    if actor.id is None:
        raise PaymentError("Only a person can record a letter of credit.")
    facts: dict[str, Any] = {"number": number, "issuing_bank": issuing_bank, "advising_bank": advising_bank}
    facts |= {"issued_on": issued_on, "latest_shipment": latest_shipment, "expires_on": expires_on}
    facts |= {"presentation_days": presentation_days, "papers": papers, "recorded_by_id": actor.id}
    try:
        with transaction.atomic():
            letter = LetterOfCredit.objects.create(
                due=due, amount=due.missing.minor, currency=due.currency, **facts
            )
    except IntegrityError as error:
        raise PaymentError("This balance has a letter of credit already.") from error
    machine.record(letter, "", states.ADVISED, actor=actor, why=number)
    return letter


def move_letter(*, letter: LetterOfCredit, to: str, actor: Actor, why: str = "") -> None:
    """Papers presented or sent back, paid by the bank, lapsed. Side effects: history row. Raises IllegalMove."""
    states.CREDIT.move(letter, to, actor=actor, why=why)
