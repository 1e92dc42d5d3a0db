"""Refunds to the card: sent once, failed, failed after success, crashed, asked twice at once, by bank instead."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove, history
from marketplace.fulfilment import services
from marketplace.ledger.money import Money
from marketplace.notices.models import Mail
from marketplace.payments import expected, states
from marketplace.payments import services as payments
from marketplace.payments.models import Attempt, Refund
from marketplace.payments.services import PaymentError
from marketplace.payments.services import online_refunds as online
from marketplace.payments.services.online_refunds import BROKEN, PENDING, SUCCEEDED, Facts
from tests.common.race import race
from tests.factories.catalogue import make_user
from tests.fulfilment.steps import OFFICE, SELLER, books, one_seller, paid

pytestmark = pytest.mark.django_db
DUE = 515_000


@dataclass
class FakeRail:
    """A provider in memory: one refund a key. `crash`: the work is done, but its answer is lost."""

    made: dict[str, Facts] = field(default_factory=dict)
    asked: int = 0
    crash: bool = False
    refuses: str = ""

    def create(self, *, key: str, intent_id: str, refund: int, tries: int, amount: Money) -> Facts:
        self.asked += 1
        if self.refuses:
            raise online.Refused(self.refuses)
        facts = self.made.setdefault(key, Facts(f"re_{refund}_{tries}", refund, tries, amount, PENDING))
        if self.crash:
            raise ConnectionError
        return facts

    def find(self, *, intent_id: str, refund: int, tries: int) -> Facts | None:
        return self.made.get(f"re/{refund}/{tries}")

    def read(self, provider_id: str) -> Facts:
        return next(one for one in self.made.values() if one.provider_id == provider_id)

    def becomes(self, state: str, failure: str = "") -> Facts:
        """The newest refund changes, and the provider tells us."""
        key = list(self.made)[-1]
        self.made[key] = replace(self.made[key], state=state, failure=failure)
        online.sync_refund(self.made[key].provider_id, rail=self)
        return self.made[key]


def declined(amount: int = DUE) -> Refund:
    """An order paid by card that nobody can deliver."""
    placed = one_seller()
    Attempt.objects.create(due=placed.due, number=1, amount=amount, state=states.PAID, intent_id="pi_1")
    (part,) = paid(placed)
    services.decline(fulfilment=part, actor=SELLER, why="habis")
    return Refund.objects.get()


def assert_expected() -> None:
    """What this room expects of refunds is what the books hold."""
    want: Any = defaultdict(int)
    expected.expect(want)
    sums: dict[str, int] = defaultdict(int)
    for (kind, _ref, _currency), amount in want.items():
        sums[str(kind)] += amount
    for kind in ("bank", "refund_due", "provider"):
        assert sums[kind] == books().get(kind, 0), kind


def test_sent_then_paid() -> None:
    refund, rail = declined(), FakeRail()
    assert refund.attempt is not None
    assert online.waiting() == [refund.pk]
    online.send(refund.pk, rail=rail)
    refund.refresh_from_db()
    assert (refund.state, refund.provider_id) == ("sent", f"re_{refund.pk}_0")
    assert books() == {"bank": DUE, "provider": -DUE}
    assert_expected()
    for _ in range(2):  # told twice
        rail.becomes(SUCCEEDED)
    refund.refresh_from_db()
    assert refund.state == "paid"
    assert refund.paid_at
    assert [change.after for change in history(refund)] == ["owed", "sent", "paid"]
    assert books() == {"bank": DUE, "provider": -DUE}
    mail = Mail.objects.get(key=f"refund-paid/{refund.key}")
    assert "None" not in mail.text
    online.send(refund.pk, rail=rail)
    assert (rail.asked, online.waiting()) == (1, [])
    assert_expected()


@pytest.mark.parametrize("first", [PENDING, SUCCEEDED])
def test_failed_later_is_owed_again_and_may_be_tried_again(first: str) -> None:
    refund, rail = declined(), FakeRail()
    online.send(refund.pk, rail=rail)
    rail.becomes(first)
    old = rail.becomes(BROKEN, "expired_or_canceled_card")
    online.apply(old)  # told twice
    online.apply(replace(old, state=SUCCEEDED))  # and once more, old news
    refund.refresh_from_db()
    assert (refund.state, refund.failure, refund.tries) == ("owed", "expired_or_canceled_card", 1)
    assert refund.paid_at is None
    assert books() == {"bank": DUE, "refund_due": DUE}
    assert_expected()
    online.send(refund.pk, rail=rail)
    assert rail.asked == 1  # waits for a person
    online.try_again(refund=refund, actor=OFFICE)
    online.send(refund.pk, rail=rail)
    rail.becomes(SUCCEEDED)
    refund.refresh_from_db()
    assert (refund.state, refund.provider_id, len(rail.made)) == ("paid", f"re_{refund.pk}_1", 2)
    assert books() == {"bank": DUE, "provider": -DUE}
    assert_expected()
    with pytest.raises(PaymentError):
        online.try_again(refund=refund, actor=OFFICE)


def test_refused_stays_owed_and_goes_by_bank() -> None:
    refund = declined()
    with pytest.raises(PaymentError):  # it may be on its way to the card
        payments.pay_refund(refund=refund, bank_reference="B-1", actor=OFFICE)
    online.send(refund.pk, rail=FakeRail(refuses="charge_disputed"))
    refund.refresh_from_db()
    assert (refund.state, refund.failure) == ("owed", "charge_disputed")
    payments.pay_refund(refund=refund, bank_reference="B-1", actor=OFFICE)
    refund.refresh_from_db()
    assert (refund.state, refund.attempt) == ("paid", None)
    assert books() == {}
    assert_expected()


def test_sent_cannot_be_paid_by_bank() -> None:
    refund = declined()
    online.send(refund.pk, rail=FakeRail())
    with pytest.raises(IllegalMove):
        payments.pay_refund(refund=refund, bank_reference="B-1", actor=OFFICE)
    assert books() == {"bank": DUE, "provider": -DUE}


@pytest.mark.parametrize("hours", [0, 30])
def test_crash_after_the_provider_accepted(hours: int) -> None:
    """The same key gives the same refund; when the key may be forgotten, we look for it first."""
    refund, rail = declined(), FakeRail(crash=True)
    with pytest.raises(ConnectionError):
        online.send(refund.pk, rail=rail)
    assert Refund.objects.get().state == "owed"
    rail.crash = False
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        online.send(refund.pk, rail=rail)
    assert Refund.objects.get().state == "sent"
    assert (len(rail.made), rail.asked) == (1, 1 if hours else 2)
    assert books() == {"bank": DUE, "provider": -DUE}


def test_another_amount_changes_nothing() -> None:
    refund = declined()
    with pytest.raises(PaymentError):
        online.apply(Facts("re_x", refund.pk, 0, Money(1), PENDING))
    assert Refund.objects.get().state == "owed"


def test_more_than_was_charged_goes_by_bank() -> None:
    assert declined(amount=DUE - 1).attempt is None


def test_above_the_limit_a_second_person_agrees_first(settings: Any) -> None:
    first, second = (Actor.of(make_user(f"kantor{one}@example.com")) for one in range(2))
    refund, rail = declined(), FakeRail()
    settings.SECOND_PERSON_ABOVE = 500_000
    online.send(refund.pk, rail=rail)
    assert rail.asked == 0
    approval = payments.propose_card_refund(refund=refund, actor=first)
    online.send(refund.pk, rail=rail)
    assert rail.asked == 0
    payments.confirm(approval=approval, actor=second)
    online.send(refund.pk, rail=rail)
    assert Refund.objects.get().state == "sent"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once() -> None:
    refund, rail = declined(), FakeRail()
    race(*[lambda: online.send(refund.pk, rail=rail) for _ in range(4)])
    assert Refund.objects.get().state == "sent"
    assert len(rail.made) == 1
    assert books() == {"bank": DUE, "provider": -DUE}
