"""Orders that nobody paid end at once, while people look around and buy the same goods.

1,500 of them here, a minute on two cores; 5,000 in `make histories`.
"""

import copy
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from marketplace.common.models import StateChange
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.fulfilment.services import Placed
from marketplace.notices.models import Mail
from marketplace.orders.models import Line, Order
from marketplace.payments.models import Due
from marketplace.pesantren.models import StockRecord
from tests.factories.catalogue import make_pesantren, make_product
from tests.factories.orders import placed_order
from tests.fulfilment.steps import assert_sound
from tests.worker.conftest import Machine

ORDERS = 5_000 if os.environ.get("HISTORIES") == "long" else 1_500
UNITS, STOCK = 2, 20_000
# Seconds that anybody may stand before a lock: lock_timeout makes more an error. Other tests can take both cores
# away from whoever holds it.
LONGEST_WAIT = 5
SLOWEST_PAGE = 10  # seconds for a page or a whole order: the sweeps and we share two cores with other tests


def clones(rows: list[Any], change: Callable[[Any, int], None]) -> list[Any]:
    """As many copies of one row as `rows` has, each changed by its place; written in a few statements."""
    pattern: models.Model = rows[0]
    made = []
    for place in range(len(rows)):
        row = copy.copy(pattern)
        row._state = copy.copy(pattern._state)
        row._state.fields_cache = {}
        row.pk, row._state.adding = None, True
        change(row, place)
        made.append(row)
    return type(pattern)._base_manager.bulk_create(made, batch_size=1_000)


def many_like(placed: Placed, count: int) -> None:
    """`count` more orders like this one, of one line each: the rows that place() would write, and the stock."""
    line, fulfilment = placed.order.lines.get(), placed.order.fulfilments.get()
    part = FulfilmentLine.objects.get(fulfilment=fulfilment)

    def new_order(row: Any, place: int) -> None:
        row.number, row.place_key, row.basket_id = f"OP-MASS-{place:05d}", uuid4(), None

    orders = clones([placed.order] * count, new_order)

    def new_fulfilment(row: Any, place: int) -> None:
        row.number, row.order_id = f"{orders[place].number}-1", orders[place].pk

    def new_due(row: Any, place: int) -> None:
        row.reference, row.order_id = f"OPOP-MASS-{place:04d}", orders[place].pk

    lines = clones([line] * count, lambda row, place: setattr(row, "order_id", orders[place].pk))
    fulfilments = clones([fulfilment] * count, new_fulfilment)

    def new_part(row: Any, place: int) -> None:
        row.fulfilment_id, row.line_id = fulfilments[place].pk, lines[place].pk

    clones([part] * count, new_part)
    clones([placed.due] * count, new_due)
    StockRecord.objects.filter(pk=line.stockrecord_id).update(
        num_allocated=models.F("num_allocated") + count * line.quantity
    )


def overdue() -> None:
    Due.objects.update(due_at=timezone.now() - timedelta(minutes=1), reminded_at=timezone.now())


def open_orders() -> int:
    return Due.objects.filter(state="open").count()


def timed(waits: dict[str, float], what: str, work: Callable[[], Any]) -> Any:
    """Do it, and keep how long the longest one took."""
    start = monotonic()
    result = work()
    waits[what] = max(waits.get(what, 0), monotonic() - start)
    return result


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_thousands_of_orders_expire_while_people_buy(tmp_path: Path) -> None:
    product = make_product(make_pesantren(), "Sarung", 50_000, stock=STOCK)
    many_like(placed_order([(product, UNITS)]), ORDERS - 1)
    assert StockRecord.objects.get().num_allocated == ORDERS * UNITS
    overdue()
    waits: dict[str, float] = {}
    sweeps = [start_sweep(tmp_path, name) for name in ("first", "second")]
    bought, client = 0, Client()
    with connection.cursor() as cursor:  # a longer wait for a lock is an error, for us and for the sweeps
        cursor.execute(f"SET lock_timeout = '{LONGEST_WAIT}s'")
    while any(sweep.poll() is None for sweep in sweeps):
        for path in ("/", "/products/", product.get_absolute_url(), "/basket/"):
            assert timed(waits, path, partial(client.get, path)).status_code == 200
        timed(waits, "order", partial(placed_order, [(product, UNITS)]))
        bought += 1
        sleep(0.2)
    logs = [(tmp_path / f"{name}.log").read_text() for name in ("first", "second")]
    assert [sweep.returncode for sweep in sweeps] == [0, 0], logs
    assert "failed" not in "".join(logs)
    assert min(int(log.split()[-1]) for log in logs) > 0, "both took a share"
    assert sum(int(log.split()[-1]) for log in logs) == ORDERS
    assert open_orders() == bought > 0
    assert_all_ended_once(bought)
    assert max(waits.values()) < SLOWEST_PAGE, waits
    assert_sound()


def start_sweep(folder: Path, name: str) -> subprocess.Popen[bytes]:
    """tasks.expire_unpaid as a process of its own, as a worker runs it, until nothing is late."""
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.fulfilment.sweep_late", str(LONGEST_WAIT)],
            env=Machine(folder, "").environment,
            stdout=log,
            stderr=log,
        )


def assert_all_ended_once(bought: int) -> None:
    """Every order one move to its end, one mail, and the stock of those alone that were bought meanwhile."""
    assert StockRecord.objects.get().num_allocated == bought * UNITS
    assert Counter(Due.objects.values_list("state", flat=True)) == {"expired": ORDERS, "open": bought}
    assert Counter(Order.objects.values_list("status", flat=True)) == {"cancelled": ORDERS, "placed": bought}
    assert Fulfilment.objects.filter(state="cancelled").count() == ORDERS
    assert Line.objects.filter(allocation_cancelled=True).count() == ORDERS
    for subject in ("payments.due", "order.order", "fulfilment.fulfilment"):
        ends = StateChange.objects.filter(subject_type=subject).exclude(before="")
        assert ends.count() == ends.values("subject_id").distinct().count() == ORDERS, subject
    assert Mail.objects.filter(key__startswith="order_expired/").count() == ORDERS
