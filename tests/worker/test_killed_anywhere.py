"""kill -9 before and after each statement of a payment, a refund and a release: nothing lost, nothing twice.

The process of a real worker dies; the broker hands the task out again. Every thirty-first step is tried in `make test`,
each one with HISTORIES=long (`make histories`).
"""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from marketplace.common.actor import GUEST
from marketplace.fulfilment import services
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.models import Journal
from marketplace.notices.models import Mail
from marketplace.payments.models import Attempt, Due, ProviderEvent, Refund
from marketplace.payments.services import online
from tests.factories.catalogue import make_product
from tests.factories.orders import placed_order
from tests.fakestripe import control
from tests.fakestripe.fixtures import SECRET_KEY, WEBHOOK_SECRET
from tests.fakestripe.server import Server
from tests.fulfilment.steps import OFFICE, bring, parts
from tests.worker.conftest import Machine, wait_until

pytestmark = [
    pytest.mark.worker,
    # Through Redis the test's own services would wake the worker before it is told where to die.
    pytest.mark.parametrize("machine", ["files"], indirect=True),
]
STRIDE = 1 if os.environ.get("HISTORIES") == "long" else 31


@pytest.fixture
def bank(machine: Machine, settings: Any) -> Iterator[Any]:
    """A fake Stripe with a socket, for the test and its worker."""
    server = Server(secret=WEBHOOK_SECRET)
    server.start()
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = SECRET_KEY, server.url
    machine.environment |= {
        "STRIPE_SECRET_KEY": SECRET_KEY,
        "STRIPE_API_BASE": server.url,
        "STRIPE_WEBHOOK_SECRETS": WEBHOOK_SECRET,
        "DEMO": "1",
    }
    yield server.fake
    server.shutdown()


@pytest.fixture
def product(machine: Machine) -> Any:
    return make_product(price=50_000, stock=100_000)


def dies_at_each_step(
    machine: Machine, task: str, begin: Callable[[], list[Any]], is_done: Callable[[], bool]
) -> int:
    """Begin anew, let the worker die one step later each time, until it gets through. Gives the number of deaths."""
    machine.start_worker()
    client = machine.client()
    die, died = (Path(machine.folder) / name for name in ("die", "died"))
    for step in count(0, STRIDE):
        args = begin()
        died.unlink(missing_ok=True)
        die.write_text(f"{task} {step}")
        client.send_task(task, args=args)
        wait_until(is_done, f"{task} is done although it died at step {step}")
        if not died.exists():
            return step // STRIDE
        assert audit() == []
    raise AssertionError


def paid_page(bank: Any, product: Any) -> Attempt:
    attempt = online.start(due=placed_order([(product, 2)]).due, actor=GUEST)
    control.pay(bank, {"session": attempt.session_id, "card": "4242424242424242", "authenticated": False})
    return attempt


def test_while_it_takes_in_a_card_payment(machine: Machine, bank: Any, product: Any) -> None:
    begun: list[Attempt] = []

    def begin() -> list[Any]:
        begun.append(paid_page(bank, product))
        number = f"evt_{len(begun)}"
        body = {"checkout.session": begun[-1].session_id}
        ProviderEvent.objects.create(id=number, kind="checkout.session.completed", body=body)
        return [number]

    def is_done() -> bool:
        event = ProviderEvent.objects.get(pk=f"evt_{len(begun)}")
        return event.done_at is not None

    assert dies_at_each_step(machine, "payments.handle_event", begin, is_done) >= 2
    assert {due.state for due in Due.objects.all()} == {"settled"}
    assert {attempt.state for attempt in Attempt.objects.all()} == {"paid"}
    assert Journal.objects.filter(key__startswith="charge/").count() == len(begun)
    for attempt in begun:  # told once each
        number = attempt.due.order.number
        assert Mail.objects.filter(key=f"order_cleared/{number}").count() == 1
    assert audit() == []


def test_while_it_sends_a_refund(machine: Machine, bank: Any, product: Any) -> None:
    begun: list[Refund] = []

    def begin() -> list[Any]:
        attempt = online.sync(paid_page(bank, product).pk)
        (part,) = parts(attempt.due.order)
        services.decline(fulfilment=part, actor=OFFICE, why="uji")
        begun.append(Refund.objects.get(order=attempt.due.order))
        return [begun[-1].pk]

    def is_done() -> bool:
        return Refund.objects.get(pk=begun[-1].pk).state == "paid"

    assert dies_at_each_step(machine, "payments.send_refund", begin, is_done) >= 1
    assert len(bank.world.of("refund")) == len(begun)
    assert Journal.objects.filter(kind="refund_paid").count() == len(begun)
    assert audit() == []


def test_while_it_releases_what_nobody_complained_about(machine: Machine, bank: Any, product: Any) -> None:
    begun: list[Fulfilment] = []

    def begin() -> list[Any]:
        attempt = online.sync(paid_page(bank, product).pk)
        part = bring(parts(attempt.due.order)[0], "delivered")
        Fulfilment.objects.filter(pk=part.pk).update(claim_until=timezone.now())
        begun.append(part)
        return []

    def is_done() -> bool:
        return Fulfilment.objects.get(pk=begun[-1].pk).state == "received"

    assert dies_at_each_step(machine, "fulfilment.close_claims", begin, is_done) >= 2
    assert Journal.objects.filter(kind="release").count() == len(begun)
    assert audit() == []


def test_a_database_that_restarts_costs_one_try(machine: Machine, bank: Any, product: Any) -> None:
    """Every connection of the worker ends; its next task opens a new one."""
    machine.start_worker()
    for number in ("evt_1", "evt_2"):
        body = {"checkout.session": paid_page(bank, product).session_id}
        ProviderEvent.objects.create(id=number, kind="checkout.session.completed", body=body)
        machine.client().send_task("payments.handle_event", args=[number])
        wait_until(lambda number=number: ProviderEvent.objects.get(pk=number).done_at, number)
        with connection.cursor() as cursor:
            mine = "datname = current_database() and pid <> pg_backend_pid()"
            cursor.execute(f"select pg_terminate_backend(pid) from pg_stat_activity where {mine}")
    assert {due.state for due in Due.objects.all()} == {"settled"}
    assert audit() == []
