"""What the allocator is asked and what it answers: plain values, whole numbers only.

A unit is the smallest one that is counted (1 kg, 1 kodi). Prices and weights are whole rupiah. A day is its
ordinal number (`date.toordinal()`). docs/pooling.md explains the rule with an example.
"""

from dataclasses import dataclass, field
from enum import StrEnum

MOST_UNITS = 2_000_000  # of one pool (2,000 t in kg): whoever needs more counts in larger units
MOST_OFFERED = 100_000_000  # of one offer; more of it than the pool wants is never taken
MOST_SUPPLIES = 2_000
MOST_RUPIAH = 1_000_000_000  # price of one unit, and every weight


class Unfit(ValueError):
    """The question cannot be asked this way: a negative quantity, a pack of nothing, a sum beyond exact numbers."""


class Reason(StrEnum):
    """Why an offer gets what it gets (words: words.py)."""

    ALL = "all"  # committed and stretch are taken
    COMMITTED = "committed"  # all that was committed; of the stretch nothing or a part
    LAST = "last"  # a part: it is the dearest that is taken, then the quantity was full
    PACKS = "packs"  # a part: what is left does not fill one more pack
    CAP = "cap"  # a part or nothing: no seller supplies more than the cap
    FIT = "fit"  # a part or nothing: whole packs and smallest shares of all could not add up with more of it
    READY = "ready"  # nothing: ready after the last day
    GRADE = "grade"  # nothing: not the grade that is asked
    SMALL = "small"  # nothing: one pack is more than what it offers or what is wanted
    MINIMUM = "minimum"  # nothing: its smallest share is more than what can be taken
    DEARER = "dearer"  # nothing: `amount` rupiah a unit above the dearest that is taken
    EQUAL = "equal"  # nothing: as dear as the dearest taken, which is ready earlier, nearer or older
    USED = "used"  # nothing more: its shares hold everything already
    FULL = "full"  # nothing: nothing is wanted


class Limit(StrEnum):
    """What keeps the wanted quantity out of reach, in the order in which a composer can change it."""

    MINIMUMS = "minimums"
    PACKS = "packs"
    CAP = "cap"
    READY = "ready"
    GRADE = "grade"
    OFFERED = "offered"  # not enough is offered, whatever is changed


@dataclass(frozen=True)
class Supply:
    """One offer as the allocator sees it. `held`: units that its earlier shares hold already."""

    id: int
    committed: int
    price: int
    stretch: int = 0
    pack: int = 1
    minimum: int = 0  # taken at all, then at least this much
    ready: int = 0  # day number
    km: int = 0
    grade: int = 1  # 1 is the best
    held: int = 0

    def __post_init__(self) -> None:
        sizes = (self.committed, self.stretch, self.minimum, self.ready, self.km, self.grade, self.held)
        if min(sizes) < 0 or self.pack < 1 or not 0 <= self.price <= MOST_RUPIAH:
            raise Unfit(f"offer {self.id}: a size, pack or price that cannot be")
        if self.committed + self.stretch > MOST_OFFERED or self.km > 50_000:
            raise Unfit(
                f"offer {self.id}: more than {MOST_OFFERED} units, or farther than the earth is round"
            )


@dataclass(frozen=True)
class Wanted:
    """The quantity that is missing, and the rules. Between `quantity − minus` and `quantity + plus` is enough.

    `most_each`: units of one seller, what it holds included (None: no cap). `per_km`: rupiah for 1,000 units and
    one kilometre; `per_day`: rupiah a unit for each day after `wished` (0: no day is wished); `per_stretch`: rupiah
    a stretch unit.
    """

    quantity: int
    latest: int  # last day number on which goods may be ready
    minus: int = 0
    plus: int = 0
    wished: int = 0
    worst_grade: int = 1_000
    most_each: int | None = None
    per_km: int = 0
    per_day: int = 0
    per_stretch: int = 0

    def __post_init__(self) -> None:
        sizes = (self.quantity, self.minus, self.plus, self.latest, self.wished, self.worst_grade)
        weights = (self.per_km, self.per_day, self.per_stretch)
        if min(sizes) < 0 or self.minus > self.quantity or self.highest > MOST_UNITS:
            raise Unfit(f"a quantity from {self.lowest} to {self.highest} units cannot be pooled")
        if min(weights) < 0 or max(weights) > MOST_RUPIAH or (self.most_each or 0) < 0:
            raise Unfit("a weight or a cap that cannot be")

    @property
    def lowest(self) -> int:
        return self.quantity - self.minus

    @property
    def highest(self) -> int:
        return self.quantity + self.plus

    def weighed(self, supply: Supply) -> int:
        """What a committed unit of this offer counts, in rupiah: price, way and lateness. Rounded down once."""
        late = max(0, supply.ready - self.wished) if self.wished else 0
        return supply.price + supply.km * self.per_km // 1_000 + late * self.per_day


@dataclass(frozen=True)
class Part:
    """What one offer gets: `quantity` units, `stretch` of them beyond what it committed; and why."""

    id: int
    quantity: int
    stretch: int
    reason: Reason
    amount: int = 0  # rupiah a unit, where the reason names a sum


@dataclass(frozen=True)
class Bottleneck:
    """With this one rule lifted (or, for OFFERED, with all), `within_reach` units could be had."""

    limit: Limit
    within_reach: int


@dataclass(frozen=True)
class Allocation:
    """One answer: a part for every offer, in the order of their ids, also for those that get nothing.

    `goods` and `weighed` are whole rupiah; only `goods` is paid. `bottlenecks` is empty where the quantity is reached;
    else the first is the one to look at.
    """

    total: int
    reached: bool
    missing: int  # units to the lowest that is enough
    goods: int
    weighed: int
    parts: tuple[Part, ...]
    bottlenecks: tuple[Bottleneck, ...] = field(default=())

    @property
    def bottleneck(self) -> Bottleneck | None:
        return self.bottlenecks[0] if self.bottlenecks else None

    @property
    def taken(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.quantity)
