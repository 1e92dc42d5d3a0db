"""Makes the synthetic market step by step, or takes it away again as far as the books allow."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from django.db import connection, transaction

from catalogue.models import Certificate, Product, ProductCategory, ProductImage
from catalogue.search import services as search
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.scale import CODE, FIRST, SEED, books, goods, sales, trade
from marketplace.orders.models import Order
from marketplace.people.models import User
from marketplace.pesantren.models import Member, Partner, PriceTier, StockRecord

Say = Callable[[str], None]


class CannotMake(Exception):
    """One sentence on why nothing was made or taken away."""


def load(*, pesantren: int, products: int, orders: int, say: Say) -> None:
    """Make everything in one transaction. Raises CannotMake if it stands there already or load_opop did not run.

    Side effects: rows in all tables of the trade, none of them a mail, a notice or a file.
    """
    if Partner.objects.filter(code__startswith=CODE).exists():
        raise CannotMake("The synthetic market is there already.")
    known = goods.Known.read()
    if not (known.sectors and known.classes and known.units and known.regencies):
        raise CannotMake("Kinds of goods and places are missing. Run manage.py load_opop first.")
    chance = Random(SEED)  # noqa: S311 - always the same market, nothing secret
    with transaction.atomic():
        with _step(say, f"{pesantren:,} pesantren"):
            goods.make_pesantren(pesantren, known, chance)
            trade.make_people()
        with _search_asleep():
            with _step(say, f"{products:,} products"):
                made = goods.make_goods(products, pesantren, known, chance)
            with _step(say, f"{orders:,} orders drawn"):
                drawn = sales.draw(orders, made, chance)
            with _step(say, "prices, steps and stock"):
                goods.make_stock(made, chance)
        _trade(drawn, known, chance, say)
        with _step(say, "statistics for the planner"):
            _analyze()
        with _step(say, "search index"):
            search.reindex()
    with _step(say, "statistics"):
        _vacuum()


def _trade(drawn: list[sales.Sale], known: goods.Known, chance: Random, say: Say) -> None:
    with _step(say, "orders and their lines"):
        trade.make_orders(drawn, known, chance)
    with _step(say, "parts of the pesantren"):
        trade.make_parts(drawn, known)
    with _step(say, "dues and receipts"):
        books.make_dues(drawn)
    with _step(say, "the books"):
        books.make_books(drawn)
    with _step(say, "history"):
        trade.make_history(drawn)


@contextmanager
def _step(say: Say, what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    say(f"  {what}: {time.monotonic() - began:.1f} s")


@contextmanager
def _search_asleep() -> Iterator[None]:
    """The search follows every row by trigger; here it is written once, for all listings together."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL opop.bulk = 'on'")
        yield
        cursor.execute("SET LOCAL opop.bulk = 'off'")


def _analyze() -> None:
    """What was just copied is unknown to the planner, and it would read whole tables for each entry it makes."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _vacuum() -> None:
    """The planner knows the tables, and index-only scans work; inside a transaction (tests) only the first."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")


def remove(*, say: Say) -> None:
    """Take pesantren, listings and people away. Raises CannotMake where orders were made: books are append-only."""
    if Order.objects.filter(pk__gt=FIRST).exists():
        raise CannotMake(
            "Orders were made, and their books and history are append-only. Drop the database instead "
            "(the demonstration's: make stop, then delete var/pgdata)."
        )
    if Fulfilment.objects.filter(partner__code__startswith=CODE).exists():
        raise CannotMake("Somebody has ordered from the synthetic pesantren meanwhile: they have to stay.")
    with transaction.atomic(), _step(say, "taken away"):
        with _search_asleep():
            for model in (PriceTier, StockRecord, Certificate, ProductImage, ProductCategory, Product):
                model._base_manager.filter(pk__gt=FIRST)._raw_delete("default")
            Member.objects.filter(pk__gte=FIRST)._raw_delete("default")
            User.objects.filter(pk__gte=FIRST)._raw_delete("default")
            Partner.objects.filter(pk__gt=FIRST)._raw_delete("default")
        search.reindex()
