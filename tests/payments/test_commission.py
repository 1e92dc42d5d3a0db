"""Commission and tax: exact to the rupiah; parts never exceed the whole; rules by first match, frozen."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.common.states import IllegalMove
from marketplace.fulfilment import services
from marketplace.fulfilment.audit import audit
from marketplace.ledger.models import Account, Kind
from marketplace.ledger.money import Money
from marketplace.payments import commission, tax
from marketplace.payments.commission import Fee
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.models import CommissionRule, LineTerms, TaxRule
from marketplace.payments.services import fees
from marketplace.reference import working_days
from tests.factories.catalogue import make_pesantren, make_product
from tests.factories.companies import make_company
from tests.factories.fees import fee_rule, goods_tax, tax_on_fee
from tests.factories.orders import placed_order
from tests.fulfilment.steps import (
    OFFICE,
    assert_sound,
    books,
    bring,
    one_seller,
    paid,
    pay,
    sign,
    two_sellers,
)

terms = st.builds(
    lambda way, size, tax_bp: LineTerms(**{way: size}, fee_tax_bp=tax_bp, fee_tax_parts=11, fee_tax_of=12),
    st.sampled_from(["rate_bp", "amount"]),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
)
prices, units = st.integers(1, 10**8), st.integers(0, 500)


@given(terms, prices, st.lists(units, min_size=1, max_size=5))
def test_parts_never_exceed_the_whole(own: LineTerms, price: int, shares: list[int]) -> None:
    unit = Money(price)
    whole = commission.fee(unit * sum(shares), unit, own).whole
    parts = [commission.fee(unit * share, unit, own) for share in shares]
    assert sum(part.whole.minor for part in parts) <= whole.minor <= price * sum(shares)
    assert min(min(part.commission.minor, part.tax.minor) for part in parts) >= 0


@given(terms, prices, st.lists(st.integers(0, 10**9), min_size=1, max_size=6))
def test_what_is_given_back_step_by_step_is_the_whole_fee(
    own: LineTerms, price: int, steps: list[int]
) -> None:
    left, back, unit = Money(sum(steps)), Fee.none("IDR"), Money(price)
    whole = commission.fee(left, unit, own)
    for step in steps:
        part = commission.given_back(left, left - Money(step), unit, own)
        assert min(part.commission.minor, part.tax.minor) >= 0
        assert part.whole.minor <= step
        left, back = left - Money(step), back + part
    assert back == whole


@given(st.integers(0, 10**15))
def test_eleven_percent_through_eleven_twelfths(net: int) -> None:
    gross = net + net * 11 // 100
    assert tax.included(gross, 1200, 11, 12) == gross * 11 // 111


@pytest.mark.parametrize(
    ("own", "value", "kept", "ppn"),
    [
        ({"rate_bp": 300}, 1_000_000, 30_000, 0),
        ({"rate_bp": 300, "fee_tax_bp": 1200}, 1_000_000, 30_000, 2_972),
        ({"amount": 1_500, "fee_tax_bp": 1200}, 1_000_000, 30_000, 2_972),
        ({"rate_bp": 1}, 9_999, 0, 0),
        ({"rate_bp": 10_000, "fee_tax_bp": 1200}, 111, 111, 11),
        ({"amount": 60_000}, 50_000, 50_000, 0),
        ({}, 1_000_000, 0, 0),
    ],
)
def test_examples(own: dict[str, int], value: int, kept: int, ppn: int) -> None:
    row = LineTerms(**own, fee_tax_parts=11, fee_tax_of=12)
    found = commission.fee(Money(value), Money(50_000), row)
    assert (found.whole.minor, found.tax.minor) == (kept, ppn)


@pytest.mark.django_db
def test_the_first_rule_that_fits_wins() -> None:
    fee_rule(rate_bp=900, order=30)
    mine = make_pesantren("contoh-satu")
    fee_rule(rate_bp=100, order=10, partner=mine)
    fee_rule(rate_bp=200, order=20, channel="export")
    fee_rule(rate_bp=50, order=1, valid_to=working_days.today() - timedelta(days=1))
    fee_rule(rate_bp=60, order=1, valid_from=working_days.today() + timedelta(days=1))
    fee_rule(rate_bp=70, order=1, currency="USD")
    order = placed_order([(make_product(mine), 1), (make_product(make_pesantren("contoh-dua")), 1)]).order
    rows = LineTerms.objects.filter(line__order=order).order_by("line")
    assert [row.rate_bp for row in rows] == [100, 900]


@pytest.mark.django_db
def test_freezing_takes_three_queries_for_any_number_of_lines(django_assert_num_queries: Any) -> None:
    fee_rule(rate_bp=300)
    goods_tax()
    shop = make_pesantren()
    order = placed_order([(make_product(shop, f"Barang {n}"), 1) for n in range(4)]).order
    LineTerms.objects.all().delete()
    lines = list(order.lines.select_related(*fees.FREEZE_NEEDS))
    with django_assert_num_queries(3):
        fees.freeze(order=order, lines=lines)
    assert LineTerms.objects.count() == 4


@pytest.mark.django_db
def test_frozen_terms_outlive_the_rule() -> None:
    rule = fee_rule(rate_bp=300)
    tax_on_fee()
    part = paid(one_seller())[0]
    CommissionRule.objects.filter(pk=rule.pk).update(rate_bp=9_000)
    sign(bring(part, "delivered"))
    # 500.000 × 3 % = 15.000, of it 11/111 PPN; delivery bears nothing
    assert books() == {"bank": 515_000, "payable": 500_000, "commission": 13_514, "tax_due": 1_486}
    assert_sound()


@pytest.mark.django_db
def test_commission_of_what_was_accepted_alone() -> None:
    fee_rule(rate_bp=300)
    tax_on_fee()
    first, second = paid(two_sellers())
    sign(bring(first, "delivered"), {0: 19})
    sign(bring(second, "delivered"), {0: 0})
    # 19 × 150.000 = 2.850.000 × 3 % = 85.500, of it 8.472 PPN
    assert books()["commission"] == 85_500 - 8_472
    assert books()["tax_due"] == 8_472
    assert books()["payable"] == 2_850_000 + 15_000 - 85_500
    assert books()["refund_due"] == 150_000 + 200_000 + 15_000
    assert_sound()


@pytest.mark.django_db
def test_on_tempo_the_fee_counts_at_once_and_the_net_waits() -> None:
    fee_rule(rate_bp=1_000)
    placed = one_seller(company=make_company())
    part = placed.order.fulfilments.get()
    sign(bring(part, "delivered"))
    assert books() == {"receivable": 515_000, "payable_later": 465_000, "commission": 50_000}
    assert audit() == []
    placed.due.refresh_from_db()
    pay(placed.due)
    assert books() == {"bank": 515_000, "payable": 465_000, "commission": 50_000}
    assert_sound()


@pytest.mark.django_db
def test_orders_from_before_rules_bear_no_fee() -> None:
    fee_rule(rate_bp=300)
    part = paid(one_seller())[0]
    LineTerms.objects.all().delete()
    sign(bring(part, "delivered"))
    assert books() == {"bank": 515_000, "payable": 515_000}
    assert_sound()


@pytest.mark.django_db
def test_ppn_of_goods_by_seller_class_and_channel() -> None:
    goods_tax()
    seller = make_pesantren("contoh-pkp", tax_registered=True)
    product = make_product(seller, price=111_000)
    small = make_product(make_pesantren("contoh-kecil"), price=111_000)
    placed_order([(product, 1), (small, 1)])
    assert [row.tax_bp for row in LineTerms.objects.order_by("line")] == [1200, 0]
    fresh = product.get_product_class()
    TaxRule.objects.create(
        name="x", order=1, product_class=fresh, rate_bp=0, source="x", valid_from=date(2025, 1, 1)
    )
    placed_order([(product, 1)])
    assert LineTerms.objects.order_by("-line").first().tax_bp == 0


@pytest.mark.django_db
def test_rules_are_added_and_ended_never_edited() -> None:
    today = working_days.today()
    facts = {"name": "Tiga persen", "rate_bp": 300, "valid_from": today}
    rule = fees.add_rule(facts=facts, actor=OFFICE)
    with pytest.raises(PaymentError):
        fees.add_rule(facts={**facts, "valid_from": today - timedelta(days=1)}, actor=OFFICE)
    with pytest.raises(PaymentError):
        fees.end_rule(rule=rule, last=today - timedelta(days=1), actor=OFFICE)
    fees.end_rule(rule=rule, last=today, actor=OFFICE)
    assert commission.in_force(today, "IDR") == [rule]
    assert commission.in_force(today + timedelta(days=1), "IDR") == []


@pytest.mark.django_db
def test_hand_over_releases_everything() -> None:
    fee_rule(rate_bp=1_000)
    part = paid(one_seller(release_on="hand_over"))[0]
    bring(part, "packed")
    assert "payable" not in books()
    part = bring(part, "handed_over")
    assert part.released_at
    assert books() == {"bank": 515_000, "payable": 465_000, "commission": 50_000}
    assert_sound()
    sign(bring(part, "delivered"))
    assert books() == {"bank": 515_000, "payable": 465_000, "commission": 50_000}
    assert_sound()


@pytest.mark.django_db
def test_the_packing_house_says_what_is_payable() -> None:
    part = bring(paid(one_seller(release_on="receipt"))[0], "delivered")
    assert part.claim_until is None
    with pytest.raises(IllegalMove):
        sign(part)
    line = part.lines.get()
    services.close_claim(fulfilment=part)
    services.release_on_receipt(
        fulfilment=part, actor=OFFICE, signed_name="Gudang", accepted={line.pk: 7}, reasons={line.pk: "busuk"}
    )
    assert books() == {"bank": 515_000, "payable": 365_000, "refund_due": 150_000}
    assert_sound()
    with pytest.raises(IllegalMove):
        services.release_on_receipt(
            fulfilment=part, actor=OFFICE, signed_name="Gudang", accepted={line.pk: 7}, reasons={line.pk: "x"}
        )
    other = bring(paid(one_seller(price=20_000))[0], "delivered")
    with pytest.raises(IllegalMove):
        services.release_on_receipt(
            fulfilment=other, actor=OFFICE, signed_name="Gudang", accepted={}, reasons={}
        )
    assert Account.objects.filter(kind=Kind.HELD, debits=0).exists()
