"""Charts as numbers for a small SVG: columns, blocks whose area is the sum, and three sums beside each other.

No line joins two figures anywhere. `rtl` puts the first year at the right, where Arabic begins to read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace.programme.sums import KINDS

WIDTH, FOOT, HEAD = 480, 30, 28  # the drawing's own units; room for labels below and above
LETTER = Decimal("8.4")  # about how wide a letter of a label of 16 units is
GAP = 6


@dataclass(frozen=True)
class Shape:
    """One rectangle with what is written above and below it."""

    key: str
    x: str
    y: str
    width: str
    height: str
    middle: str
    label_x: str  # of the text above, kept inside the drawing
    label_y: str
    label: str
    below: str
    is_marked: bool = False  # counted in another window than an event of some days


@dataclass(frozen=True)
class Chart:
    id: str
    height: int
    base: int
    shapes: list[Shape]

    @property
    def view(self) -> str:
        return f"0 0 {WIDTH} {self.height}"


@dataclass(frozen=True)
class Item:
    """One year of a chart: `weight` is how wide it is (1 for columns), `value` how high."""

    key: str
    value: int
    label: str
    below: str
    weight: int = 1
    is_marked: bool = False


def number(value: Decimal) -> str:
    """A coordinate with one digit, written with a point in every language."""
    return f"{value:.1f}"


def columns(id: str, items: Sequence[Item], *, rtl: bool, tall: int = 150) -> Chart:
    """Columns of one width; their height is the value."""
    return _drawn(id, items, rtl=rtl, tall=tall, share=Decimal("0.62"))


def blocks(id: str, items: Sequence[Item], *, rtl: bool, tall: int = 210) -> Chart:
    """Blocks as wide as their weight and as high as their value: the area is weight × value, the sum."""
    return _drawn(id, items, rtl=rtl, tall=tall, share=Decimal(1))


def _drawn(id: str, items: Sequence[Item], *, rtl: bool, tall: int, share: Decimal) -> Chart:
    whole = Decimal(sum(item.weight for item in items) or 1)
    highest = max((item.value for item in items), default=0) or 1
    room = Decimal(WIDTH - GAP * max(0, len(items) - 1))
    shapes, at = [], Decimal(0)
    for item in items:
        place = room * item.weight / whole
        wide = place * share
        left = at + (place - wide) / 2
        x = WIDTH - left - wide if rtl else left
        high = max(Decimal(tall) * item.value / highest, Decimal(2)) if item.value else Decimal(0)
        middle = x + wide / 2
        half = LETTER * len(item.label) / 2
        shapes.append(
            Shape(
                key=item.key,
                x=number(x),
                y=number(HEAD + tall - high),
                width=number(wide),
                height=number(high),
                middle=number(middle),
                label_x=number(min(max(middle, half), WIDTH - half)),
                label_y=number(HEAD + tall - high - 8),
                label=item.label,
                below=item.below,
                is_marked=item.is_marked,
            )
        )
        at += place + GAP
    return Chart(id, HEAD + tall + FOOT, HEAD + tall, shapes)


@dataclass(frozen=True)
class Bar:
    """One of the three sums of a row: its place and how long it is."""

    kind: str
    y: int
    x: str
    width: str
    text_x: str
    text_y: int
    text: str


@dataclass(frozen=True)
class Group:
    label: str
    y: int
    bars: list[Bar]


@dataclass(frozen=True)
class Groups:
    """Three bars for each row, from one edge and on one scale: beside each other, never on top of each other."""

    id: str
    height: int
    groups: list[Group]
    start: int  # x of the edge at which bars and labels begin

    @property
    def view(self) -> str:
        return f"0 0 {WIDTH} {self.height}"


@dataclass(frozen=True)
class Three:
    label: str
    values: tuple[int, ...]  # committed, reported, realised
    texts: tuple[str, ...]


LONGEST = 300  # of a bar; what is beside it is for its amount
ROW, LINE, BAR = 92, 22, 14


def grouped(id: str, rows: Sequence[Three], *, rtl: bool) -> Groups:
    highest = max((max(row.values) for row in rows), default=0) or 1
    groups = []
    for place, row in enumerate(rows):
        top = place * ROW
        bars = []
        for line, (kind, value, text) in enumerate(zip(KINDS, row.values, row.texts, strict=True)):
            wide = max(Decimal(LONGEST) * value / highest, Decimal(2)) if value else Decimal(0)
            x = WIDTH - wide if rtl else Decimal(0)
            text_x = WIDTH - wide - 8 if rtl else wide + 8
            y = top + 24 + line * LINE
            bars.append(Bar(kind, y, number(x), number(wide), number(text_x), y + BAR - 1, text))
        groups.append(Group(row.label, top + 16, bars))
    return Groups(id, max(len(rows) * ROW, 1), groups, WIDTH if rtl else 0)
