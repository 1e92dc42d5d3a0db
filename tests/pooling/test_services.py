"""From an open pool to delivered shares: exact results, refusals, what others hear."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from marketplace.common.states import IllegalMove, history
from marketplace.ledger.money import Money, MoneyError
from marketplace.pooling import exceptions as errors
from marketplace.pooling import queries, registry, services, signals, tasks
from marketplace.pooling.models import Offer, Pool, PoolRun, Share
from marketplace.pooling.terms import Limit, Unfit
from tests.factories.catalogue import make_pesantren, make_regency
from tests.factories.pooling import (
    COMPOSER,
    SELLER,
    compose,
    confirm,
    in_days,
    make_pool,
    offer,
    shared,
    three,
)
from tests.pooling.sound import assert_sound

pytestmark = pytest.mark.django_db


def fresh(pool: Pool) -> Pool:
    return Pool.objects.get(pk=pool.pk)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the room above and listeners to signals hear, in order."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(registry, "_shares", [lambda share, actor: found.append(("share", share.state))])
    monkeypatch.setattr(registry, "_pools", [lambda pool, actor: found.append(("pool", pool.state))])
    return found


def test_composed_confirmed_delivered(heard: list[tuple[str, str]]) -> None:
    pool = make_pool(per_stretch=500)
    three(pool)
    first, second = compose(pool)
    assert shared(pool) == {"a": [(60, "proposed")], "b": [(40, "proposed")]}
    assert (second.stretch_part, second.price, second.reason) == (10, 11_000, "committed")
    assert heard == [("share", "proposed"), ("share", "proposed"), ("pool", "proposed")]
    assert first.confirm_by - timezone.now() > timedelta(hours=47)
    confirm(first, second)
    assert fresh(pool).state == "filled"
    services.deliver_share(share=first, actor=COMPOSER, quantity=60)
    services.deliver_share(share=second, actor=COMPOSER, quantity=40)
    assert fresh(pool).state == "done"
    assert heard[-3:] == [("share", "delivered"), ("share", "delivered"), ("pool", "done")]
    assert [row.after for row in history(pool)] == ["open", "proposed", "filled", "done"]
    assert [row.after for row in history(first)] == ["proposed", "committed", "delivered"]
    assert_sound()


def test_signals_tell_the_same() -> None:
    found: list[Any] = []

    def hear(**news: Any) -> None:
        found.append((news.get("share") or news["pool"]).state)

    signals.share_changed.connect(hear)
    signals.pool_changed.connect(hear)
    try:
        pool = make_pool()
        offer(pool, "contoh-a", 100)
        confirm(*compose(pool))
    finally:
        signals.share_changed.disconnect(hear)
        signals.pool_changed.disconnect(hear)
    assert found == ["proposed", "proposed", "committed", "filled"]


def test_a_handler_that_fails_undoes_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = make_pool()
    offer(pool, "contoh-a", 100)
    (share,) = compose(pool)

    def refuse(share: Share, actor: Any) -> None:
        raise ValueError("the call-off says no")

    monkeypatch.setattr(registry, "_shares", [refuse])
    with pytest.raises(ValueError, match="call-off"):
        confirm(share)
    assert Share.objects.get().state == "proposed"


def test_a_decline_is_shared_anew_by_the_task(
    queued: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    pool = make_pool()
    three(pool)
    first, second = compose(pool)
    confirm(second)
    with django_capture_on_commit_callbacks(execute=True):
        services.decline_share(share=first, actor=SELLER, why="Hujan merusak panen")
    assert ("pooling.repool", pool.pk) in queued
    assert (fresh(pool).state, fresh(pool).repool_due) == ("open", True)
    gone = Share.objects.get(pk=first.pk)
    assert (gone.ended, gone.why, gone.offer.state) == ("declined", "Hujan merusak panen", "set_aside")
    tasks.repool(pool.pk)
    # b keeps its 40 and is asked for the 10 it has left; a is not asked again
    assert shared(pool) == {
        "a": [(60, "released")],
        "b": [(40, "committed"), (10, "proposed")],
        "c": [(50, "proposed")],
    }
    assert (fresh(pool).state, fresh(pool).repool_due) == ("proposed", False)
    tasks.repool(pool.pk)  # a second time: nothing
    assert PoolRun.objects.count() == 2
    assert_sound()


def test_who_declined_may_offer_again() -> None:
    pool = make_pool(60)
    offer(pool, "contoh-a")
    (share,) = compose(pool)
    services.decline_share(share=share, actor=SELLER, why="x")
    tasks.repool_due()
    assert shared(pool) == {"a": [(60, "released")]}
    assert not fresh(pool).repool_due  # nobody is left; the composer sees it, no task turns round for ever
    offer(pool, "contoh-a", 60, 9_000)
    (again,) = compose(pool)
    assert (again.quantity, again.price) == (60, 9_000)
    assert_sound()


def test_nobody_answers_in_time(queued: list[Any]) -> None:
    pool = make_pool(answer_hours=24)
    three(pool)
    first, second = compose(pool)
    confirm(second)
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        with pytest.raises(errors.TooLate):
            confirm(first)
        assert not services.expire_share(share=second)  # it answered
        tasks.expire_shares()
        tasks.expire_shares()
        tasks.repool_due()
    assert shared(pool)["a"] == [(60, "released")]
    assert Share.objects.get(pk=first.pk).ended == "expired"
    assert shared(pool)["c"] == [(50, "proposed")]
    with pytest.raises(IllegalMove):
        confirm(first)
    assert_sound()


def test_a_short_delivery_is_shared_anew() -> None:
    pool = make_pool(minus=5)
    three(pool)
    first, second = compose(pool)
    confirm(first, second)
    with pytest.raises(errors.TooMuch) as much:
        services.deliver_share(share=first, actor=COMPOSER, quantity=61)
    assert much.value.most == 60
    services.deliver_share(share=first, actor=COMPOSER, quantity=56)  # within tolerance
    assert (fresh(pool).state, fresh(pool).repool_due) == ("filled", False)
    services.deliver_share(share=second, actor=COMPOSER, quantity=0)
    assert fresh(pool).repool_due
    tasks.repool_due()
    assert shared(pool) == {"a": [(60, "short")], "b": [(40, "short")], "c": [(44, "proposed")]}
    confirm(Share.objects.last())
    services.deliver_share(share=Share.objects.last(), actor=COMPOSER, quantity=44)
    assert fresh(pool).state == "done"
    assert_sound()


def test_a_pool_that_waits_for_a_click() -> None:
    pool = make_pool(repools_itself=False)
    three(pool)
    first, _ = compose(pool)
    services.take_back(share=first, actor=COMPOSER, why="Contoh sampel gagal")
    tasks.repool_due()
    assert fresh(pool).state == "open"
    again = services.repool(pool=pool, actor=COMPOSER)
    assert again is not None
    assert services.repool(pool=pool, actor=COMPOSER) is None
    assert Share.objects.get(pk=first.pk).ended == "taken_back"


def test_out_of_reach_proposes_nothing_unless_a_part_is_asked_for() -> None:
    pool = make_pool(300)
    three(pool)
    done = services.compose(pool=pool, actor=COMPOSER)
    assert (done.shares, done.allocation.total, done.allocation.missing) == ([], 190, 110)
    assert done.allocation.bottleneck.limit == Limit.OFFERED
    assert PoolRun.objects.count() == 1  # kept all the same
    assert sum(share.quantity for share in compose(pool, partly=True)) == 190
    assert fresh(pool).state == "open"
    assert_sound()


def test_every_run_is_kept_and_gives_the_same_again() -> None:
    pool = make_pool(95, minus=2, plus=3, cap_permille=500, destination=make_regency("32.73"), per_km=2_000)
    offer(pool, "contoh-a", partner=make_pesantren("contoh-a", regency=make_regency("32.05")), pack=20)
    three(make_pool(reference="contoh/2"))
    offer(pool, "contoh-c", 80, 10_100, grade=2, pack=5)
    compose(pool)
    run = PoolRun.objects.get()
    assert queries.replays(run)
    assert run.solver.startswith("HiGHS 1.")
    assert (run.actor_name, run.answer["total"]) == ("Contoh Eksportir", 85)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        PoolRun.objects.update(milliseconds=1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        PoolRun.objects.all()._raw_delete(using="default")


def test_what_the_composer_looked_at_is_what_is_proposed(django_user_model: Any) -> None:
    office = django_user_model.objects.create(email="kantor@example.com", staff_role="office")
    pool = make_pool()
    three(pool)
    found, seen = queries.preview(office, pool)
    assert (found.allocation.total, Share.objects.count()) == (100, 0)
    offer(pool, "contoh-d", 100, 9_000)
    with pytest.raises(errors.ChangedMeanwhile):
        compose(pool, seen=seen)
    _, seen = queries.preview(office, pool)
    assert len(compose(pool, seen=seen)) == 1


def test_refusals() -> None:
    pool = make_pool()
    first = three(pool)[0]
    with pytest.raises(errors.BadDeadline):
        compose(pool, confirm_by=timezone.now())
    (share, _) = compose(pool)
    with pytest.raises(errors.NothingMissing):
        compose(pool)
    with pytest.raises(errors.HasShares):
        services.withdraw_offer(offer=first, actor=SELLER)
    with pytest.raises(errors.BelowShares) as below:
        offer(pool, "contoh-a", 59)
    assert below.value.held == 60
    with pytest.raises(IllegalMove):
        services.deliver_share(share=share, actor=COMPOSER, quantity=1)  # not confirmed
    with pytest.raises(MoneyError):
        services.put_offer(
            pool=pool,
            partner=first.partner,
            actor=SELLER,
            committed=1,
            price=Money(5, "USD"),
            ready_on=in_days(1),
        )
    for wrong in ({"committed": 0}, {"price": 0}, {"pack": 0}, {"committed": -1}, {"committed": 100_000_001}):
        with pytest.raises(Unfit):
            offer(pool, "contoh-x", **wrong)
    for facts in (
        {"quantity": 0},
        {"minus": 100},
        {"cap_permille": 0},
        {"quantity": 2_000_001},
        {"per_km": -1},
    ):
        with pytest.raises(Unfit):
            make_pool(**{"reference": "contoh/9", **facts})
    with pytest.raises(IntegrityError), transaction.atomic():
        make_pool(reference="contoh/9", ready_wished=in_days(21))


def test_the_same_reference_opens_once() -> None:
    assert make_pool() == make_pool(200)
    assert Pool.objects.get().quantity == 100


def test_an_offer_is_replaced_and_withdrawn() -> None:
    pool = make_pool(50)
    old = offer(pool, "contoh-a")
    (share,) = compose(pool)
    new = offer(pool, "contoh-a", 90, 20_000)
    assert [one.state for one in Offer.objects.order_by("pk")] == ["replaced", "offered"]
    assert Share.objects.get().price == 10_000  # as it was proposed
    services.decline_share(share=share, actor=SELLER, why="x")
    assert Offer.objects.get(pk=new.pk).state == "offered"  # it declined the old one
    services.withdraw_offer(offer=new, actor=SELLER)
    with pytest.raises(IllegalMove):
        services.withdraw_offer(offer=old, actor=SELLER)
    assert_sound()


@pytest.mark.parametrize(
    ("end", "after"), [(services.close_pool, "closed"), (services.cancel_pool, "cancelled")]
)
def test_a_person_ends_a_pool(end: Any, after: str) -> None:
    pool = make_pool()
    three(pool)
    first, second = compose(pool)
    confirm(first)
    end(pool=pool, actor=COMPOSER, why="x")
    assert fresh(pool).state == after
    assert shared(pool)["a"] == [(60, "committed" if after == "closed" else "released")]
    assert shared(pool)["b"] == [(40, "released")]
    for step in (
        lambda: compose(pool),
        lambda: offer(pool, "contoh-e"),
        lambda: end(pool=pool, actor=COMPOSER, why="x"),
        lambda: services.withdraw_offer(offer=second.offer, actor=SELLER),
    ):
        with pytest.raises(errors.PoolEnded):
            step()
    Pool.objects.update(repool_due=True)
    tasks.repool(pool.pk)  # harmless
    if after == "closed":
        services.deliver_share(share=first, actor=COMPOSER, quantity=10)
        assert fresh(pool).state == "closed"
    assert_sound()


def test_distance_is_kept_with_the_offer() -> None:
    pool = make_pool(destination=make_regency("32.73"))
    near = offer(pool, "contoh-a")
    unknown = make_regency("33.01", latitude=None, longitude=None)
    assert near.km == 20
    assert offer(pool, "contoh-b", regency=unknown).km is None


def test_composing_asks_no_more_of_the_database_for_more_offers(django_assert_num_queries: Any) -> None:
    pool = make_pool(60)
    offer(pool, "contoh-a")
    for number in range(20):
        offer(pool, f"contoh-{number}", price=20_000)
    with django_assert_num_queries(16):
        compose(pool)
