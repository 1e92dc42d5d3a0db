"""Random histories of money: cards, transfers, news in any order, refunds, disputes, claims, payouts, crashes.

After every step the audit is empty, nothing guarded is below zero, and what buyers paid is all accounted for. A short
profile runs with every test; `make histories` looks longer.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from marketplace.common.actor import GUEST
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import services, states
from marketplace.fulfilment import tasks as fulfilment_tasks
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services import lost_disputes
from marketplace.ledger.models import Account, Kind
from marketplace.payments import states as money
from marketplace.payments import tasks
from marketplace.payments.gateway import client
from marketplace.payments.models import (
    Attempt,
    Dispute,
    Due,
    Payout,
    PayoutAccount,
    PayoutBatch,
    ProviderEvent,
    Receipt,
    Refund,
)
from marketplace.payments.services import PaymentError, events, online, payouts, try_again
from marketplace.people.models import User
from tests.factories.catalogue import make_pesantren, make_product, make_user
from tests.factories.orders import placed_order
from tests.fakestripe.fixtures import WEBHOOK_SECRET, Bank
from tests.fulfilment.steps import OFFICE, WAY, pay, sign, step

LONG = os.environ.get("HISTORIES") == "long"
CARDS = ["4242424242424242", "4242424242424242", "4000000000000002", "4000000000005126", "bank"]
THEIRS = [
    Kind.HELD,
    Kind.SHIPPING_DUE,
    Kind.PAYABLE,
    Kind.PAYABLE_LATER,
    Kind.PAYING,
    Kind.SUSPENSE,
    Kind.REFUND_DUE,
    Kind.COMMISSION,
    Kind.TAX_DUE,
]
NO = (
    IllegalMove,
    PaymentError,
    services.BadQuantities,
    client.Refused,
    client.Unavailable,
)  # a clear no; nothing may have changed
_numbers = count(1)


STEPS = [
    *["pay_by_card"] * 3,
    *["news"] * 3,
    *["deliver"] * 4,
    *["accept"] * 3,
    *["move_batch"] * 4,
    *["sweep", "claim", "dispute", "decide", "draft", "bank_says", "fall_short"] * 2,
    *["another_order", "slow_money", "pay_by_transfer", "refund_comes_back", "refund_again"],
]


class Crash(Exception):
    """The process ends between the last step and its commit."""


def some(rows: Any, index: int) -> Any:
    found = list(rows.order_by("pk"))
    return found[index % len(found)] if found else None


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.bank = Bank()
        client.use(self.bank.http_client)

    def teardown(self) -> None:
        try:
            self.the_statement_agrees()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def the_statement_agrees(self) -> None:
        """Once all news were read, the provider's own account statement says the same as our rows."""
        self.read_all_news()
        tasks.read_provider_lines()
        assert audit() == []

    def read_all_news(self) -> None:
        for event in self.bank.events():
            events.keep(events.Event(event["id"], event["type"], _objects(event)))
        ProviderEvent.objects.update(done_at=None, tries=0)
        for pk in list(ProviderEvent.objects.values_list("pk", flat=True)):
            events.handle(pk)
        self.sweep(0, 0, False)

    def do(self, work: Callable[[], Any], crash: bool = False) -> None:
        """Once, or twice with everything of ours forgotten after the first time, though not the provider's part."""
        if crash:
            with suppress(*NO, Crash), transaction.atomic():
                work()
                raise Crash
        with suppress(*NO), transaction.atomic():
            work()

    @rule(
        what=st.sampled_from(STEPS),
        index=st.integers(0, 9),
        odd=st.sampled_from([0, 0, 1, 1, 2]),
        crash=st.sampled_from([False, False, True]),
    )
    def anything(self, what: str, index: int, odd: int, crash: bool) -> None:
        """One rule for all steps: the likely ones often enough that histories reach their end."""
        getattr(self, what)(index, odd, crash)

    @initialize(sellers=st.integers(1, 2), units=st.integers(1, 3))
    def open_shop(self, sellers: int, units: int) -> None:
        self.people: list[User] = [
            make_user(f"{name}@example.com", staff_role="office") for name in ("one", "two")
        ]
        self.products = []
        for place in range(sellers):
            partner = make_pesantren(f"contoh-{place}")
            self.products.append(make_product(partner, f"Barang {place}", 40_001, stock=90))
            PayoutAccount.objects.create(
                partner=partner,
                bank="Bank Contoh",
                number="12345",
                holder="Contoh",
                state=money.ACCOUNT_ACTIVE,
                proposed_by=self.people[0],
                confirmed_by=self.people[1],
                usable_from=timezone.now(),
            )
        self.order(units)

    def order(self, units: int) -> None:
        placed_order([(product, units) for product in self.products], fee=15_000)

    def another_order(self, index: int, odd: int, crash: bool) -> None:
        if Due.objects.count() < 3:
            self.order(odd + 1)

    def pay_by_card(self, index: int, odd: int, crash: bool) -> None:
        """No crash here: an attempt is committed before the provider is asked (test_online.py crashes it there)."""
        due = some(Due.objects.filter(state=money.OPEN), index) or some(Due.objects, index)
        self.do(lambda: online.start(due=due, actor=GUEST))
        attempt = some(Attempt.objects.filter(due=due).exclude(session_id=None), -1)
        if attempt is None:
            return
        if odd == 2:  # too late
            Due.objects.filter(pk=due.pk).update(due_at=timezone.now() - timedelta(minutes=1))
            fulfilment_tasks.expire_unpaid()
        self.bank.pay(attempt.session_id, CARDS[index % len(CARDS)])

    def slow_money(self, index: int, odd: int, crash: bool) -> None:
        attempt = some(Attempt.objects.filter(state=money.PROCESSING), index)
        rows = self.bank.world.rows
        if attempt and rows[attempt.intent_id]["status"] == "processing":
            self.bank.settle(attempt.session_id, arrived=odd > 0)

    def pay_by_transfer(self, index: int, odd: int, crash: bool) -> None:
        due, more = some(Due.objects.filter(state=money.OPEN), index), [0, -1_000, 5_000][odd]
        if due and due.missing.minor + more > 0:
            self.do(lambda: pay(due, due.missing.minor + more))

    def news(self, index: int, odd: int, crash: bool) -> None:
        """All that ever happened is told again, in any order."""
        told = self.bank.events()
        Random(index * 3 + odd).shuffle(told)
        for event in told[:12]:
            opened = events.Event(event["id"], event["type"], _objects(event))
            self.do(lambda opened=opened: events.keep(opened))
            self.do(lambda opened=opened: events.handle(opened.id), crash)

    def sweep(self, index: int, odd: int, crash: bool) -> None:
        past = timezone.now() - timedelta(minutes=9)
        Attempt.objects.update(synced_at=past, created=past)
        self.do(tasks.follow_attempts, crash)
        self.do(tasks.send_refunds, crash)

    def refund_comes_back(self, index: int, odd: int, crash: bool) -> None:
        refund = some(
            Refund.objects.filter(state__in=[money.SENT, money.PAID]).exclude(provider_id=None), index
        )
        if refund and self.bank.world.rows[refund.provider_id]["status"] == "succeeded":
            self.bank.fail_refund(refund.provider_id)

    def refund_again(self, index: int, odd: int, crash: bool) -> None:
        refund = some(Refund.objects.exclude(failure=""), index)
        if refund:
            self.do(lambda: try_again(refund=refund, actor=OFFICE))

    def dispute(self, index: int, odd: int, crash: bool) -> None:
        """A new one, or the end of one."""
        found = [row for row in self.bank.world.of("dispute") if row["status"] not in {"won", "lost"}]
        attempt = some(Attempt.objects.filter(state=money.PAID), index)
        if found and odd:
            self.bank.close_dispute(found[index % len(found)]["id"], won=index > 2)
        elif attempt and not found and not self.bank.world.of("dispute"):
            self.bank.dispute(attempt.session_id)

    def decide(self, index: int, odd: int, crash: bool) -> None:
        """The office says who bears a lost one, once every part has ended."""
        self.read_all_news()
        dispute = Dispute.objects.filter(state=money.DISPUTED).exclude(closed_at=None).first()
        now = lost_disputes.outlook(dispute.attempt.due.order) if dispute else None
        if dispute and now and not now.running:
            bearers = {
                share.part.number: lost_disputes.OPERATOR if (index + at) % 2 else lost_disputes.PESANTREN
                for at, share in enumerate(now.shares)
            }
            facts = {"order": dispute.attempt.due.order, "bearers": bearers, "seen": now.seen, "why": "uji"}
            self.do(lambda: lost_disputes.decide(actor=OFFICE, **facts), crash)

    def deliver(self, index: int, odd: int, crash: bool) -> None:
        part = some(Fulfilment.objects.filter(state__in=WAY[:-1]), index)
        if not part:
            return
        if index == 9 and part.state == states.OFFERED:
            self.do(lambda: services.decline(fulfilment=part, actor=OFFICE, why="uji"), crash)
            return
        for state in WAY[WAY.index(part.state) + 1 :][: odd * 2 + 1]:
            self.do(lambda state=state: step(part, state), crash)

    def fall_short(self, index: int, odd: int, crash: bool) -> None:
        part = some(Fulfilment.objects.filter(state__in=states.MAY_FALL_SHORT), index)
        if part:
            line = part.lines.get()
            brings = {line.pk: max(line.quantity - 1 - odd, 0)}
            facts = {"brings": brings, "why": "uji", "still_here": index % 2 == 0}
            self.do(lambda: services.bring_less(fulfilment=part, actor=OFFICE, **facts), crash)

    def accept(self, index: int, odd: int, crash: bool) -> None:
        part = some(Fulfilment.objects.filter(state=states.DELIVERED), index)
        if part:
            most = part.lines.get().quantity
            self.do(lambda: sign(part, {0: max(most - odd, 0)}), crash)

    def claim(self, index: int, odd: int, crash: bool) -> None:
        part = some(Fulfilment.objects.filter(state=states.RECEIVED), index)
        if part:
            lines = {part.lines.get().pk: 1}
            self.do(
                lambda: services.issue_credit_note(fulfilment=part, lines=lines, why="uji", actor=OFFICE),
                crash,
            )

    def draft(self, index: int, odd: int, crash: bool) -> None:
        self.do(lambda: payouts.draft(actor=OFFICE), crash)

    def move_batch(self, index: int, odd: int, crash: bool) -> None:
        batch = some(PayoutBatch.objects.exclude(state__in=[money.DONE, money.BATCH_CANCELLED]), index)
        if not batch:
            return
        one, two = self.people
        steps: dict[str, Callable[[], Any]] = {
            money.DRAFT: lambda: payouts.prepare(batch=batch, person=one),
            money.PREPARED: lambda: payouts.approve(batch=batch, person=two),
            money.APPROVED: lambda: payouts.mark_sent(batch=batch, actor=OFFICE),
            money.SENT: lambda: None,
        }
        self.do(
            (lambda: payouts.cancel(batch=batch, actor=OFFICE)) if index == 9 else steps[batch.state], crash
        )

    def bank_says(self, index: int, odd: int, crash: bool) -> None:
        payout = some(Payout.objects.exclude(state=money.CLAIMED), index)
        if payout and odd:
            number = f"B-{next(_numbers)}"
            self.do(lambda: payouts.mark_paid(payout=payout, bank_reference=number, actor=OFFICE), crash)
        elif payout:
            self.do(lambda: payouts.mark_failed(payout=payout, why="uji", actor=OFFICE), crash)

    @invariant()
    def the_audit_is_empty(self) -> None:
        assert audit() == []

    @invariant()
    def what_buyers_paid_is_all_there(self) -> None:
        """Paid in, less paid back and paid out, is what stands for sellers, operator, tax, freight and refunds."""
        paid = _sum(Receipt.objects) + _sum(Attempt.objects.filter(state=money.PAID))
        back = _sum(Refund.objects.filter(state__in=[money.SENT, money.PAID]))
        out = _sum(Payout.objects.filter(state=money.PAID))
        lost = Dispute.objects.filter(state=money.LOST)
        back += _sum(lost) - sum(lost.values_list("loss", flat=True))  # the operator bears `loss` itself
        accounts = list(Account.objects.filter(currency="IDR"))
        debts = sum(one.balance for one in accounts if one.kind == Kind.SELLER_DEBT)
        assert paid - back - out == sum(one.balance for one in accounts if one.kind in THEIRS) - debts
        assert [one for one in accounts if one.balance < 0 and one.kind not in OPEN_BELOW] == []

    @invariant()
    def the_provider_says_the_same(self) -> None:
        """Whatever we believe was paid or sent back is so at the provider: nothing twice."""
        rows = self.bank.world.rows
        for attempt in Attempt.objects.filter(state=money.PAID):
            assert rows[attempt.session_id]["payment_status"] == "paid"
        ours = list(Refund.objects.exclude(provider_id=None).values_list("provider_id", flat=True))
        assert len(ours) == len(set(ours))
        for attempt in Attempt.objects.filter(state=money.PAID):
            sent = [
                row["amount"]
                for row in self.bank.world.of("refund")
                if row["payment_intent"] == attempt.intent_id and row["status"] in {"pending", "succeeded"}
            ]
            assert sum(sent) <= attempt.amount * 100


# What a provider keeps, or takes back in a dispute, may be more than lies there; a bank account may be overdrawn.
OPEN_BELOW = {Kind.PROVIDER, Kind.BANK}


def _sum(rows: Any) -> int:
    return rows.aggregate(sum=Sum("amount"))["sum"] or 0


def _objects(event: dict[str, Any]) -> dict[str, str]:
    data = event["data"]["object"]
    return {data["object"]: data["id"]}


@pytest.mark.django_db
def test_histories(monkeypatch: pytest.MonkeyPatch, fake_stripe: Any, settings: Any) -> None:
    assert settings.STRIPE_WEBHOOK_SECRETS == [WEBHOOK_SECRET]
    for room in ("fulfilment.mails.send", "payments.mails.send", "notices.services.send"):
        monkeypatch.setattr(f"marketplace.{room}", lambda **mail: None)  # proved elsewhere
    run_state_machine_as_test(Histories, settings=PROFILE)
    assert Dispute.objects.count() == 0  # every history was rolled back


PROFILE = settings(
    max_examples=400 if LONG else 10,
    stateful_step_count=60 if LONG else 40,
    deadline=None,
    derandomize=not LONG,
    phases=[Phase.generate],  # no shrinking: it would take minutes of database work
    database=None,
    suppress_health_check=list(HealthCheck),
    print_blob=LONG,
)
