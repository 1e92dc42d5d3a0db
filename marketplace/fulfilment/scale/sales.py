"""Which orders there are: drawn by chance, not written yet. Amounts in whole rupiah."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from marketplace.fulfilment import states
from marketplace.fulfilment.scale import FIRST
from marketplace.fulfilment.scale.goods import Goods
from marketplace.orders import states as order_states
from marketplace.orders.numbers import ALPHABET

# How many of a hundred orders stand where, and how many hours ago they were placed.
STAGES = {
    states.WAITING: (8, 1, 20),
    states.CANCELLED: (10, 60, 9000),
    states.OFFERED: (5, 1, 20),
    states.ACCEPTED: (4, 24, 60),
    states.PACKED: (3, 36, 90),
    states.HANDED_OVER: (5, 48, 120),
    states.DELIVERED: (5, 100, 110),
    states.RECEIVED: (60, 240, 9000),
}
PATH = [
    states.WAITING, states.OFFERED, states.ACCEPTED, states.PACKED, states.HANDED_OVER, states.DELIVERED,
    states.RECEIVED,
]  # fmt: skip
RESERVING = {states.WAITING, states.OFFERED, states.ACCEPTED, states.PACKED}
STATUS = {
    states.WAITING: order_states.PLACED,
    states.CANCELLED: order_states.CANCELLED,
    states.OFFERED: order_states.CLEARED,
    states.RECEIVED: order_states.COMPLETED,
}
HOURS = 12  # between two steps of a part
BUSY = 0.02  # of all orders go to the first pesantren, so that one list is long


@dataclass(frozen=True)
class Item:
    pk: int
    goods: Goods
    quantity: int

    @property
    def unit_price(self) -> int:
        return self.goods.unit_price(self.quantity)

    @property
    def price(self) -> int:
        return self.unit_price * self.quantity


@dataclass(frozen=True)
class Part:
    pk: int
    number: str
    partner: int
    state: str
    fee: int
    items: list[Item]

    @property
    def price(self) -> int:
        return sum(item.price for item in self.items)

    @property
    def steps(self) -> list[str]:
        """The states it went through, the present one last."""
        if self.state == states.CANCELLED:
            return [states.WAITING, states.CANCELLED]
        return PATH[: PATH.index(self.state) + 1]


@dataclass(frozen=True)
class Sale:
    pk: int
    number: str
    reference: str
    placed: datetime
    parts: list[Part]

    @property
    def status(self) -> str:
        found = {part.state for part in self.parts}
        return STATUS.get(found.pop(), order_states.IN_FULFILMENT) if len(found) == 1 else _MIXED

    @property
    def goods(self) -> int:
        return sum(part.price for part in self.parts)

    @property
    def fees(self) -> int:
        return sum(part.fee for part in self.parts)

    @property
    def total(self) -> int:
        return self.goods + self.fees

    @property
    def is_paid(self) -> bool:
        return self.status not in (order_states.PLACED, order_states.CANCELLED)

    @property
    def paid(self) -> datetime:
        return self.placed + timedelta(minutes=40)

    def at(self, step: int) -> datetime:
        """When a part took its nth step: born, asked, and then one step after the other."""
        return (self.placed, self.paid)[step] if step < 2 else self.paid + timedelta(hours=HOURS * (step - 1))


_MIXED = order_states.IN_FULFILMENT


def code(number: int, length: int) -> str:
    """A number as signs that can be read out, always `length` of them."""
    signs = ""
    for _ in range(length):
        number, rest = divmod(number, len(ALPHABET))
        signs = ALPHABET[rest] + signs
    return signs


def draw(count: int, made: list[Goods], chance: Random) -> list[Sale]:
    """Orders of one or two pesantren with one to three listings each; reserves their stock in `made`."""
    shelves: dict[int, list[Goods]] = {}
    for goods in made:
        if goods.weight:  # services are not ordered here: nothing is packed or handed over
            shelves.setdefault(goods.partner, []).append(goods)
    sellers, now = sorted(shelves), timezone.now()
    weights = [share for share, _, _ in STAGES.values()]
    sales: list[Sale] = []
    parts = items = 0
    for index in range(1, count + 1):
        state = chance.choices(list(STAGES), weights)[0]
        _, newest, oldest = STAGES[state]
        placed = now - timedelta(minutes=chance.randrange(newest * 60, oldest * 60))
        first = sellers[0] if chance.random() < BUSY else chance.choice(sellers)
        chosen = {first, chance.choice(sellers)} if chance.random() < 0.25 else {first}
        number = f"{placed:%y}-SK{code(index, 3)}-{code(index * 7919, 5)}"
        sale = Sale(FIRST + index, number, f"OPOP-SK{code(index, 6)[:2]}-{code(index, 4)}", placed, [])
        for partner in sorted(chosen):
            parts += 1
            lines = chance.sample(shelves[partner], min(chance.choice([1, 1, 2, 3]), len(shelves[partner])))
            stage = states.OFFERED if sale.parts and state in RUNNING and chance.random() < 0.3 else state
            part = Part(
                FIRST + parts,
                f"{number}-{len(sale.parts) + 1}",
                partner,
                stage,
                chance.randrange(15, 150) * 1000,
                [],
            )
            for goods in lines:
                items += 1
                item = Item(FIRST + items, goods, goods.minimum * chance.choice([1, 1, 2, 3, 10]))
                goods.reserved += item.quantity if stage in RESERVING else 0
                part.items.append(item)
            sale.parts.append(part)
        sales.append(sale)
    return sales


RUNNING = {states.ACCEPTED, states.PACKED, states.HANDED_OVER}
