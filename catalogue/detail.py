"""What the page of one listing shows. Quantities in its unit, prices in whole rupiah."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalogue import season
from catalogue.cards import free_stock, lead_text, price_text, quantity_text, stock_of
from catalogue.export import Export, export
from catalogue.facts import Fact, Paper, facts, paper, source_links
from catalogue.models import Product
from catalogue.pictures import Picture, picture
from marketplace.ledger.money import Money
from marketplace.pesantren import capacity, pricing, weeks
from marketplace.pesantren.models import StockRecord
from marketplace.reference import working_days

MOST_IN_FORM = 9_999_999
MADE_SHOWN = 4


@dataclass(frozen=True)
class Tier:
    """One row of the price table. `save_from`: from here on the next row costs no more in all."""

    minimum: int
    range_text: str
    price: Money
    save_text: str
    about: Money | None = None  # in the reader's currency (indicative.py)


@dataclass(frozen=True)
class Ready:
    """When an order paid now would be ready."""

    days_text: str
    counted_from: str
    ready_on: str
    cut_off: int | None
    made: tuple[tuple[str, str], ...] = ()  # made to order: (up to how much, by which day)


@dataclass(frozen=True)
class Detail:
    product: Product
    record: StockRecord | None
    unit: str
    units: str  # the unit after a number other than 1
    price_text: str
    tiers: list[Tier]
    pictures: list[Picture]
    facts: list[Fact]
    papers: list[Paper]
    export: Export | None
    ready: Ready | None
    season: list[season.Month]
    season_text: str
    in_season: bool
    next_harvest: str
    season_is_example: bool
    can_order: bool
    sold_out: bool
    stock_text: str
    is_made_to_order: bool
    least: int
    most: int
    sources: list[str]
    examples: frozenset[str]
    about_text: str = ""  # the price in the reader's currency, and by which rate (indicative.py)
    guide: Any = None

    @property
    def alt(self) -> str:
        return self.pictures[0].alt if self.pictures else ""

    @property
    def is_illustration(self) -> bool:
        return any(picture.is_illustration for picture in self.pictures)

    @property
    def price_is_example(self) -> bool:
        return "price" in self.examples

    @property
    def minimum_is_example(self) -> bool:
        return "minimum" in self.examples


def detail(product: Product) -> Detail:
    """Everything the page shows; expects a listing from queries.listing."""
    record, sells = stock_of(product), product.seller.sells
    if record:
        record.product, record.partner = product, product.seller  # read once already
        capacity.prepare([record])
    unit = product.unit.name if product.unit else ""
    free, examples = free_stock(record), example_fields(product, record)
    least = _first_multiple(record) if record else 1
    harvest = product.harvest_months
    return Detail(
        product=product,
        record=record,
        unit=unit,
        units=quantity_text(0, unit).removeprefix("0 "),
        price_text=price_text(record),
        tiers=tiers(record, unit) if record else [],
        pictures=[shown for image in product.images.all() if (shown := picture(image))],
        facts=facts(product, record, unit, examples),
        papers=[paper(row) for row in sorted(product.certificates.all(), key=lambda row: (row.kind, row.pk))],
        export=export(product),
        ready=ready(record, unit) if record and sells else None,
        season=season.strip(harvest),
        season_text=season.text(harvest, product.product_class.perishable, sells),
        in_season=season.in_season(harvest),
        next_harvest=season.next_harvest(harvest),
        season_is_example=bool({"harvest", "harvest_months"} & examples),
        can_order=sells and record is not None,
        sold_out=sells and free < least,
        stock_text=quantity_text(free, unit),
        is_made_to_order=bool(record and record.is_made_to_order),
        least=least,
        most=min(free // record.multiple * record.multiple, MOST_IN_FORM) if record else 0,
        sources=source_links(product.source),
        examples=examples,
    )


def example_fields(product: Product, record: StockRecord | None) -> frozenset[str]:
    """Which figures nobody stated: those of the listing and those of its commodity."""
    assumed = product.commodity.assumed if product.commodity else []
    return frozenset([*(record.example_fields if record else []), *assumed])


def _first_multiple(record: StockRecord) -> int:
    return -(-record.minimum // record.multiple) * record.multiple


def tiers(record: StockRecord, unit: str) -> list[Tier]:
    """The price steps as rows: "10 – 99 kg", with the quantity from which the next row costs no more."""
    ladder = pricing.steps(record)
    rows = []
    for step, following in zip(ladder, [*ladder[1:], None], strict=True):
        if following is None:
            text = _("%(quantity)s and more") % {"quantity": quantity_text(step.quantity, unit)}
            rows.append(Tier(step.quantity, text, step.price, ""))
            continue
        first = quantity_text(step.quantity, "").strip()
        last = quantity_text(following.quantity - 1, unit)
        text = last if following.quantity - 1 == step.quantity else season.span(first, last)
        rows.append(Tier(step.quantity, text, step.price, _save_text(record, ladder, step, following, unit)))
    return rows


def _save_text(
    record: StockRecord, ladder: list[pricing.Step], step: pricing.Step, following: pricing.Step, unit: str
) -> str:
    """More costs less: said before somebody orders just below a step."""
    needed = -(-following.quantity // record.multiple) * record.multiple
    total = pricing.unit_price(ladder, needed) * needed
    start = max(-(-total.minor // step.price.minor), step.quantity)
    start = -(-start // record.multiple) * record.multiple  # a quantity that can be taken
    if start >= following.quantity:
        return ""
    values = {"start": quantity_text(start, unit), "needed": quantity_text(needed, unit), "total": total}
    return _("From %(start)s on, taking %(needed)s costs no more: %(total)s.") % values


def ready(record: StockRecord, unit: str) -> Ready | None:
    """Working days and dates, by the seller's cut-off hour, days off and the public holidays; of what is made to order
    as well how much gets ready by when."""
    if record.lead_days is None and not record.is_made_to_order:
        return None
    partner = record.partner
    off = [(closure.first, closure.last) for closure in partner.closures.all()]
    start = working_days.counted_from(timezone.now(), partner.cut_off_hour)
    return Ready(
        days_text=lead_text(record),
        counted_from=long_date(working_days.after(start, 0, off)),
        ready_on=long_date(working_days.after(start, record.lead_days or 0, off)),
        cut_off=partner.cut_off_hour,
        made=_made(record, unit) if record.is_made_to_order else (),
    )


def _made(record: StockRecord, unit: str) -> tuple[tuple[str, str], ...]:
    """Enough of a listing's weeks for most orders, from the first whose goods reach the minimum on, and the last."""
    found = [step for step in capacity.steps(record) if step[0] >= _first_multiple(record)]
    shown = found if len(found) <= MADE_SHOWN else [*found[: MADE_SHOWN - 1], found[-1]]
    return tuple((quantity_text(number, unit), long_date(day)) for number, day in shown)


def order_hint(shown: Detail) -> str:
    """Minimum, multiple and free stock in one line under the quantity."""
    if shown.record is None:
        return ""
    unit, multiple = shown.unit, shown.record.multiple
    parts = [_("Minimum %(quantity)s.") % {"quantity": quantity_text(shown.least, unit)}]
    if multiple > 1:
        parts.append(_("Sold in multiples of %(quantity)s.") % {"quantity": quantity_text(multiple, unit)})
    if shown.is_made_to_order:
        values = {"quantity": shown.stock_text, "weeks": weeks.AHEAD}
        parts.append(_("Up to %(quantity)s can be made in the next %(weeks)s weeks.") % values)
    else:
        parts.append(_("%(quantity)s left.") % {"quantity": shown.stock_text})
    return " ".join(parts)


def long_date(day: date) -> str:
    return date_format(day, "l, j F Y")
