"""One quantity from many: exact cases, and the rules that hold for every question."""

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.pooling import allocate as module
from marketplace.pooling.allocate import allocate
from marketplace.pooling.bounds import left
from marketplace.pooling.solver import NotSolved
from marketplace.pooling.terms import Limit, Reason, Supply, Unfit, Wanted
from tests.pooling.questions import by_counting, five_hundred, nearest, questions, supplies


def given_units(wanted: Wanted, *offers: Supply) -> dict[int, int]:
    return {part.id: part.quantity for part in allocate(wanted, offers).parts}


def why(wanted: Wanted, *offers: Supply) -> dict[int, Reason]:
    return {part.id: part.reason for part in allocate(wanted, offers).parts}


def a(number: int, committed: int = 100, price: int = 10, **facts: int) -> Supply:
    return Supply(id=number, committed=committed, price=price, **facts)


def want(quantity: int, **facts: int) -> Wanted:
    return Wanted(quantity=quantity, **({"latest": 10} | facts))


# What always holds


@settings(max_examples=150, deadline=None)
@given(questions(), supplies())
def test_the_answer_is_the_best_there_is(wanted: Wanted, offers: list[Supply]) -> None:
    """Against counting through everything: the total, its cost, and every rule for every part."""
    answer, costs = allocate(wanted, offers), by_counting(wanted, offers)
    assert answer.total == nearest(wanted, set(costs))
    assert answer.weighed == costs[answer.total]
    assert answer.total == sum(part.quantity for part in answer.parts)
    assert answer.reached == (answer.total >= wanted.lowest)
    assert answer.missing == max(0, wanted.lowest - answer.total)
    by_id = {offer.id: offer for offer in offers}
    assert [part.id for part in answer.parts] == sorted(by_id)
    assert answer.goods == sum(by_id[part.id].price * part.quantity for part in answer.parts)
    for part in answer.parts:
        offer = by_id[part.id]
        assert part.quantity % offer.pack == 0
        assert part.quantity + offer.held <= offer.committed + offer.stretch or not part.quantity
        assert part.stretch == max(0, part.quantity - left(offer)[0])
        if part.quantity:
            assert part.quantity >= (0 if offer.held else offer.minimum)
            assert offer.ready <= wanted.latest
            assert offer.grade <= wanted.worst_grade
            assert wanted.most_each is None or part.quantity + offer.held <= wanted.most_each


@settings(max_examples=60, deadline=None)
@given(questions(), supplies(), st.randoms(use_true_random=False))
def test_the_same_offers_in_any_order_give_the_same_answer(
    wanted: Wanted, offers: list[Supply], chance: random.Random
) -> None:
    assert allocate(wanted, chance.sample(offers, len(offers))) == allocate(wanted, offers)


@settings(max_examples=150, deadline=None)
@given(questions(), supplies(), supplies(most=1), st.integers(0, 9), st.integers(0, 9))
def test_more_supply_is_never_worse(
    wanted: Wanted, offers: list[Supply], new: list[Supply], committed: int, stretch: int
) -> None:
    """A new offer, or more of an old one: never farther from the quantity, and never dearer for the same."""
    richer = [*offers, *(replace(one, id=99) for one in new)]
    if offers:
        first = offers[0]
        richer[0] = replace(first, committed=first.committed + committed, stretch=first.stretch + stretch)
    before, after = allocate(wanted, offers), allocate(wanted, richer)
    assert (after.missing, distance(wanted, after.total)) <= (before.missing, distance(wanted, before.total))
    if after.total == before.total:
        assert after.weighed <= before.weighed


def distance(wanted: Wanted, total: int) -> int:
    return abs(total - wanted.quantity)


@settings(max_examples=60, deadline=None)
@given(supplies())
def test_between_equals_the_first_to_be_ready_is_filled_first(offers: list[Supply]) -> None:
    plain = [replace(offer, price=10, pack=1, minimum=0, held=0, stretch=0) for offer in offers]
    wanted = want(40, per_stretch=3)
    parts = {part.id: part.quantity for part in allocate(wanted, plain).parts}
    in_turn = sorted(plain, key=lambda one: (one.ready, one.km, one.id))
    for early, late in pairwise(in_turn):
        assert parts[early.id] == early.committed or parts[late.id] == 0


@settings(max_examples=60, deadline=None)
@given(questions(), supplies())
def test_the_first_bottleneck_is_true(wanted: Wanted, offers: list[Supply]) -> None:
    """What it says comes within reach does, and only an unreached quantity has one."""
    answer = allocate(wanted, offers)
    assert bool(answer.bottlenecks) == (not answer.reached)
    if answer.bottleneck is None:
        return
    lifted = {
        Limit.MINIMUMS: lambda: (wanted, [replace(one, minimum=0) for one in offers]),
        Limit.PACKS: lambda: (wanted, [replace(one, pack=1) for one in offers]),
        Limit.CAP: lambda: (replace(wanted, most_each=None), offers),
        Limit.READY: lambda: (wanted, [replace(one, ready=1) for one in offers]),
        Limit.GRADE: lambda: (wanted, [replace(one, grade=1) for one in offers]),
    }
    alone = {
        limit: nearest(ask[0], set(by_counting(*ask))) for limit, lift in lifted.items() for ask in [lift()]
    }
    free = sum(max(0, one.committed + one.stretch - one.held) for one in offers)
    first = answer.bottleneck
    if free < wanted.lowest:
        assert (first.limit, first.within_reach) == (Limit.OFFERED, free)
    elif max(alone.values()) > answer.total:
        enough = [limit for limit in lifted if alone[limit] >= wanted.lowest]
        most = max(alone.values())
        assert first.limit == (enough or [limit for limit in lifted if alone[limit] == most])[0]
        assert first.within_reach == alone[first.limit]
    else:
        assert first.limit in lifted
        assert first.within_reach > answer.total


# Cases


def test_the_cheapest_first_then_the_next() -> None:
    offers = [a(1, 60, 12), a(2, 50, 10), a(3, 80, 11)]
    answer = allocate(want(100), offers)
    assert [(part.quantity, part.reason, part.amount) for part in answer.parts] == [
        (0, Reason.DEARER, 1),
        (50, Reason.ALL, 0),
        (50, Reason.LAST, 0),
    ]
    assert (answer.goods, answer.weighed, answer.bottleneck) == (1050, 1050, None)


def test_what_was_committed_comes_before_stretch_unless_stretch_is_cheaper_by_more_than_its_price() -> None:
    offers = [a(1, 50, 10, stretch=50), a(2, 50, 13)]
    assert given_units(want(100, per_stretch=2), *offers) == {1: 100, 2: 0}
    assert given_units(want(100, per_stretch=3), *offers) == {1: 50, 2: 50}  # a tie: the committed
    assert given_units(want(100, per_stretch=4), *offers) == {1: 50, 2: 50}


def test_way_and_lateness_count() -> None:
    near, far = a(1, price=12, km=10), a(2, price=10, km=100)
    assert given_units(want(100, per_km=19), near, far) == {
        1: 0,
        2: 100,
    }  # 12 against 10 + 1 (1.9 rounded down)
    assert given_units(want(100, per_km=100), near, far) == {1: 100, 2: 0}  # 12 + 1 against 10 + 10
    early, late = a(1, price=12, ready=2), a(2, price=10, ready=5)
    assert given_units(want(100, wished=3, per_day=1), early, late) == {1: 100, 2: 0}
    assert given_units(want(100, wished=4, per_day=1), early, late) == {1: 0, 2: 100}
    assert given_units(want(100, per_day=9), early, late) == {1: 0, 2: 100}  # no day is wished


def test_whole_packs_and_tolerance() -> None:
    assert not allocate(want(100, minus=3, plus=7), [a(1, 200, pack=12)]).reached  # 96 and 108 are too far
    assert given_units(want(100, minus=4, plus=8), a(1, 200, pack=12)) == {1: 96}  # the nearer
    assert given_units(want(100, minus=10, plus=8), a(1, 200, pack=27)) == {1: 108}
    assert given_units(want(100, minus=5, plus=5), a(1, 95, pack=95), a(2, 105, pack=105)) == {1: 95, 2: 0}


def test_out_of_reach_gives_the_most_and_says_why() -> None:
    cases = [
        ([a(1, 60), a(2, 30)], {}, 90, Limit.OFFERED, 90),
        ([a(1, 60), a(2, 60, ready=11)], {}, 60, Limit.READY, 100),
        ([a(1, 60), a(2, 60, grade=2)], {"worst_grade": 1}, 60, Limit.GRADE, 100),
        ([a(1, 90), a(2, 20)], {"most_each": 40}, 60, Limit.CAP, 100),
        ([a(1, 90), a(2, 60, pack=30)], {"most_each": 50}, 80, Limit.PACKS, 100),
        ([a(1, 110, minimum=105), a(2, 60)], {}, 60, Limit.MINIMUMS, 100),
        ([a(1, 60), a(2, 60, ready=11, grade=2)], {"worst_grade": 1}, 60, Limit.GRADE, 100),  # both needed
    ]
    for offers, rules, total, limit, within in cases:
        answer = allocate(want(100, **rules), offers)
        assert (answer.total, answer.missing, answer.reached) == (total, 100 - total, False)
        assert (answer.bottleneck.limit, answer.bottleneck.within_reach) == (limit, within)
    assert allocate(want(100), [a(1, 90), a(2, 60, minimum=20, pack=20)]).reached  # 80 + 20


def test_every_reason() -> None:
    assert why(want(100), a(1, 60), a(2, 40, stretch=20, price=11)) == {1: Reason.ALL, 2: Reason.COMMITTED}
    assert why(want(50), a(1, 60)) == {1: Reason.LAST}
    assert why(want(40, minus=40), a(1, 37, pack=10)) == {1: Reason.PACKS}
    assert why(want(100), a(1, 90), a(2, 90)) == {1: Reason.ALL, 2: Reason.LAST}
    assert why(want(100, most_each=40, minus=60), a(1), a(2, pack=50)) == {1: Reason.CAP, 2: Reason.CAP}
    assert why(want(10), a(1, ready=11), a(2, grade=1_001)) == {1: Reason.READY, 2: Reason.GRADE}
    assert why(want(10), a(1, 100, pack=20), a(2, 5, minimum=9)) == {1: Reason.SMALL, 2: Reason.MINIMUM}
    assert why(want(100), a(1), a(2), a(3, price=11)) == {1: Reason.ALL, 2: Reason.EQUAL, 3: Reason.DEARER}
    assert why(want(100), a(1, price=11), a(2, pack=70), a(3, 0)) == {
        1: Reason.LAST,
        2: Reason.PACKS,
        3: Reason.USED,
    }
    assert why(want(50), a(1, price=9, pack=40, minimum=40), a(2, 50, pack=50)) == {
        1: Reason.FIT,
        2: Reason.ALL,
    }
    assert why(want(0), a(1)) == {1: Reason.FULL}


def test_what_is_held_is_not_given_again() -> None:
    offer = a(1, 60, stretch=40, held=50)
    answer = allocate(want(100), [offer])
    assert (answer.total, answer.parts[0].stretch) == (50, 40)
    assert allocate(want(100, most_each=70), [offer]).total == 20
    assert allocate(want(5), [a(1, 60, held=10, minimum=30)]).total == 5  # its smallest share is held already
    assert why(want(5), a(1, 60, held=60)) == {1: Reason.USED}


def test_nothing_wanted_nothing_offered() -> None:
    assert allocate(want(0), []).reached
    empty = allocate(want(7), [])
    assert (empty.total, empty.missing, empty.bottleneck.limit) == (0, 7, Limit.OFFERED)


dear = want(90_000, latest=200, wished=1, per_day=10**9, per_km=10**9)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: want(-1),
        lambda: want(5, minus=6),
        lambda: want(2_000_001),
        lambda: want(5, per_km=-1),
        lambda: a(1, -1),
        lambda: a(1, pack=0),
        lambda: a(1, price=-1),
        lambda: a(1, 100_000_001),
        lambda: allocate(want(5), [a(1), a(1)]),
        lambda: allocate(dear, [a(1, 50_000), a(2, 50_000, km=50_000, ready=200)]),
    ],
)
def test_questions_that_cannot_be(ask: Callable[[], object]) -> None:
    with pytest.raises(Unfit):
        ask()


def test_an_answer_of_the_solver_that_breaks_a_rule_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ([50, 51], [60, 40], [45, 55], [150, -50]):
        monkeypatch.setattr(module, "cheapest", lambda *_, wrong=wrong: list(wrong))
        with pytest.raises(NotSolved):
            allocate(want(100), [a(1, 50, pack=10), a(2, 60)])


# Time


@pytest.mark.parametrize(("quantity", "shape"), [(15_000, "usual"), (15_000, "odd"), (90_000, "usual")])
def test_five_hundred_pesantren_within_two_seconds(quantity: int, shape: str) -> None:
    """Seconds of processor, since others use this machine too; measured: below 0.1, with 90,000 units below 0.6."""
    times = []
    for seed in range(3):
        wanted, offers = five_hundred(seed, quantity, shape)
        begin = process_time()
        answer = allocate(wanted, offers)
        times.append(process_time() - begin)
        assert answer.reached
        assert answer.total == quantity
    assert max(times) < 2


@pytest.mark.parametrize("quantity", [150_000, 1_000_000])
def test_hundreds_of_tonnes_within_two_seconds(quantity: int) -> None:
    """Measured: below 1.2."""
    wanted, offers = five_hundred(1, quantity)
    begin = process_time()
    assert allocate(wanted, offers).total == quantity
    assert process_time() - begin < 2


def test_one_offer_may_be_larger_than_what_is_wanted() -> None:
    assert given_units(want(120_000), a(1, 80_000, stretch=30_000), a(2, 10_000_000, price=11)) == {
        1: 110_000,
        2: 10_000,
    }
