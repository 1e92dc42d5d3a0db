"""Payouts: exact books after each step, two people, netting, races."""

from typing import Any

import pytest
from django.utils import timezone

from marketplace.common.states import IllegalMove
from marketplace.fulfilment.audit import audit
from marketplace.ledger.models import Kind
from marketplace.payments.exceptions import SamePerson
from marketplace.payments.models import Payout, PayoutAccount, PayoutBatch
from marketplace.payments.services import payouts
from tests.common.race import race
from tests.factories.catalogue import make_user
from tests.fulfilment import steps

pytestmark = pytest.mark.django_db(transaction=True)


def ready() -> tuple[Any, Any, int]:
    """Rp owed to one pesantren with a confirmed account."""
    part = steps.bring(steps.paid(steps.one_seller())[0], "delivered")
    steps.sign(part)
    a, b = make_user("a@example.com"), make_user("b@example.com")
    PayoutAccount.objects.create(
        partner=part.partner,
        bank="Bank Contoh",
        number="12345",
        holder="Contoh",
        state="active",
        proposed_by=a,
        confirmed_by=b,
        usable_from=timezone.now(),
    )
    return a, b, steps.total(Kind.PAYABLE)


def test_books_after_each_step_and_a_retry() -> None:
    a, b, owed = ready()
    bank = steps.total(Kind.BANK)
    for result in ("failed", "paid"):
        batch = payouts.draft(actor=steps.OFFICE)
        assert batch
        assert (steps.total(Kind.PAYABLE), steps.total(Kind.PAYING)) == (0, owed)
        payouts.prepare(batch=batch, person=a)
        with pytest.raises(SamePerson):
            payouts.approve(batch=batch, person=a)
        payouts.approve(batch=batch, person=b)
        payouts.mark_sent(batch=batch, actor=steps.OFFICE)
        one = batch.payouts.get()
        if result == "failed":
            payouts.mark_failed(payout=one, why="closed", actor=steps.OFFICE)
            assert (steps.total(Kind.PAYABLE), steps.total(Kind.PAYING)) == (owed, 0)
        else:
            payouts.mark_paid(payout=one, bank_reference="X1", actor=steps.OFFICE)
            assert (steps.total(Kind.BANK), steps.total(Kind.PAYING)) == (bank - owed, 0)
            with pytest.raises(IllegalMove):
                payouts.mark_paid(payout=one, bank_reference="X2", actor=steps.OFFICE)
        assert PayoutBatch.objects.get(pk=batch.pk).state == "done"
        assert audit() == []
    payouts.mark_failed(payout=Payout.objects.get(state="paid"), why="returned", actor=steps.OFFICE)
    assert (steps.total(Kind.BANK), steps.total(Kind.PAYABLE)) == (bank, owed)
    assert audit() == []


def test_drafts_at_once_claim_once() -> None:
    _a, _b, owed = ready()
    results = race(*[lambda: payouts.draft(actor=steps.OFFICE) for _ in range(4)])
    assert not any(isinstance(result, Exception) for result in results)
    assert sum(result is not None for result in results) == 1
    assert Payout.objects.get().amount == owed
    assert audit() == []
