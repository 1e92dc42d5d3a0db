"""Promises that became orders which an exporter sold: realised is what the buyer paid by the contract."""

import pytest

from marketplace.fulfilment import services
from marketplace.fulfilment.audit import audit
from marketplace.orders.models import Order
from marketplace.programme.commitments import realised
from marketplace.programme.models import Commitment, CommitmentLink
from marketplace.programme.sums import total
from tests.factories.overseas import OFFICE, a_lock
from tests.factories.programme import make_commitment, make_exhibitor
from tests.factories.sold import POOL, SOLD, own_of, part_of, sold_order
from tests.fulfilment.exporter_steps import MAHAL, MURAH, SATU, credit, done, refunds, short

pytestmark = pytest.mark.django_db


def promised(order: Order, code: str) -> Commitment:
    """The order's pesantren promised it; a dollar is 16,250 rupiah."""
    a_lock(order)
    made = make_commitment(make_exhibitor(partner=part_of(order, code).partner))
    CommitmentLink.objects.create(commitment=made, order=order)
    return made


def cents(made: Commitment) -> int:
    """Realised of the promise, in cents; the sum in rupiah says the same."""
    rows = realised.entries(CommitmentLink.objects.all(), {made.pk: made.exhibitor.partner_id})
    found = sum(row.amount.minor for row in rows)
    assert abs(total(made.event.province).realised - found * 16_250 // 100) <= len(rows)
    return found


def test_what_did_not_come_of_an_exporters_order_is_no_fault_of_the_books() -> None:
    order = sold_order()
    made = promised(order, SATU)
    short(part_of(order, SATU), 90)
    done(part_of(order, SATU))
    done(own_of(order))
    assert cents(made) == 90 * SOLD
    assert audit() == []


def test_what_came_to_the_exporter_for_dear_goods_was_paid_by_the_buyer() -> None:
    """Its own part was released before they were refused: nothing of that part says so."""
    order = sold_order(POOL)
    made = promised(order, MURAH)
    done(own_of(order))
    done(part_of(order, MURAH))
    done(part_of(order, MAHAL), 60)
    assert cents(made) == 160 * SOLD == 200 * SOLD - sum(refunds())
    assert audit() == []
    credit(part_of(order, MURAH), 100)  # its credit note takes more than the exporter's own part was
    assert cents(made) == 60 * SOLD
    assert audit() == []


def test_what_the_exporter_owes_for_dear_goods_was_not_paid_by_the_buyer() -> None:
    order = sold_order(POOL)
    made = promised(order, MAHAL)
    services.decline(fulfilment=part_of(order, MURAH), actor=OFFICE, why="Banjir")
    done(part_of(order, MAHAL))
    done(own_of(order))
    assert cents(made) == 100 * SOLD == 200 * SOLD - sum(refunds())
    assert audit() == []
