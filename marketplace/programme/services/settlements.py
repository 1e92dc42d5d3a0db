"""Settled elsewhere: one side says so with evidence, the other confirms or refuses; only then it is *reported*."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.common.proofs import TYPES
from marketplace.programme import numbers, states
from marketplace.programme.commitments import mails
from marketplace.programme.models import Commitment, Settlement
from marketplace.programme.states import SIDES

OFFICE = "office"


class SettlementError(Exception):
    """`code`: "state" (not confirmed by both sides, or closed), "answered" (this side has answered otherwise, or it
    was refused or taken back)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@transaction.atomic
def report(
    *, commitment: Commitment, by: str, rupiah: int, settled_on: date, file: Any, actor: Actor
) -> Settlement:
    """`by`: "seller", "buyer" or "office". `file` was checked by a ProofField. Whoever says it confirms it with that.
    The same amount of the same day again (the button pressed twice) gives the first one; where the other side has said
    just that, it is this side's answer to it, so that one payment never counts twice.

    Side effects: Settlement with its file, history row, a mail to each side that has not said so. Raises
    SettlementError "state".
    """
    locked = Commitment.objects.select_for_update(of=("self",), no_key=True)
    commitment = locked.select_related("event", "exhibitor__partner", "guest").get(pk=commitment.pk)
    if commitment.state != states.CONFIRMED:
        raise SettlementError("state")
    same = commitment.settlements.filter(rupiah=rupiah, settled_on=settled_on, refused_why="")
    if known := same.filter(said_by=by).first() or same.first():
        return _agrees(known, by, actor)
    made = Settlement(
        commitment=commitment,
        token=numbers.token(),
        rupiah=rupiah,
        settled_on=settled_on,
        file_name=str(file.name)[-200:],
        file_kind=TYPES[file.kind],
        said_by=by,
    )
    if by in SIDES:
        setattr(made, f"{by}_said_at", timezone.now())
    made.file.save(f"{made.token}.{file.kind}", file, save=False)
    made.save()
    machine.record(
        commitment, commitment.state, commitment.state, actor=actor, why=f"settled, says {by}: {rupiah}"
    )
    mails.ask_about_settlement(made)
    return made


def _agrees(known: Settlement, by: str, actor: Actor) -> Settlement:
    """The same was said before: this side says so too, or (the office, or said already) nothing happens."""
    if by not in SIDES or getattr(known, f"{by}_said_at"):
        return known
    return answer(settlement=known, side=by, is_so=True, actor=actor)


@transaction.atomic
def answer(*, settlement: Settlement, side: str, is_so: bool, actor: Actor, why: str = "") -> Settlement:
    """The other side says whether it is so; a refusal needs a reason. The same answer again: nothing.

    Side effects: Settlement, history row on the commitment. Raises SettlementError "answered".
    """
    locked = Settlement.objects.select_for_update(of=("self",), no_key=True).get(pk=settlement.pk)
    name = f"{side}_said_at"
    if locked.refused_why or getattr(locked, name):
        if is_so and getattr(locked, name) and not locked.refused_why:
            return locked
        raise SettlementError("answered")
    if is_so:
        setattr(locked, name, timezone.now())
    else:
        locked.refused_why = f"{side}: {why}"[:300]
    locked.save(update_fields=[name, "refused_why"])
    commitment = settlement.commitment
    said = "yes" if is_so else f"no: {why}"
    note = f"settlement of {locked.rupiah}, {side}: {said}"
    machine.record(commitment, commitment.state, commitment.state, actor=actor, why=note)
    return locked


@transaction.atomic
def take_back(*, settlement: Settlement, why: str, actor: Actor) -> Settlement:
    """The office found that it is not so, also where both sides said it: it stays in sight and counts no more.

    Side effects: Settlement, history row on the commitment, a mail to each side that had said it. Raises
    SettlementError "answered".
    """
    locked = Settlement.objects.select_for_update(of=("self",), no_key=True).get(pk=settlement.pk)
    if locked.refused_why:
        raise SettlementError("answered")
    locked.refused_why = f"{Settlement.OFFICE}{why}"[:300]
    locked.save(update_fields=["refused_why"])
    commitment = settlement.commitment
    note = f"settlement of {locked.rupiah}, taken back: {why}"
    machine.record(commitment, commitment.state, commitment.state, actor=actor, why=note)
    mails.settlement_taken_back(locked)
    return locked
