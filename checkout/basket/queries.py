"""Reading the basket: lines with their terms, grouped by pesantren."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from catalogue.indicative import Guide
from catalogue.pictures import Picture, picture
from checkout.basket import terms
from checkout.basket.models import Basket, Line
from marketplace.ledger.money import Money
from marketplace.pesantren import capacity, pricing, week_words
from marketplace.pesantren.models import Partner, StockRecord
from marketplace.pesantren.weeks import Plan

CURRENCY = "IDR"


@dataclass(frozen=True)
class LineView:
    """One line as the buyer sees it. Amounts in whole rupiah."""

    line: Line
    unit_price: Money
    was: Money | None  # the unit price told when the quantity was set, if it is another one now
    cheaper: pricing.Cheaper | None
    problem: terms.Problem | None
    making: Plan | None = None  # made to order: in which weeks, and when all of it is ready
    guide: Guide | None = None  # the amounts are said in the reader's currency, too

    @property
    def record(self) -> StockRecord:
        return self.line.stockrecord

    @property
    def quantity(self) -> int:
        return int(self.line.quantity)

    @property
    def picture(self) -> Picture | None:
        images = list(self.line.product.images.all())
        return picture(images[0]) if images else None

    @property
    def price(self) -> Money:
        return self.unit_price * self.quantity

    @property
    def about(self) -> Money | None:
        return self.guide.about(self.price) if self.guide else None

    @property
    def unit_about(self) -> Money | None:
        return self.guide.about(self.unit_price) if self.guide else None

    @property
    def is_example(self) -> bool:
        """Whether the price is an example figure that the seller has not stated."""
        return "price" in self.record.example_fields

    @property
    def written(self) -> str:
        return terms.written(self.quantity, self.record)

    @property
    def made_text(self) -> str:
        """Which weeks it is made in, where it takes more than one."""
        if self.making is None or len(self.making.portions) < 2:
            return ""
        return week_words.portions(self.making.portions, lambda n: terms.written(n, self.record), most=12)

    @property
    def cheaper_written(self) -> str:
        return terms.written(self.cheaper.quantity, self.record) if self.cheaper else ""

    @property
    def mends(self) -> list[tuple[int, str]]:
        """(quantity, as written) of each way to mend the line."""
        found = self.problem.mends if self.problem else ()
        return [(quantity, terms.written(quantity, self.record)) for quantity in found]


@dataclass
class Group:
    """What one pesantren sells in this basket."""

    partner: Partner
    lines: list[LineView] = field(default_factory=list)

    @property
    def goods(self) -> Money:
        return sum((line.price for line in self.lines), Money(0, CURRENCY))


@dataclass(frozen=True)
class BasketView:
    groups: list[Group]
    guide: Guide | None = None

    @property
    def about(self) -> Money | None:
        """What the goods come to in the reader's currency; of the sum, so it may differ from that of the lines."""
        return self.guide.about(self.goods) if self.guide else None

    @property
    def lines(self) -> list[LineView]:
        return [line for group in self.groups for line in group.lines]

    @property
    def goods(self) -> Money:
        return sum((group.goods for group in self.groups), Money(0, CURRENCY))

    @property
    def problems(self) -> list[LineView]:
        return [line for line in self.lines if line.problem]

    @property
    def is_empty(self) -> bool:
        return not self.groups

    @property
    def is_ready(self) -> bool:
        """Whether it could be ordered as it stands."""
        return bool(self.groups) and not self.problems

    @property
    def needs_address(self) -> bool:
        return any(line.record.product.get_product_class().requires_shipping for line in self.lines)


def count_lines(request: HttpRequest) -> int:
    """Lines in the visitor's basket; no query for a guest who has none."""
    if not request.user.is_authenticated and "oscar_open_basket" not in request.COOKIES:
        return 0
    basket = request.basket  # type: ignore[attr-defined]
    return basket.lines.count() if basket.pk else 0


def listed() -> QuerySet[StockRecord]:
    """Everything that is listed, with its terms, seller and price steps."""
    return (
        StockRecord.objects.filter(product__is_public=True)
        .select_related("product__product_class", "product__unit", "partner__regency")
        .prefetch_related("tiers")
        .order_by("pk")
    )


def records(products: Iterable[int | None]) -> dict[int, StockRecord]:
    """The listing of each of these products that is listed still, by product."""
    found = list(listed().filter(product_id__in=set(products) - {None}))
    capacity.prepare(found)
    return {record.product_id: record for record in found}


def read(basket: Basket, guide: Guide | None = None) -> BasketView:
    """The whole basket as it stands in the database now; a fixed number of queries."""
    groups: dict[int, Group] = {}
    lines = list(basket.all_lines())
    capacity.prepare(line.stockrecord for line in lines)
    for line in lines:
        line.stockrecord.product = line.product  # the same row: it was read once already
        partner = line.stockrecord.partner
        groups.setdefault(partner.pk, Group(partner)).lines.append(_view(line, guide))
    return BasketView(list(groups.values()), guide)


def _view(line: Line, guide: Guide | None) -> LineView:
    record = line.stockrecord
    ladder = pricing.steps(record)
    unit_price = pricing.unit_price(ladder, line.quantity)
    told: Any = line.price_excl_tax
    before = Money.from_decimal(told, CURRENCY) if told is not None else unit_price
    return LineView(
        line=line,
        unit_price=unit_price,
        was=before if before != unit_price else None,
        cheaper=_cheaper(record, ladder, line.quantity),
        problem=terms.problem(record, line.quantity),
        making=capacity.plan(record, line.quantity) if record.is_made_to_order else None,
        guide=guide,
    )


def _cheaper(record: StockRecord, ladder: list[pricing.Step], quantity: int) -> pricing.Cheaper | None:
    """More for no more money, where that much is free."""
    offer = pricing.cheaper_with_more(ladder, quantity, record.multiple)
    left = terms.free(record)
    return offer if offer and (left is None or offer.quantity <= left) else None
