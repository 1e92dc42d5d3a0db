"""What a card of a listing shows; prepared here, so that the template only prints."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from catalogue import season
from catalogue.models import Product
from catalogue.pictures import Picture, picture
from marketplace.common.figures import grouped
from marketplace.ledger.money import NO_BREAK_SPACE, Money
from marketplace.pesantren import capacity, pricing, week_words
from marketplace.pesantren.models import StockRecord
from marketplace.reference.working_days import today

ENGLISH_PLURALS = {
    "piece": "pieces",
    "pack": "packs",
    "jar": "jars",
    "bottle": "bottles",
    "5 kg sack": "5 kg sacks",
    "litre": "litres",
    "box": "boxes",
    "carton": "cartons",
    "250 g pack": "250 g packs",
    "800 ml bottle": "800 ml bottles",
    "set": "sets",
    "sheet": "sheets",
    "stick": "sticks",
    "person": "people",
}
FIRST_SCREEN = 4
KEPT = 4096  # about 8 MB a process


@dataclass(frozen=True)
class Card:
    """One listing on a list. Quantities in its unit, prices in whole rupiah."""

    pk: int
    name: str
    url: str
    picture: Picture | None
    seller: str
    place: str
    price_text: str
    unit: str
    minimum_text: str
    lead_text: str
    ready_text: str  # made to order: the day the smallest order is ready
    season: tuple[season.Month, ...]
    season_text: str
    in_season: bool
    can_order: bool
    sold_out: bool
    is_example: bool
    prices: tuple[Money, Money] | None = None  # the lowest and the highest step
    about_text: str = (
        ""  # the same in the reader's currency (indicative.py); never in what is kept for everybody
    )


def stock_of(product: Product) -> StockRecord | None:
    """The stock record of a listing, from the prefetched ones."""
    return next(iter(product.stockrecords.all()), None)


def free_stock(record: StockRecord | None) -> int:
    """Units that can still be promised to somebody."""
    if record and record.is_made_to_order:
        return capacity.free(record) or 0
    return max((record.num_in_stock or 0) - (record.num_allocated or 0), 0) if record else 0


def ready_text(record: StockRecord | None) -> str:
    """When the smallest order is ready that is made now; nothing for what lies in the store, or is not free."""
    if record is None or not record.is_made_to_order:
        return ""
    found = capacity.plan(record, record.minimum)
    return week_words.day(found.ready_on) if found else ""


def lowest_and_highest(record: StockRecord | None) -> tuple[Money, Money] | None:
    """Of the price's steps; nothing where no price is known."""
    if record is None or record.price is None:
        return None
    prices = [step.price.minor for step in pricing.steps(record)]
    return Money(min(prices), record.price_currency), Money(max(prices), record.price_currency)


def span(prices: tuple[Money, Money] | None) -> str:
    """ "Rp 34.000 – 38.000"; "" for nothing."""
    if prices is None:
        return ""
    low, high = prices
    return str(low) if low == high else f"{low} – {str(high).partition(NO_BREAK_SPACE)[2]}"


def price_text(record: StockRecord | None) -> str:
    return span(lowest_and_highest(record))


def quantity_text(quantity: int, unit: str) -> str:
    """ "1.000 kg", in English "1,000 kg"."""
    if quantity != 1 and get_language() == "en":
        unit = ENGLISH_PLURALS.get(unit, unit)
    number = grouped(quantity)
    return f"{number} × {unit}" if unit[:1].isdigit() else f"{number} {unit}"


def lead_text(record: StockRecord | None) -> str:
    if record is None or record.lead_days is None:
        return ""
    days = record.lead_days
    return ngettext("%(n)s working day", "%(n)s working days", days) % {"n": days} if days else _("same day")


def card(product: Product) -> Card:
    """One card; expects the parts that queries.with_card_parts fetches."""
    record, sells = stock_of(product), product.seller.sells
    prices = lowest_and_highest(record)
    unit = product.unit.name if product.unit else ""
    images = list(product.images.all())
    return Card(
        pk=product.pk,
        name=product.title,
        url=product.get_absolute_url(),
        picture=picture(images[0]) if images else None,
        seller=product.seller.name,
        place=product.seller.place,
        price_text=span(prices),
        unit=unit,
        minimum_text=quantity_text(record.minimum, unit) if record else "",
        lead_text=lead_text(record),
        ready_text=ready_text(record) if sells else "",
        season=_season(tuple(product.harvest_months), today().month, get_language() or "id"),
        season_text=season.text(product.harvest_months, product.product_class.perishable, sells),
        in_season=season.in_season(product.harvest_months),
        can_order=sells,
        sold_out=sells and (record is None or free_stock(record) < record.minimum),
        is_example=record is not None and "price" in record.example_fields,
        prices=prices,
    )


@lru_cache(maxsize=512)
def _season(harvest: tuple[int, ...], month: int, language: str) -> tuple[season.Month, ...]:
    """The twelve months of `harvest`, kept for each month that is "now" and each language."""
    return tuple(season.strip(harvest))


def mixed(found: list[Card]) -> list[Card]:
    """The same cards, taking turns between the sellers, so that one with many does not fill the page."""
    waiting: dict[str, list[Card]] = {}
    for one in found:
        waiting.setdefault(one.seller, []).append(one)
    rounds = zip_longest(*waiting.values())
    return [one for turn in rounds for one in turn if one is not None]


def cards(products: Iterable[Product]) -> list[Card]:
    """Two further queries where something is made to order, however much."""
    found = list(products)
    records = [(product, record) for product in found if (record := stock_of(product))]
    for product, record in records:
        record.product, record.partner = product, product.seller  # read once already
    capacity.prepare(record for _product, record in records)
    return [card(product) for product in found]


def drawn(card: Card, nth: int) -> SafeString:
    """The card as HTML; `nth` is its place among the pictures of the first screen, 0 beyond it."""
    return _drawn(card, nth if nth <= FIRST_SCREEN else 0, get_language() or "id")


@lru_cache(maxsize=KEPT)
def _drawn(card: Card, nth: int, language: str) -> SafeString:
    """Half of a list's time went into its cards. One that says the same in the same language looks the same, so
    each process keeps the last few thousand; nothing can be old, for everything a card shows is in the key."""
    return render_to_string("components/_card.html", {"card": card, "nth": nth})
