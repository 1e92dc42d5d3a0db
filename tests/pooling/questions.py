"""Questions to the allocator: random ones for rules that always hold, and an answer found without a solver."""

import random
from dataclasses import replace

from hypothesis import strategies as st

from marketplace.pooling.terms import Supply, Wanted

small = st.integers(min_value=0, max_value=30)
prices = st.integers(min_value=1, max_value=40)


@st.composite
def supplies(draw: st.DrawFn, most: int = 6) -> list[Supply]:
    one = st.builds(
        Supply,
        id=st.just(0),
        committed=small,
        stretch=st.integers(0, 15),
        price=prices,
        pack=st.integers(1, 7),
        minimum=st.sampled_from([0, 0, 5, 12]),
        ready=st.integers(1, 6),
        km=st.integers(0, 9),
        grade=st.integers(1, 3),
        held=st.sampled_from([0, 0, 0, 4, 11]),
    )
    found = draw(st.lists(one, max_size=most))
    ids = draw(st.permutations(range(1, len(found) + 1)))
    return [replace(supply, id=number) for supply, number in zip(found, ids, strict=True)]


@st.composite
def questions(draw: st.DrawFn) -> Wanted:
    quantity = draw(st.integers(0, 80))
    return Wanted(
        quantity=quantity,
        minus=draw(st.integers(0, min(quantity, 6))),
        plus=draw(st.integers(0, 6)),
        latest=draw(st.integers(3, 6)),
        wished=draw(st.integers(0, 4)),
        worst_grade=draw(st.integers(1, 3)),
        most_each=draw(st.none() | st.integers(0, 40)),
        per_km=draw(st.sampled_from([0, 1000, 2500])),
        per_day=draw(st.integers(0, 4)),
        per_stretch=draw(st.integers(0, 6)),
    )


def by_counting(wanted: Wanted, offers: list[Supply]) -> dict[int, int]:
    """The lowest weighed cost of every total that can be had: each offer in turn, every quantity it may give.

    Written from the rules in docs/pooling.md alone, without the allocator's own bounds.
    """
    best = {0: 0}
    for offer in offers:
        new = dict(best)
        for quantity in _allowed(wanted, offer):
            spare = max(0, offer.committed - offer.held)
            late = max(0, offer.ready - wanted.wished) if wanted.wished else 0
            unit = offer.price + offer.km * wanted.per_km // 1000 + late * wanted.per_day
            cost = unit * quantity + max(0, quantity - spare) * wanted.per_stretch
            for total, before in best.items():
                at = total + quantity
                if at <= wanted.quantity + wanted.plus:
                    new[at] = min(new.get(at, before + cost), before + cost)
        best = new
    return best


def _allowed(wanted: Wanted, offer: Supply) -> list[int]:
    if offer.ready > wanted.latest or offer.grade > wanted.worst_grade:
        return []
    most = offer.committed + offer.stretch - offer.held
    if wanted.most_each is not None:
        most = min(most, wanted.most_each - offer.held)
    least = max(1, 0 if offer.held else offer.minimum)
    return [quantity for quantity in range(least, most + 1) if quantity % offer.pack == 0]


def nearest(wanted: Wanted, totals: set[int]) -> int:
    """Enough and nearest, the smaller of two; else the most."""
    low, high = wanted.quantity - wanted.minus, wanted.quantity + wanted.plus
    enough = [total for total in totals if low <= total <= high]
    return min(enough, key=lambda one: (abs(one - wanted.quantity), one)) if enough else max(totals)


def five_hundred(seed: int, quantity: int, shape: str = "usual") -> tuple[Wanted, list[Supply]]:
    """500 pesantren. "usual": sacks and crates, some with a smallest share; "odd": packs that share no factor, all or
    nothing, prices within Rp 30."""
    chance = random.Random(seed)
    found, mean = [], quantity // 100
    for number in range(1, 501):
        committed = chance.randint(mean // 10 + 1, mean * 2)
        facts = {
            "committed": committed,
            "stretch": chance.choice([0, 0, chance.randint(1, mean)]),
            "price": chance.randint(300, 600) * 50,
            "pack": chance.choice([1, 5, 10, 12, 15, 20, 25]),
            "minimum": chance.choice([0, 0, mean // 2]),
        }
        if shape == "odd":
            pack = chance.choice([7, 11, 13, 17, 19, 23, 29, 31, 37])
            facts = {"committed": committed, "price": 20_000 + chance.randint(0, 30), "pack": pack}
            facts["minimum"] = committed // pack * pack
        found.append(Supply(id=number, ready=chance.randint(1, 30), km=chance.randint(1, 200), **facts))
    tolerance = quantity // 50
    wanted = Wanted(
        quantity=quantity,
        minus=tolerance,
        plus=tolerance,
        latest=25,
        wished=10,
        most_each=quantity // 20,
        per_km=1_500,
        per_day=50,
        per_stretch=500,
    )
    return wanted, found
