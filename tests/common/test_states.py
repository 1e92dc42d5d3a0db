"""The state machine engine: legal moves only, on the row as stored, each with its history row."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.models import StateChange
from marketplace.common.states import IllegalMove, Machine, history
from marketplace.fulfilment.states import FULFILMENT
from marketplace.orders.states import ORDER
from marketplace.payments import states
from marketplace.payments.models import Receipt
from tests.common.race import race

pytestmark = pytest.mark.django_db
PERSON = Actor(id=7, name="Contoh Petugas")


def make_receipt(reference: str = "B-1") -> Receipt:
    return Receipt.objects.create(
        amount=1, received_on="2026-11-23", payer="Contoh", bank_reference=reference
    )


def test_a_legal_move_writes_state_changes_and_one_history_row() -> None:
    receipt = make_receipt()
    with time_machine.travel(datetime(2026, 11, 23, 3, 4, 5, tzinfo=UTC), tick=False):
        states.RECEIPT.move(receipt, states.MATCHED, actor=PERSON, why="checked", note="with a change")
    assert (receipt.state, receipt.note) == ("matched", "with a change")
    stored = Receipt.objects.get()
    assert (stored.state, stored.note) == ("matched", "with a change")
    row = StateChange.objects.values().get()
    del row["id"]
    assert row == {
        "subject_type": "payments.receipt",
        "subject_id": receipt.pk,
        "before": "unmatched",
        "after": "matched",
        "actor_id": 7,
        "actor_name": "Contoh Petugas",
        "why": "checked",
        "at": datetime(2026, 11, 23, 3, 4, 5, tzinfo=UTC),
    }


@pytest.mark.parametrize("after", ["unmatched", "paid", ""])
def test_an_illegal_move_changes_nothing(after: str) -> None:
    receipt = make_receipt()
    with pytest.raises(IllegalMove) as refused:
        states.RECEIPT.move(receipt, after, actor=PERSON, note="no")
    assert (refused.value.before, refused.value.after) == ("unmatched", after)
    receipt.refresh_from_db()
    assert (receipt.state, receipt.note) == ("unmatched", "")
    assert not StateChange.objects.exists()


def test_a_stale_copy_cannot_move_a_row_that_has_moved() -> None:
    receipt = make_receipt()
    stale = Receipt.objects.get()
    states.RECEIPT.move(receipt, states.RETURNED, actor=PERSON)
    assert stale.state == "unmatched"
    with pytest.raises(IllegalMove):
        states.RECEIPT.move(stale, states.MATCHED, actor=PERSON)
    receipt.refresh_from_db()
    assert receipt.state == "returned"
    assert [change.after for change in history(receipt)] == ["returned"]


def test_a_move_leaves_other_columns_of_the_row_alone() -> None:
    receipt = make_receipt()
    stale = Receipt.objects.get()
    Receipt.objects.update(note="written meanwhile")
    states.RECEIPT.move(stale, states.MATCHED, actor=PERSON)
    assert Receipt.objects.get().note == "written meanwhile"
    assert receipt.pk == stale.pk


def test_a_rolled_back_move_leaves_no_history() -> None:
    receipt = make_receipt()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        states.RECEIPT.move(receipt, states.MATCHED, actor=PERSON)
        raise ZeroDivisionError
    assert Receipt.objects.get().state == "unmatched"
    assert not StateChange.objects.exists()


def test_a_long_reason_is_cut_and_a_machine_has_a_name() -> None:
    receipt = make_receipt()
    states.RECEIPT.move(receipt, states.MATCHED, actor=SYSTEM, why="x" * 900)
    change = StateChange.objects.get()
    assert (change.why, change.actor_id, change.actor_name) == ("x" * 500, None, "system")


@pytest.mark.parametrize(
    "statement",
    [
        "update common_statechange set why = 'other'",
        "delete from common_statechange",
        "truncate common_statechange",
    ],
)
def test_history_is_append_only(statement: str) -> None:
    receipt = make_receipt()
    states.RECEIPT.move(receipt, states.MATCHED, actor=SYSTEM)
    with pytest.raises(DatabaseError, match="history is append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert StateChange.objects.get().why == ""


@pytest.mark.django_db(transaction=True)
def test_of_two_people_one_wins() -> None:
    receipt = make_receipt()
    copies = [Receipt.objects.get() for _ in range(6)]
    targets = [states.MATCHED, states.RETURNED] * 3
    results = race(
        *[
            lambda copy=copy, to=to: states.RECEIPT.move(copy, to, actor=SYSTEM)
            for copy, to in zip(copies, targets, strict=True)
        ]
    )
    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, IllegalMove) for result in results) == 5
    receipt.refresh_from_db()
    assert [change.after for change in history(receipt)] == [receipt.state]


@pytest.mark.parametrize("machine", [ORDER, FULFILMENT, states.DUE, states.RECEIPT, states.REFUND])
def test_every_state_of_our_machines_leads_to_an_end(machine: Machine) -> None:
    def ends(state: str, seen: frozenset[str]) -> bool:
        if machine.is_final(state) or (machine is states.REFUND and state == states.PAID):
            return True  # a refund rests as paid, though a card's bank may still send it back
        return any(ends(after, seen | {state}) for after in machine.moves[state] if after not in seen)

    for state in machine.moves:
        assert ends(state, frozenset()), f"{state} is a dead end that is not final"
        assert not machine.allows(state, state)
