"""The buyer's signed receipt, whole or in part; it releases the money of what was accepted."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import mails, signals, states
from marketplace.fulfilment.models import Acceptance, Fulfilment, FulfilmentLine
from marketplace.fulfilment.services import claims, exporter, overseas, returns, tempo
from marketplace.fulfilment.services.following import follow
from marketplace.fulfilment.services.moves import arrive
from marketplace.fulfilment.services.release import release
from marketplace.ledger.money import Money
from marketplace.payments.bearing import Bears
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.models import Due


class BadAcceptance(ValueError):
    """Quantities or reasons that do not fit what was delivered."""


@transaction.atomic
def sign(
    *,
    fulfilment: Fulfilment,
    actor: Actor,
    signed_name: str,
    accepted: Mapping[int, int],
    reasons: Mapping[int, str],
    note: str = "",
    by_clock: bool = False,
) -> Acceptance:
    """Sign for a part. `accepted` maps FulfilmentLine ids to accepted units; less than sent needs a reason.

    A line of which nothing was sent (services.short) needs no entry. What is not accepted is expected back.

    A part still on the way counts as delivered now: who signs has it. Accepted goods are owed to the
    pesantren, with the delivery fee; the rest is owed back to the buyer. All rejected: the delivery fee too.
    Released at hand-over already: a credit note settles the rest. A part that the packing house grades is
    released by release_on_receipt(), and nobody signs here.
    On tempo and not paid yet, the pesantren is owed once the company has paid, and the rest comes off the bill. Of
    what an exporter sold the contract's price goes back, and the exporter bears the difference.
    Side effects: Acceptance, quantities, history rows, journals, Refund, the order follows, signal, mails.
    Raises BadAcceptance, IllegalMove, overseas.NotPaid while a balance is open.
    """
    if fulfilment.release_on == states.ON_RECEIPT:
        raise IllegalMove(fulfilment, fulfilment.state, states.RECEIVED)
    told: dict[str, Any] = {
        "signed_name": signed_name,
        "accepted": accepted,
        "reasons": reasons,
        "note": note,
    }
    return _take(fulfilment, actor, by_clock=by_clock, **told)


def lock_to_sign(fulfilment: Fulfilment) -> None:
    """What sign() locks, in its order, for whoever changes the part before it in the same transaction (LOCKS.md)."""
    tempo.locked_due(fulfilment.order)
    exporter.locked(fulfilment)


@transaction.atomic
def release_on_receipt(
    *,
    fulfilment: Fulfilment,
    actor: Actor,
    signed_name: str,
    accepted: Mapping[int, int],
    reasons: Mapping[int, str],
    note: str = "",
) -> Acceptance:
    """The packing house weighed and graded a part whose money waits for that: what passed is payable.

    Arguments and side effects as sign(), with the grader's name. Raises BadAcceptance; IllegalMove for a part
    released by another milestone; overseas.NotPaid.
    """
    if fulfilment.release_on != states.ON_RECEIPT:
        raise IllegalMove(fulfilment, fulfilment.state, states.RECEIVED)
    told: dict[str, Any] = {
        "signed_name": signed_name,
        "accepted": accepted,
        "reasons": reasons,
        "note": note,
    }
    return _take(fulfilment, actor, by_clock=False, **told)


def _take(
    fulfilment: Fulfilment,
    actor: Actor,
    *,
    signed_name: str,
    accepted: Mapping[int, int],
    reasons: Mapping[int, str],
    note: str,
    by_clock: bool,
) -> Acceptance:
    due = tempo.locked_due(fulfilment.order)
    fulfilment = exporter.locked(fulfilment)
    if fulfilment.state == states.HANDED_OVER:
        arrive(fulfilment, actor, due)
    lines = list(fulfilment.lines.select_related("line__order", "fulfilment"))
    accepted = {line.pk: 0 for line in lines if not line.quantity} | dict(accepted)
    _check(lines, accepted, reasons)
    refused = {line: line.quantity - accepted[line.pk] for line in lines}
    bears = exporter.reckon(fulfilment, refused)
    for line in lines:
        line.accepted, line.reason = accepted[line.pk], reasons.get(line.pk, "")[:300]
        line.save(update_fields=["accepted", "reason"])
    end = states.RECEIVED if any(accepted.values()) else states.REJECTED
    states.FULFILMENT.move(fulfilment, end, actor=actor, why=note)
    overseas.check_all_paid(fulfilment)
    receipt = Acceptance.objects.create(
        fulfilment=fulfilment, signed_name=signed_name, signed_at=timezone.now(), by_clock=by_clock, note=note
    )
    billed = None if tempo.is_paid(due) else due
    exporter.take_off(bears)
    for line in lines:
        line.refresh_from_db(fields=["taken_off"])
    _settle(fulfilment, lines, due, bears, actor)
    returns.expect(
        fulfilment=fulfilment, units={line.pk: units for line, units in refused.items()}, actor=actor
    )
    follow(fulfilment.order)
    signals.part_changed.send(Fulfilment, part=fulfilment, actor=actor)
    mailed: dict[str, Any] = {
        "taken": sum((line.worth(accepted[line.pk]) for line in lines), Money(0, fulfilment.currency)),
        "whole": not any(refused.values()),
        "by_clock": by_clock,
        "due": billed,
    }
    mails.part(fulfilment, "part_signed_buyer", **mailed)
    mails.to_members(fulfilment, "part_signed", **mailed)
    return receipt


def _check(lines: list[FulfilmentLine], accepted: Mapping[int, int], reasons: Mapping[int, str]) -> None:
    if set(accepted) != {line.pk for line in lines}:
        raise BadAcceptance("every line needs a quantity")
    for line in lines:
        if not 0 <= accepted[line.pk] <= line.quantity:
            raise BadAcceptance(f"line {line.pk}: {accepted[line.pk]} of {line.quantity}")
        if accepted[line.pk] < line.quantity and not reasons.get(line.pk, "").strip():
            raise BadAcceptance(f"line {line.pk}: a reason is needed")


def _settle(
    fulfilment: Fulfilment, lines: list[FulfilmentLine], due: Due | None, bears: Bears | None, actor: Actor
) -> None:
    """Release what was accepted, owe back the rest (on tempo: take it off the bill)."""
    taken = {line: line.accepted or 0 for line in lines}
    whole = not any(taken.values())
    if fulfilment.released_at:  # at hand-over
        lost = {line.pk: line.quantity - units for line, units in taken.items()}
        try:
            claims.settle_rejected(
                fulfilment=fulfilment, lines=lost, whole=whole, due=due, bears=bears, actor=actor
            )
        except PaymentError as error:
            raise BadAcceptance(str(error)) from error
        return
    released = release(part=fulfilment, taken=taken, due=due)
    exporter.give_back(
        part=fulfilment,
        goods=sum((line.price for line in lines), Money(0, fulfilment.currency)) - released,
        delivery=fulfilment.fee if whole else Money(0, fulfilment.currency),
        bears=bears,
        due=due,
        reason="rejected",
        why="; ".join(line.reason for line in lines if line.reason),
        actor=actor,
    )


def close_claim(*, fulfilment: Fulfilment) -> None:
    """The claim clock ran out without a word: everything counts as accepted. Called by the timetable.

    Side effects: as sign(). Nothing happens before `claim_until`, when somebody signed meanwhile, or
    while a bank that promised to pay has not paid.
    """
    with transaction.atomic():
        tempo.locked_due(fulfilment.order)  # before the part: LOCKS.md
        locked = exporter.locked(fulfilment)
        over = locked.claim_until and locked.claim_until <= timezone.now()
        if locked.state != states.DELIVERED or not over or overseas.is_open(locked):
            return
        if locked.release_on == states.ON_RECEIPT:
            return  # the packing house says what is payable
        sign(
            fulfilment=locked,
            actor=SYSTEM,
            signed_name="—",
            accepted={line.pk: line.quantity for line in locked.lines.all()},
            reasons={},
            by_clock=True,
        )
