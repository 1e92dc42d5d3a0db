"""Credit notes: each line's fee goes back, the pesantren bears the rest, never more than was accepted."""

from collections.abc import Callable
from typing import Any

import pytest

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import services
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services.claims import left
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post
from marketplace.notices.models import Mail
from marketplace.payments import held, waterfall
from marketplace.payments.exceptions import Changed, PaymentError, SecondPersonNeeded
from marketplace.payments.models import Attempt, CreditNote, Dispute, Due, Refund
from tests.common.race import race
from tests.factories.catalogue import make_member, make_user
from tests.factories.companies import make_company
from tests.factories.fees import fee_rule, tax_on_fee
from tests.fulfilment.steps import (
    SELLER,
    assert_sound,
    books,
    bring,
    one_seller,
    paid,
    pay,
    sign,
    two_sellers,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Any:
    return Actor.of(make_user("kantor@example.com", staff_role="office"))


@pytest.fixture
def part() -> Fulfilment:
    """10 × Rp 50.000 accepted; 3 % kept, with PPN in it: Rp 13.514 and Rp 1.486."""
    fee_rule(rate_bp=300)
    tax_on_fee()
    found = bring(paid(one_seller())[0], "delivered")
    sign(found)
    return Fulfilment.objects.get(pk=found.pk)


def note(part: Fulfilment, what: Any, actor: Any, **more: Any) -> CreditNote:
    line = part.lines.get().pk
    return services.issue_credit_note(fulfilment=part, lines={line: what}, why="busuk", actor=actor, **more)


def test_the_fee_goes_back_with_the_goods(part: Fulfilment, office: Any) -> None:
    first = note(part, 3, office)
    # left: 350.000, of it 10.500 kept, of that 1.040 PPN
    assert (first.amount, first.commission + first.tax, first.tax) == (150_000, 4_500, 1_486 - 1_040)
    assert (first.from_payable, first.from_debt) == (145_500, 0)
    assert first.number == f"CN-{part.number}-1"
    refund = Refund.objects.get()
    assert (refund.reason, refund.amount, first.refund) == ("claim", 150_000, refund)
    assert books() == {
        "bank": 515_000,
        "payable": 500_000 - 145_500,
        "commission": 9_460,
        "tax_due": 1_040,
        "refund_due": 150_000,
    }
    assert_sound()


def test_notes_take_no_more_than_was_accepted(part: Fulfilment, office: Any) -> None:
    for wrong in (11, 0, Money(500_001), Money(-1)):
        with pytest.raises(PaymentError):
            note(part, wrong, office)
    note(part, 3, office)
    note(part, Money(25_000), office)
    assert list(left(part).values()) == [6]
    with pytest.raises(PaymentError):
        note(part, 7, office)
    note(part, Money(325_000), office)
    assert books() == {"bank": 515_000, "payable": 15_000, "refund_due": 500_000}
    assert list(left(part).values()) == [0]
    with pytest.raises(PaymentError):
        note(part, Money(1), office)
    assert_sound()


def test_what_was_paid_out_is_owed_by_the_pesantren(part: Fulfilment, office: Any) -> None:
    owed = account(Kind.PAYABLE, "IDR", held.payable_ref(part.partner_id))
    post("out", "test", [(owed, account(Kind.BANK, "IDR"), Money(400_000))])
    made = note(part, 3, office)
    assert (made.from_payable, made.from_debt) == (100_000, 45_500)
    assert books()["seller_debt"] == 45_500
    assert [fault for fault in audit() if "payable" not in fault and "bank" not in fault] == []


def test_on_an_open_bill_it_comes_off_the_bill(office: Any) -> None:
    fee_rule(rate_bp=1_000)
    placed = one_seller(company=make_company())
    part = placed.order.fulfilments.get()
    sign(bring(part, "delivered"))
    made = note(part, 2, office)
    assert (made.amount, made.refund, made.commission, made.off_bill) == (
        100_000,
        None,
        10_000,
        Money(100_000),
    )
    assert books() == {"receivable": 415_000, "payable_later": 375_000, "commission": 40_000}
    assert audit() == []
    pay(Due.objects.get(), 400_000)
    last = note(part, 1, office)
    assert (last.off_bill, last.back) == (Money(15_000), Money(35_000))
    assert Due.objects.get().state == "settled"
    assert books() == {"bank": 400_000, "refund_due": 35_000, "payable": 330_000, "commission": 35_000}
    assert_sound()


def test_rejected_after_hand_over(office: Any) -> None:
    fee_rule(rate_bp=1_000)
    part = bring(paid(one_seller(release_on="hand_over"))[0], "delivered")
    sign(part, {0: 6})
    made = CreditNote.objects.get()
    assert (made.amount, made.commission, made.from_payable, made.issued_by) == (
        200_000,
        20_000,
        180_000,
        None,
    )
    assert made.why == "busuk"
    assert books() == {"bank": 515_000, "payable": 285_000, "commission": 30_000, "refund_due": 200_000}
    assert_sound()
    note(Fulfilment.objects.get(), 6, office)
    with pytest.raises(PaymentError):
        note(Fulfilment.objects.get(), 1, office)
    assert_sound()


@pytest.mark.parametrize("tempo", [False, True])
def test_all_rejected_after_hand_over(tempo: bool) -> None:
    fee_rule(rate_bp=1_000)
    placed = one_seller(release_on="hand_over", company=make_company() if tempo else None)
    if not tempo:
        pay(placed.due)
    sign(bring(placed.order.fulfilments.get(), "delivered"), {0: 0})
    assert CreditNote.objects.get().amount == 515_000
    assert books() == ({} if tempo else {"bank": 515_000, "refund_due": 515_000})
    assert_sound()


def test_not_before_the_buyer_signed_nor_above_the_limit(
    part: Fulfilment, office: Any, settings: Any
) -> None:
    other = bring(paid(one_seller(price=70_000))[0], "delivered")
    with pytest.raises(IllegalMove):
        note(other, 1, office)
    settings.SECOND_PERSON_ABOVE = 99_999
    with pytest.raises(SecondPersonNeeded):
        note(part, 2, office)
    note(part, 1, office)


def test_something_else_than_was_shown(part: Fulfilment, office: Any) -> None:
    with pytest.raises(Changed):
        note(part, 3, office, seen=Money(1))
    note(part, 3, office, seen=Money(145_500))


def test_a_dispute_holds_it(part: Fulfilment, office: Any) -> None:
    attempt = Attempt.objects.create(due=part.order.dues.get(), number=1, amount=515_000, state="paid")
    Dispute.objects.create(attempt=attempt, provider_id="dp_1", amount=515_000)
    with pytest.raises(PaymentError):
        note(part, 3, office)
    assert not CreditNote.objects.exists()


def test_buyer_and_pesantren_are_told_each_time(part: Fulfilment, office: Any) -> None:
    make_member(make_user("anggota@example.com"), part.partner)
    for _ in range(2):
        note(part, 1, office)
    keys = Mail.objects.filter(key__startswith="credit_note").values_list("key", flat=True)
    assert len(keys) == 4


def test_the_same_waterfall_from_price_to_net(part: Fulfilment, office: Any) -> None:
    note(part, 3, office)
    found = waterfall.of_part(part.order, part.partner_id)
    assert (found.goods, found.freight, found.refunds) == (Money(500_000), Money(15_000), Money(0))
    assert (found.credits, found.commission, found.tax) == (Money(150_000), Money(9_460), Money(1_040))
    assert (found.net, found.is_final) == (Money(354_500), True)
    assert found.net == held.owed(part.partner_id)


def test_before_release_the_waterfall_expects() -> None:
    fee_rule(rate_bp=300)
    placed = one_seller()
    found = waterfall.of_part(placed.order, placed.order.fulfilments.get().partner_id)
    assert (found.net, found.commission, found.is_final) == (Money(500_000), Money(15_000), False)
    first, second = paid(two_sellers())
    services.decline(fulfilment=first, actor=SELLER, why="x")
    sign(bring(second, "delivered"), {0: 2})
    rows = waterfall.of_parts([(part.order, part.partner_id) for part in (first, second)])
    gone, some = rows[first.order_id, first.partner_id], rows[second.order_id, second.partner_id]
    assert (gone.refunds, gone.commission, gone.net, gone.is_final) == (
        Money(3_015_000),
        Money(0),
        Money(0),
        True,
    )
    assert (some.refunds, some.commission, some.net) == (Money(120_000), Money(2_400), Money(92_600))


def test_waterfalls_take_five_queries(django_assert_num_queries: Any) -> None:
    parts = [(part.order, part.partner_id) for part in paid(two_sellers())]
    for wanted in (parts[:1], parts):
        with django_assert_num_queries(5):
            waterfall.of_parts(wanted)


@pytest.mark.django_db(transaction=True)
def test_six_notes_at_once_take_the_goods_once(part: Fulfilment, office: Any) -> None:
    def try_it() -> Callable[[], Any]:
        return lambda: note(Fulfilment.objects.get(pk=part.pk), 4, office)

    results = race(*[try_it() for _ in range(6)])
    assert sum(isinstance(result, CreditNote) for result in results) == 2
    assert sum(isinstance(result, PaymentError) for result in results) == 4
    assert CreditNote.objects.count() == 2
    assert_sound()


@pytest.mark.django_db(transaction=True)
def test_a_note_while_the_company_pays(office: Any) -> None:
    placed = one_seller(company=make_company())
    part = placed.order.fulfilments.get()
    sign(bring(part, "delivered"))
    results = race(lambda: pay(Due.objects.get()), lambda: note(Fulfilment.objects.get(), 4, office))
    assert not any(isinstance(result, Exception) for result in results)
    assert held.owed(part.partner_id) == Money(315_000)
    assert_sound()
