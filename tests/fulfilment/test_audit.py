"""Every kind of fault is found, and manage.py audit fails then. Triggers sleep while a test breaks a row."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from marketplace.fulfilment import services
from marketplace.fulfilment.audit import audit
from tests.fulfilment.steps import (
    OFFICE,
    arrives,
    assert_sound,
    bring,
    one_seller,
    paid,
    parts,
    pay,
    sign,
    two_sellers,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> None:
    """Orders in all stages: part payment, paid, on the way, signed in part, declined, ended; loose money."""
    pay(one_seller(price=10_000).due, 5_000)
    first, second = paid(two_sellers())
    sign(bring(first, "delivered"), {0: 19})
    bring(second, "handed_over")
    paid(one_seller(price=20_000))
    services.decline(fulfilment=paid(one_seller(price=30_000))[0], actor=OFFICE, why="x")
    services.cancel_unpaid(order=one_seller(price=40_000).order, actor=OFFICE)
    arrives(999)
    assert_sound()


def corrupt(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount > 0, "the statement broke nothing"
        cursor.execute("set session_replication_role = default")


LAST = "(select max(id) from ledger_movement)"
HELD = "(select id from ledger_account where kind = 'held' and credits > debits limit 1)"
FAULTS = {
    "a running total": f"update ledger_account set credits = credits + 1 where id = {HELD}",
    "a movement": f"update ledger_movement set amount = amount + 1 where id = {LAST}",
    "a lost movement": f"delete from ledger_movement where id = {LAST}",
    "an order's total": "update order_order set total_incl_tax = total_incl_tax + 1",
    "an order's status": "update order_order set status = 'completed' where status = 'cleared'",
    "a line's price": "update order_line set line_price_incl_tax = line_price_incl_tax - 1",
    "a line's quantity": "update order_line set quantity = quantity + 1",
    "a part's quantity": "update fulfilment_fulfilmentline set quantity = quantity + 1",
    "a lost part": "delete from fulfilment_fulfilmentline",
    "an order without parts": "delete from fulfilment_fulfilment",
    "a part's state": "update fulfilment_fulfilment set state = 'delivered' where state = 'received'",
    "a part's fee": "update fulfilment_fulfilment set delivery_fee = delivery_fee + 1 where state = 'offered'",
    "units signed for": "update fulfilment_fulfilmentline set accepted = accepted - 1 where accepted > 0",
    "a due's amount": "update payments_due set amount = amount + 1",
    "a due's split": "update payments_due set split = '{}'",
    "a due's state": "update payments_due set state = 'open' where state = 'settled'",
    "a due's received": "update payments_due set received = received + 1 where state = 'open'",
    "a receipt's amount": "update payments_receipt set amount = amount + 1 where state = 'unmatched'",
    "a receipt's state": "update payments_receipt set state = 'matched' where state = 'unmatched'",
    "a lost receipt": "delete from payments_receipt where state = 'unmatched'",
    "a refund's amount": "update payments_refund set amount = amount - 1",
    "a refund's state": "update payments_refund set state = 'paid'",
    "a lost refund": "delete from payments_refund",
    "reserved stock": "update partner_stockrecord set num_allocated = num_allocated - 1 where num_allocated > 0",
    "stock reserved for nobody": "update partner_stockrecord set num_allocated = num_allocated + 1",
}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("fault", FAULTS)
def test_found(fault: str) -> None:
    corrupt(FAULTS[fault])
    assert audit() != []
    with pytest.raises(CommandError) as failed:
        call_command("audit", stdout=StringIO())
    assert failed.value.returncode == 1


@pytest.mark.usefixtures("world")
def test_all_is_well() -> None:
    out = StringIO()
    call_command("audit", stdout=out)
    assert out.getvalue() == "Everything agrees.\n"


@pytest.mark.usefixtures("world")
def test_the_number_of_queries_does_not_grow(django_assert_max_num_queries: Callable) -> None:
    with django_assert_max_num_queries(75):
        audit()
    for _ in range(3):
        paid(one_seller())
    with django_assert_max_num_queries(75):
        audit()


@pytest.mark.usefixtures("world")
def test_says_in_words_what_is_wrong() -> None:
    corrupt("update partner_stockrecord set num_allocated = 7 where num_allocated = 10")
    assert all(fault.endswith(": 7 reserved, orders say 10") for fault in audit())


@pytest.mark.django_db(transaction=True)
def test_looks_at_one_moment_and_writes_nothing() -> None:
    """Outside a transaction the audit makes its own: repeatable read, read only."""
    placed = one_seller()
    seen = []

    def listen(execute, sql, params, many, context):
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        assert audit() == []
    assert seen[0] == "set transaction isolation level repeatable read, read only"
    assert parts(placed.order)
