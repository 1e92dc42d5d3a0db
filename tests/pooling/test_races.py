"""Several people act on one pool at the same moment."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from marketplace.common.states import IllegalMove
from marketplace.pooling import services, tasks
from marketplace.pooling.exceptions import NothingMissing, TooLate
from marketplace.pooling.models import Pool, PoolRun, Share
from tests.common.race import race
from tests.factories.pooling import COMPOSER, SELLER, compose, confirm, make_pool, offer, shared, three
from tests.pooling.sound import assert_sound

pytestmark = pytest.mark.django_db(transaction=True)


def refused(results: list[Any], *kinds: type[Exception]) -> int:
    assert [one for one in results if isinstance(one, Exception) and not isinstance(one, kinds)] == []
    return sum(isinstance(one, kinds) for one in results)


def test_two_composers_at_once() -> None:
    pool = make_pool()
    three(pool)
    results = race(*[lambda: compose(pool)] * 3)
    assert refused(results, NothingMissing) == 2
    assert shared(pool) == {"a": [(60, "proposed")], "b": [(40, "proposed")]}
    assert PoolRun.objects.count() == 1
    assert_sound()


def test_one_declines_while_another_decline_is_shared_anew() -> None:
    pool = make_pool()
    three(pool)
    offer(pool, "contoh-d", 100, 13_000)
    first, second = compose(pool)
    confirm(second)
    services.decline_share(share=first, actor=SELLER, why="x")
    results = race(
        lambda: tasks.repool(pool.pk),
        lambda: services.decline_share(share=second, actor=SELLER, why="x"),
        tasks.repool_due,
        lambda: offer(pool, "contoh-e", 5, 1_000),
    )
    assert refused(results, NothingMissing) == 0
    tasks.repool_due()
    assert Pool.objects.get().state == "proposed"
    assert sum(share.counts for share in Share.objects.all()) == 100
    assert_sound()


@pytest.mark.parametrize("turn", range(2))
def test_the_deadline_passes_while_they_confirm(turn: int) -> None:
    pool = make_pool()
    three(pool)
    share, _ = compose(pool, confirm_by=timezone.now() + timedelta(seconds=0.4))
    Share.objects.exclude(pk=share.pk).update(confirm_by=timezone.now() + timedelta(hours=1))
    Share.objects.filter(pk=share.pk).update(confirm_by=timezone.now() + timedelta(milliseconds=30 * turn))
    results = race(
        lambda: services.confirm_share(share=Share.objects.get(pk=share.pk), actor=SELLER),
        tasks.expire_shares,
        tasks.expire_shares,
    )
    late = refused(results, TooLate, IllegalMove)
    tasks.expire_shares()
    assert Share.objects.get(pk=share.pk).state == ("released" if late else "committed")
    assert Pool.objects.get().repool_due == bool(late)
    assert_sound()


def test_it_is_delivered_declined_and_cancelled_at_once() -> None:
    pool = make_pool()
    three(pool)
    confirm(*compose(pool))
    first, second = Share.objects.order_by("pk")
    race(
        lambda: services.deliver_share(share=first, actor=COMPOSER, quantity=60),
        lambda: services.decline_share(share=second, actor=SELLER, why="x"),
        lambda: services.cancel_pool(pool=pool, actor=COMPOSER, why="x"),
        lambda: tasks.repool(pool.pk),
    )
    assert Pool.objects.get().state == "cancelled"
    assert not Share.objects.filter(state__in=["proposed", "committed"]).exists()
    assert_sound()
