"""Background work through its timetable, by a real worker that is killed with -9 and a broker that is emptied."""

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from marketplace.celery import app
from marketplace.fulfilment.models import Fulfilment
from marketplace.notices.models import Mail
from marketplace.orders.models import Order
from marketplace.payments.models import Due
from marketplace.pesantren.models import StockRecord
from tests.factories.catalogue import make_product
from tests.factories.orders import placed_order
from tests.fulfilment.steps import assert_sound, one_seller
from tests.worker.conftest import Machine, wait_until

pytestmark = [pytest.mark.worker]


def make_overdue() -> None:
    Due.objects.update(due_at=timezone.now() - timedelta(seconds=1), reminded_at=timezone.now())


def sent() -> bool:
    return not Mail.objects.filter(sent=None).exists()


def facts() -> tuple[str, str, str, int | None]:
    """Where one order stands: order, due, part, units reserved."""
    return (
        Order.objects.get().status,
        Due.objects.get().state,
        Fulfilment.objects.get().state,
        StockRecord.objects.get().num_allocated,
    )


OPEN = ("placed", "open", "waiting", 10)
EXPIRED = ("cancelled", "expired", "cancelled", 0)


def test_every_entry_of_the_timetable_names_a_task_and_runs(machine: Machine) -> None:
    machine.start_worker()
    told = set(re.findall(r"^  \. (\S+)$", machine.log("worker"), re.MULTILINE))
    names = [entry["task"] for entry in app.conf.beat_schedule.values()]
    assert set(names) <= told
    assert len(names) == len(set(names)) >= 7
    machine.run("tests.worker.send_all")
    for name in names:
        wait_until(lambda name=name: re.search(rf"Task {name}\[\S+\] succeeded", machine.log("worker")), name)
    assert "raised" not in machine.log("worker")
    assert "ERROR" not in machine.log("worker")


def test_an_unpaid_order_expires_and_its_mails_leave_by_beat_alone(machine: Machine) -> None:
    placed = one_seller()
    make_overdue()
    assert facts() == OPEN
    machine.start_beat()
    machine.start_worker()
    wait_until(lambda: Order.objects.get().status == "cancelled", "the order expires")
    wait_until(sent, "the mails leave")
    assert facts() == EXPIRED
    keys = Mail.objects.order_by("pk").values_list("key", flat=True)
    assert list(keys) == [f"order_placed/{placed.order.number}", f"order_expired/{placed.order.number}"]
    assert sorted(machine.mails()) == sorted(f"{one.message_id} {one.to}" for one in Mail.objects.all())
    assert_sound()


@pytest.mark.parametrize(("when", "times"), [("before", 1), ("after", 2)])
def test_a_worker_killed_while_it_sends_repeats_the_mail_at_most_once(
    machine: Machine, when: str, times: int
) -> None:
    one_seller()
    machine.hang(when)
    machine.start_beat()
    machine.start_worker()
    wait_until(machine.is_hanging, "the worker hangs in the middle of sending")
    machine.kill("worker")
    assert Mail.objects.get().sent is None
    machine.mend()
    Mail.objects.update(next_try=timezone.now())  # the minute until the next try is over
    machine.start_worker()
    wait_until(sent, "the mail is sent after the restart")
    mail = Mail.objects.get()
    assert machine.mails() == [f"{mail.message_id} {mail.to}"] * times
    assert mail.tries == 2


def test_a_broker_that_was_emptied_costs_nothing_but_a_little_time(machine: Machine) -> None:
    one_seller()
    machine.client().send_task("notices.deliver", args=[Mail.objects.get().pk])
    assert machine.waiting() == 1
    machine.empty_broker()
    assert machine.waiting() == 0
    machine.start_beat()
    machine.start_worker()
    wait_until(sent, "the sweep finds the mail")
    assert len(machine.mails()) == 1


def test_a_worker_killed_while_an_order_expires_leaves_it_whole(machine: Machine) -> None:
    """We hold the stock row: the worker has ended due and part, not committed, and waits for us. Then kill -9."""
    placed_order([(make_product(price=50_000), 10)])
    make_overdue()
    with transaction.atomic():
        StockRecord.objects.select_for_update().get()
        machine.start_beat()
        machine.start_worker()
        wait_until(is_somebody_waiting, "the worker waits for the stock row")
        machine.kill("worker")
        assert facts() == OPEN
    wait_until(is_nobody_else_here, "PostgreSQL has ended the dead worker's transaction")
    assert facts() == OPEN  # all or nothing: nothing
    assert_sound()
    machine.start_worker()
    wait_until(lambda: Order.objects.get().status == "cancelled", "the order expires after the restart")
    assert facts() == EXPIRED
    assert Mail.objects.filter(key__startswith="order_expired/").count() == 1
    assert_sound()


def count(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {query}")
        return int(cursor.fetchone()[0])


def is_somebody_waiting() -> bool:
    return count("pg_locks where not granted") > 0  # pg_stat_activity would not change inside our transaction


def is_nobody_else_here() -> bool:
    here = "datname = current_database() and pid <> pg_backend_pid()"
    return count(f"pg_stat_activity where {here} and state <> 'idle'") == 0
