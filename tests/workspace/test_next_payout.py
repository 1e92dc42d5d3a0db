"""The next payout on the page of the money: its day, what it brings, and why something is not in it yet."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post
from marketplace.payments.models import Dispute, PayoutAccount
from marketplace.payments.services import payouts
from marketplace.workspace import next_payout
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.companies import admin_of, make_company
from tests.factories.orders import placed_order
from tests.fulfilment import steps
from tests.payments.test_lost_disputes import by_card, look

pytestmark = pytest.mark.django_db
MONDAY = "2026-11-23 10:00+07:00"
ALL = 515_000  # of one order


@pytest.fixture(autouse=True)
def now(settings: Any) -> Any:
    settings.PAYOUT_WEEKDAYS = {2, 5}
    with translation.override("en"), time_machine.travel(datetime.fromisoformat(MONDAY), tick=False) as clock:
        yield clock


def bank(partner: Any, state: str = "active", **more: Any) -> PayoutAccount:
    """An account; confirmed by a second person unless `confirmed_by` says otherwise."""
    facts = {
        "proposed_by": make_user(f"a-{state}@example.com"),
        "confirmed_by": make_user(f"b-{state}@example.com"),
        "usable_from": timezone.now(),
        **more,
    }
    named = {"bank": "Bank Contoh", "number": "12345", "holder": "Contoh"}
    return PayoutAccount.objects.create(partner=partner, state=state, **named, **facts)


def part(to: str = "delivered", **kw: Any) -> Fulfilment:
    return steps.bring(steps.paid(steps.one_seller(**kw))[0], to)


def coming(partner: Any) -> Any:
    return next_payout.of([partner])[partner.pk]


def outside(partner: Any) -> list[tuple[str, int]]:
    return [(one.why, one.amount.minor) for one in coming(partner).outside]


def test_what_was_signed_for_is_in_it_on_the_day() -> None:
    found = part()
    bank(found.partner)
    steps.sign(found)
    one = coming(found.partner)
    assert (str(one.day), one.carries.minor, one.outside) == ("2026-11-24", ALL, [])
    batch = payouts.draft(actor=steps.OFFICE)
    assert batch
    assert [row.amount for row in batch.payouts.all()] == [one.carries.minor]  # it was foretold exactly
    after = coming(found.partner)
    assert (after.carries.minor, after.sent.minor, after.owed.minor) == (0, ALL, 0)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-24 08:59+07:00", "2026-11-24"),
        ("2026-11-24 09:00+07:00", "2026-11-27"),  # it was drafted just now
        ("2026-12-24 23:00+07:00", "2026-12-28"),  # the Friday is Christmas
    ],
)
def test_borders_of_the_day(now: Any, moment: str, day: str) -> None:
    partner = make_pesantren()
    now.move_to(datetime.fromisoformat(moment))
    assert str(coming(partner).day) == day


def test_without_an_account_nothing_is_in_it() -> None:
    found = part()
    steps.sign(found)
    assert outside(found.partner) == [("no-account", ALL)]
    waiting = bank(found.partner, "proposed", confirmed_by=None, usable_from=None)
    assert outside(found.partner) == [("unconfirmed", ALL)]
    assert coming(found.partner).carries == Money(0)
    PayoutAccount.objects.filter(pk=waiting.pk).update(
        confirmed_by=make_user("c@example.com"), usable_from=timezone.now() + timedelta(hours=48)
    )  # Wednesday: Tuesday's transfers leave without it
    one = coming(found.partner)
    assert (str(one.day), one.carries.minor, one.outside) == ("2026-11-27", ALL, [])
    assert one.usable_from == timezone.now() + timedelta(hours=48)


def test_a_new_account_changes_nothing_while_the_one_before_is_used() -> None:
    found = part()
    steps.sign(found)
    bank(found.partner)
    bank(found.partner, "proposed", confirmed_by=None, usable_from=None)
    assert (coming(found.partner).carries.minor, outside(found.partner)) == (ALL, [])


def test_less_than_the_minimum_waits(settings: Any) -> None:
    found = part()
    bank(found.partner)
    steps.sign(found)
    settings.PAYOUT_MINIMUM = ALL
    assert coming(found.partner).carries.minor == ALL
    settings.PAYOUT_MINIMUM = ALL + 1
    assert (coming(found.partner).carries.minor, outside(found.partner)) == (0, [("minimum", ALL)])
    assert payouts.draft(actor=steps.OFFICE) is None


def test_what_a_claim_cost_is_taken_off() -> None:
    found = part()
    bank(found.partner)
    steps.sign(found)
    where = f"pesantren/{found.partner_id}"
    for number, debt, left in ((1, 15_000, 500_000), (2, 600_000, -100_000)):
        legs = [(account(Kind.SELLER_DEBT, "IDR", where), account(Kind.BANK, "IDR"), Money(debt))]
        post(f"debt/{number}", "credit_note", legs)
        one = coming(found.partner)
        assert (one.owed.minor, one.carries.minor, one.outside) == (left, max(left, 0), [])


def test_foreign_money_is_sold_first() -> None:
    partner = make_pesantren()
    bank(partner)
    where = f"pesantren/{partner.pk}"
    legs = [(account(Kind.BANK, "USD"), account(Kind.PAYABLE, "USD", where), Money(125_000, "USD"))]
    post("usd", "release", legs)
    one = coming(partner)
    assert (one.carries, [(row.why, row.amount) for row in one.outside]) == (
        Money(0),
        [("foreign", Money(125_000, "USD"))],
    )


def test_it_waits_for_the_buyer_and_then_for_the_time_to_claim() -> None:
    found = part("packed")
    bank(found.partner)
    assert outside(found.partner) == [("buyer", ALL)]
    found = steps.bring(found, "delivered")
    [row] = coming(found.partner).outside
    assert (row.why, row.amount.minor, row.until) == ("claim", ALL, found.claim_until)


@pytest.mark.parametrize(("milestone", "why"), [("hand_over", "hand-over"), ("receipt", "grading")])
def test_it_waits_for_another_milestone(milestone: str, why: str) -> None:
    found = part("packed")
    Fulfilment.objects.filter(pk=found.pk).update(release_on=milestone)
    assert outside(found.partner) == [(why, ALL)]


def test_a_bill_on_tempo_holds_it_before_and_after_the_signature() -> None:
    company = make_company()
    placed = steps.one_seller(buyer=admin_of(company), company=company)
    found = steps.bring(steps.parts(placed.order)[0], "delivered")
    bank(found.partner)
    assert outside(found.partner) == [("tempo", ALL)]
    steps.sign(found)
    assert outside(found.partner) == [("tempo", ALL)]
    steps.pay(placed.due)
    assert (coming(found.partner).carries.minor, outside(found.partner)) == (ALL, [])


def test_a_dispute_holds_it_before_and_after_the_signature(fake_stripe: Any) -> None:
    placed = steps.one_seller()
    session = by_card(fake_stripe, placed)
    found = steps.bring(steps.parts(placed.order)[0], "delivered")
    bank(found.partner)
    asked = fake_stripe.dispute(session)
    look(asked)
    assert outside(found.partner) == [("dispute", ALL)]
    steps.sign(found)
    assert outside(found.partner) == [("dispute", ALL)]
    assert payouts.draft(actor=steps.OFFICE) is None
    fake_stripe.close_dispute(asked, won=True)
    look(asked)
    assert Dispute.objects.get().state == "won"
    assert (coming(found.partner).carries.minor, outside(found.partner)) == (ALL, [])


def test_the_page_says_it_and_asks_no_more_for_more_parts(client: Any) -> None:
    found = part("packed")
    member = make_user("anggota@example.com", language="en")
    make_member(member, found.partner)
    client.force_login(member)
    url = reverse("workspace:money")

    def page() -> tuple[str, int]:
        with CaptureQueriesContext(connection) as made:
            said = client.get(url).content.decode().replace("\N{NO-BREAK SPACE}", " ")
        return said, len(made)

    page()
    said, few = page()
    for words in (
        "Next payout",
        "Tuesday, 24 November 2026",
        "Rp 515.000",
        "the goods are not delivered yet",
    ):
        assert words in said
    steps.sign(steps.bring(found, "delivered"))
    said, _queries = page()
    assert "no bank account is named yet" in said
    more = make_pesantren("contoh-dua")
    make_member(member, more)
    for partner in (found.partner, more):
        for number in range(3):
            goods = make_product(partner, f"Lagi {number}", 50_000, stock=100)
            steps.paid(placed_order([(goods, 10)]))
    assert page()[1] == few
