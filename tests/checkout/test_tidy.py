"""Baskets that guests left behind go away in batches, without touching or waiting for anybody else's."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checkout import tasks
from checkout.basket.models import Basket, Line
from tests.common.race import race
from tests.factories.catalogue import make_product, make_user
from tests.factories.orders import basket_of, placed_order


def aged(basket: Basket, days: int, lines_days: int | None = None) -> Basket:
    now = timezone.now()
    Basket.objects.filter(pk=basket.pk).update(date_created=now - timedelta(days=days))
    touched = days if lines_days is None else lines_days
    Line.objects.filter(basket=basket).update(date_updated=now - timedelta(days=touched))
    return basket


def left() -> set[int]:
    return set(Basket.objects.values_list("pk", flat=True))


@pytest.mark.django_db
def test_only_guests_baskets_untouched_for_sixty_days() -> None:
    product = make_product()
    order = placed_order([(product, 1)]).order
    stay = {
        aged(Basket.objects.get(pk=order.basket_id), 400).pk,  # became an order
        aged(basket_of([(product, 1)], make_user()), 400).pk,  # somebody's
        aged(basket_of([(product, 1)]), 59).pk,
        aged(basket_of([(product, 1)]), 400, lines_days=59).pk,  # old, but used since
    }
    for basket in (basket_of([(product, 2)]), basket_of([])):
        aged(basket, 61)
    assert tasks.tidy_baskets() == 2
    assert left() == stay
    assert tasks.tidy_baskets() == 0


@pytest.mark.django_db(transaction=True)
def test_five_thousand_in_batches_by_two_workers_while_one_is_in_use() -> None:
    product = make_product()
    used = basket_of([(product, 1)])
    Basket.objects.bulk_create([Basket(owner=None) for _ in range(5_000)])
    old = timezone.now() - timedelta(days=90)
    Basket.objects.update(date_created=old)
    Line.objects.update(date_updated=old)

    def tidied() -> Any:
        with CaptureQueriesContext(connection) as caught:
            return tasks.tidy_baskets(), len(caught)

    with transaction.atomic():
        Basket.objects.select_for_update().get(pk=used.pk)  # its guest is just placing the order
        (first, queries), (second, more) = race(tidied, tidied)
    assert first + second == 5_000
    assert queries + more < 250
    assert left() == {used.pk}
    assert tasks.tidy_baskets() == 1
