"""A lost dispute: nothing is paid twice, each part's bearer is chosen, fees go back, what was frozen is owed again."""

from typing import Any

import pytest

from marketplace.common.actor import GUEST, Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import services
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services import Placed, lost_disputes
from marketplace.fulfilment.services.lost_disputes import OPERATOR, PESANTREN
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post
from marketplace.notices.models import Mail
from marketplace.orders.models import Order
from marketplace.payments import held, tasks, waterfall
from marketplace.payments import services as payments
from marketplace.payments.exceptions import Changed, Claimed, PaymentError, SamePerson, SecondPersonNeeded
from marketplace.payments.gateway import disputes as gateway
from marketplace.payments.models import Approval, CreditNote, Dispute, Refund
from marketplace.payments.services import disputes, online, refunds
from marketplace.people.models import User
from tests.common.race import race
from tests.factories.catalogue import make_member, make_user
from tests.factories.fees import fee_rule
from tests.fulfilment.steps import (
    OFFICE,
    SELLER,
    books,
    bring,
    one_seller,
    paid,
    parts,
    sign,
    total,
    two_sellers,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[Actor]:
    return [
        Actor.of(make_user(f"kantor{one}@example.com", name=f"Contoh {one}", staff_role="office"))
        for one in (1, 2)
    ]


def by_card(bank: Any, placed: Placed) -> str:
    """Paid by card; the session's id."""
    attempt = online.start(due=placed.due, actor=GUEST)
    bank.pay(attempt.session_id)
    online.sync(attempt.pk)
    return str(attempt.session_id)


def look(found: str) -> Dispute:
    facts = gateway.read(found)
    assert facts
    return disputes.sync_dispute(found, facts)


def lost(bank: Any, session: str, amount: int | None = None) -> Dispute:
    """`amount` in rupiah; all of it, unless told otherwise."""
    found = bank.dispute(session, amount=amount and amount * 100)
    look(found)
    bank.close_dispute(found, won=False)
    return look(found)


def person() -> Actor:
    """Somebody of the office; credit notes name who issued them."""
    found = User.objects.filter(staff_role="office").first()
    return Actor.of(found or make_user("kantor@example.com", name="Contoh Kantor", staff_role="office"))


def decide(order: Order, bearer: str | dict[str, str], **more: Any) -> None:
    now = lost_disputes.outlook(order)
    bearers = bearer if isinstance(bearer, dict) else {one.part.number: bearer for one in now.shares}
    facts = {"bearers": bearers, "why": "tidak ada bukti terima", "seen": now.seen, **more}
    lost_disputes.decide(order=order, actor=person(), **facts)


def test_the_pesantren_bears_it_and_gets_its_fee_back(fake_stripe: Any) -> None:
    fee_rule(rate_bp=1_000)
    placed = one_seller()
    session = by_card(fake_stripe, placed)
    sign(bring(parts(placed.order)[0], "delivered"))
    fees = total(Kind.FEES)
    dispute = lost(fake_stripe, session)
    make_member(make_user("anggota@example.com"), parts(placed.order)[0].partner)
    decide(placed.order, PESANTREN)
    dispute.refresh_from_db()
    assert (dispute.state, dispute.loss) == ("lost", 0)
    note = CreditNote.objects.get()
    assert (note.amount, note.commission, note.from_payable, note.from_debt) == (515_000, 50_000, 465_000, 0)
    assert (note.refund, note.back, note.off_bill) == (None, Money(0), Money(0))
    assert books() == ({"provider": -fees, "fees": fees} if fees else {})
    fall = waterfall.of_part(placed.order, note.partner_id)
    assert (fall.credits, fall.commission, fall.net) == (Money(515_000), Money(0), Money(0))
    assert Mail.objects.filter(
        key=f"credit_note_pesantren/{note.number}/{note.partner.members.get().user_id}"
    )
    assert audit() == []
    sent = Mail.objects.count()
    assert look(dispute.provider_id).state == "lost"  # news that come again change nothing
    assert Mail.objects.count() == sent
    with pytest.raises(IllegalMove):
        decide(placed.order, PESANTREN)


def test_the_operator_bears_it_and_the_pesantren_is_owed(fake_stripe: Any) -> None:
    placed = one_seller()
    session = by_card(fake_stripe, placed)
    found = fake_stripe.dispute(session)
    look(found)
    part = parts(placed.order)[0]
    sign(bring(part, "delivered"))
    assert total(Kind.PAYABLE_LATER) == 515_000
    fake_stripe.close_dispute(found, won=False)
    look(found)
    decide(placed.order, OPERATOR)
    assert (total(Kind.LOSS), total(Kind.PAYABLE), total(Kind.PAYABLE_LATER)) == (515_000, 515_000, 0)
    assert total(Kind.DISPUTED) == 0
    assert Dispute.objects.get().loss == 515_000
    assert audit() == []


def test_what_was_paid_out_becomes_a_debt(fake_stripe: Any) -> None:
    placed = one_seller()
    session = by_card(fake_stripe, placed)
    part = parts(placed.order)[0]
    sign(bring(part, "delivered"))
    owed = account(Kind.PAYABLE, "IDR", held.payable_ref(part.partner_id))
    post("out", "test", [(owed, account(Kind.BANK, "IDR"), Money(500_000))])
    lost(fake_stripe, session)
    decide(placed.order, PESANTREN)
    note = CreditNote.objects.get()
    assert (note.from_payable, note.from_debt) == (15_000, 500_000)
    assert total(Kind.SELLER_DEBT) == 500_000


def test_a_refund_that_was_owed_is_not_paid_again(fake_stripe: Any) -> None:
    """Sarongs (Rp 3.015.000) declined while disputed; Rp 215.000 of jengkol was signed for."""
    placed = two_sellers()
    session = by_card(fake_stripe, placed)
    found = fake_stripe.dispute(session)
    look(found)
    sarongs, jengkol = parts(placed.order)
    services.decline(fulfilment=sarongs, actor=SELLER, why="x")
    sign(bring(jengkol, "delivered"))
    tasks.send_refunds()
    refund = Refund.objects.get()
    assert (refund.state, refund.failure, fake_stripe.world.of("refund")) == ("owed", "", [])
    fake_stripe.close_dispute(found, won=False)
    look(found)
    now = lost_disputes.outlook(placed.order)
    assert (now.refunds, [one.amount for one in now.shares], now.rest) == (
        [refund],
        [Money(215_000)],
        Money(0),
    )
    decide(placed.order, PESANTREN)
    refund.refresh_from_db()
    assert (refund.state, total(Kind.REFUND_DUE), total(Kind.DISPUTED)) == ("absorbed", 0, 0)
    assert CreditNote.objects.get().amount == 215_000
    assert audit() == []
    tasks.send_refunds()
    assert fake_stripe.world.of("refund") == []
    with pytest.raises(IllegalMove):
        payments.pay_refund(refund=refund, bank_reference="B-1", actor=OFFICE)


def test_while_disputed_a_refund_waits_and_is_paid_once_it_is_won(fake_stripe: Any) -> None:
    placed = one_seller()
    session = by_card(fake_stripe, placed)
    found = fake_stripe.dispute(session)
    look(found)
    services.decline(fulfilment=parts(placed.order)[0], actor=SELLER, why="x")
    refund = Refund.objects.get()
    Refund.objects.update(failure="charge_disputed")
    with pytest.raises(PaymentError, match="while the dispute is open"):
        refunds.pay_refund(refund=refund, bank_reference="B-1", actor=OFFICE)
    Refund.objects.update(failure="")
    tasks.send_refunds()
    assert Refund.objects.get().state == "owed"
    fake_stripe.close_dispute(found, won=True)
    look(found)
    tasks.send_refunds()
    refund = Refund.objects.get()
    assert (refund.state, refund.failure) == ("owed", "charge_disputed")  # a card is not given twice: by bank
    refunds.pay_refund(refund=refund, bank_reference="B-1", actor=OFFICE)
    assert audit() == []


def test_a_part_of_the_amount_is_shared_to_the_rupiah(fake_stripe: Any) -> None:
    """Rp 1.000.001 of Rp 3.230.000: each part bears by what is left of it, each by another bearer."""
    placed = two_sellers()
    session = by_card(fake_stripe, placed)
    first, second = parts(placed.order)
    for part in (first, second):
        sign(bring(part, "delivered"))
    lost(fake_stripe, session, 1_000_001)
    now = lost_disputes.outlook(placed.order)
    assert sum(one.amount.minor for one in now.shares) == 1_000_001
    mine, other = (one.amount.minor for one in now.shares)
    assert abs(mine * 3_230_000 - 1_000_001 * 3_015_000) < 2 * 3_230_000
    decide(placed.order, {first.number: PESANTREN, second.number: OPERATOR})
    assert (CreditNote.objects.get().amount, total(Kind.LOSS)) == (mine, other)
    assert audit() == []


def test_more_than_is_left_is_the_operators(fake_stripe: Any) -> None:
    """Rp 200.000 went back by a credit note; the bank takes the whole Rp 515.000 all the same."""
    placed = one_seller()
    session = by_card(fake_stripe, placed)
    part = parts(placed.order)[0]
    sign(bring(part, "delivered"))
    part = Fulfilment.objects.get(pk=part.pk)
    services.issue_credit_note(fulfilment=part, lines={part.lines.get().pk: 4}, why="busuk", actor=person())
    tasks.send_refunds()
    assert Refund.objects.get().state == "paid"
    lost(fake_stripe, session)
    assert lost_disputes.outlook(placed.order).rest == Money(200_000)
    decide(placed.order, PESANTREN)
    assert total(Kind.LOSS) == 200_000
    assert CreditNote.objects.latest("pk").amount == 315_000
    assert audit() == []


def test_not_before_it_is_lost_and_every_part_has_ended(fake_stripe: Any) -> None:
    placed = two_sellers()
    session = by_card(fake_stripe, placed)
    found = fake_stripe.dispute(session)
    look(found)
    first, second = parts(placed.order)
    sign(bring(first, "delivered"))
    sign(bring(second, "delivered"))
    with pytest.raises(IllegalMove):
        decide(placed.order, PESANTREN)
    fake_stripe.close_dispute(found, won=False)
    look(found)
    Fulfilment.objects.filter(pk=second.pk).update(state="delivered")
    with pytest.raises(IllegalMove):
        decide(placed.order, PESANTREN)
    Fulfilment.objects.filter(pk=second.pk).update(state="received")
    for wrong in ({}, {first.number: PESANTREN}, {first.number: PESANTREN, second.number: "buyer"}):
        with pytest.raises(PaymentError):
            decide(placed.order, wrong)
    with pytest.raises(Changed):
        decide(placed.order, PESANTREN, seen="1;;")
    assert Dispute.objects.get().state == "open"
    assert not CreditNote.objects.exists()


def test_above_the_limit_two_people_decide(fake_stripe: Any, people: list[Actor], settings: Any) -> None:
    settings.SECOND_PERSON_ABOVE = 514_999
    placed = one_seller()
    session = by_card(fake_stripe, placed)
    sign(bring(parts(placed.order)[0], "delivered"))
    lost(fake_stripe, session)
    with pytest.raises(SecondPersonNeeded):
        decide(placed.order, OPERATOR)
    now = lost_disputes.outlook(placed.order)
    facts = {"bearers": {now.shares[0].part.number: OPERATOR}, "why": "penipuan", "seen": now.seen}
    approval = lost_disputes.propose(order=placed.order, actor=people[0], **facts)
    with pytest.raises(Claimed):
        lost_disputes.propose(order=placed.order, actor=people[1], **facts)
    with pytest.raises(SamePerson):
        payments.confirm(approval=approval, actor=people[0])
    assert total(Kind.LOSS) == 0
    payments.confirm(approval=approval, actor=people[1])
    assert (total(Kind.LOSS), Dispute.objects.get().state) == (515_000, "lost")
    with pytest.raises(IllegalMove):
        payments.confirm(approval=approval, actor=people[1])
    assert audit() == []


@pytest.mark.django_db(transaction=True)
def test_four_at_once_decide_once(fake_stripe: Any) -> None:
    placed = one_seller()
    session = by_card(fake_stripe, placed)
    sign(bring(parts(placed.order)[0], "delivered"))
    lost(fake_stripe, session)
    person()
    results = race(*[lambda: decide(placed.order, PESANTREN) for _ in range(4)])
    assert sum(result is None for result in results) == 1
    assert all(result is None or isinstance(result, IllegalMove | Changed) for result in results)
    assert CreditNote.objects.count() == 1
    assert audit() == []


def test_a_credit_note_above_the_limit_takes_two(people: list[Actor], settings: Any) -> None:
    part = bring(paid(one_seller())[0], "delivered")
    sign(part)
    settings.SECOND_PERSON_ABOVE = 99_999
    part = Fulfilment.objects.get(pk=part.pk)
    facts = {"units": {part.lines.get().pk: 3}, "why": "busuk", "seen": Money(150_000), "after": 0}
    with pytest.raises(Changed):
        services.propose_credit_note(fulfilment=part, actor=people[0], **{**facts, "after": 1})
    approval = services.propose_credit_note(fulfilment=part, actor=people[0], **facts)
    with pytest.raises(Claimed):  # nor a small one beside it, while two look at this
        services.issue_credit_note(
            fulfilment=part, lines={part.lines.get().pk: 1}, why="busuk", actor=people[1]
        )
    with pytest.raises(SamePerson):
        payments.confirm(approval=approval, actor=people[0])
    payments.confirm(approval=approval, actor=people[1])
    note = CreditNote.objects.get()
    assert (note.amount, note.issued_by_id, note.why) == (150_000, people[1].id, "busuk")
    assert Approval.objects.get().state == "confirmed"
    assert audit() == []
