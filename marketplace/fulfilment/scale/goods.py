"""The synthetic pesantren and their listings."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from catalogue.models import (
    Category,
    Certificate,
    Commodity,
    Product,
    ProductCategory,
    ProductClass,
    ProductImage,
    Unit,
)
from marketplace.fulfilment.scale import CODE, FIRST
from marketplace.fulfilment.scale.copying import copy
from marketplace.pesantren.models import Partner, PriceTier, StockRecord
from marketplace.reference.models import Regency

DATA = Path(__file__).resolve().parents[1] / "data"
MINIMUMS = [1, 1, 5, 10, 10, 20, 50, 100, 300, 500, 1000]
FOOD = {"dry_food", "bakery", "frozen_food", "dairy", "beverage"}
ISSUER = "Lembaga Contoh Sertifikasi"
DESCRIPTION = (
    "{name} dari {place}. Barang contoh untuk mengukur kecepatan, bukan barang sungguhan.",
    "{name} from {place}. A sample listing for measuring speed, not real goods.",
    "{name} من {place}. سلعة تجريبية لقياس السرعة، وليست سلعة حقيقية.",
)


@dataclass
class Goods:
    """What the orders need to know of one listing. Prices in whole rupiah."""

    pk: int
    partner: int
    titles: tuple[str, str, str]
    class_code: str
    unit: int
    units: dict[str, str]
    weight: int | None
    minimum: int
    price: int
    tier: tuple[int, int] | None  # from this quantity on, this price
    reserved: int = 0  # counted up by the orders

    def unit_price(self, quantity: int) -> int:
        return self.tier[1] if self.tier and quantity >= self.tier[0] else self.price


@dataclass
class Known:
    """Rows of load_opop that the synthetic ones point at, by code."""

    sectors: dict[str, int]
    classes: dict[str, ProductClass]
    commodities: dict[str, int]
    units: dict[str, Unit]
    regencies: list[Regency]
    pictures: dict[int, dict[str, Any]] = field(default_factory=dict)  # one illustration a class

    @classmethod
    def read(cls) -> "Known":
        pictures: dict[int, dict[str, Any]] = {}
        shared = ProductImage.objects.filter(is_illustration=True, width__gt=0, product_id__lt=FIRST)
        for row in shared.order_by("pk").values("product__product_class_id", *PICTURE):
            pictures.setdefault(row.pop("product__product_class_id"), row)
        return cls(
            sectors=dict(Category.objects.exclude(code=None).values_list("code", "pk")),
            classes={row.slug: row for row in ProductClass.objects.all()},
            commodities=dict(Commodity.objects.values_list("code", "pk")),
            units={row.code: row for row in Unit.objects.all()},
            regencies=list(Regency.objects.filter(code__startswith="32.").order_by("code")),
            pictures=pictures,
        )


PICTURE = ("original", "is_illustration", "alt", "width", "height", "avif_ready")


def words(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def make_pesantren(count: int, known: Known, chance: Random) -> None:
    """Pesantren over all kabupaten and kota; all of them sell, all are marked as fictional."""
    names = (
        "id",
        "code",
        "name",
        "about",
        "about_ind",
        "regency_id",
        "sells",
        "is_fictional",
        "cut_off_hour",
    )
    about = "Pesantren contoh untuk mengukur kecepatan; tidak ada di dunia nyata."
    copy(
        Partner,
        names,
        (
            (
                FIRST + number,
                f"{CODE}{number:04}",
                f"Pesantren Contoh Skala {number:04}",
                about,
                about,
                chance.choice(known.regencies).pk,
                True,
                True,
                chance.choice([12, 14, 16]),
            )
            for number in range(1, count + 1)
        ),
    )


def make_goods(count: int, pesantren: int, known: Known, chance: Random) -> list[Goods]:
    """Listings with their price, tiers, stock, sector, papers and shared illustration."""
    places = dict(Partner.objects.filter(pk__gt=FIRST).values_list("pk", "regency__name"))
    kinds, varieties = words("scale_goods.csv"), _varieties()
    shares = list(accumulate(float(kind["share"]) for kind in kinds))
    now = timezone.now()
    made: list[Goods] = []
    facts: list[dict[str, Any]] = []

    def products() -> Iterator[list[Any]]:
        for number in range(1, count + 1):
            kind = chance.choices(kinds, cum_weights=shares)[0]
            partner = FIRST + 1 + (number - 1) % pesantren
            goods, row = _listing(number, partner, kind, varieties, places[partner], known, chance, now)
            made.append(goods)
            facts.append(kind)
            yield row

    copy(Product, PRODUCT, products())
    copy(
        ProductCategory,
        ("id", "product_id", "category_id"),
        (
            (goods.pk, goods.pk, known.sectors[kind["sector"]])
            for goods, kind in zip(made, facts, strict=True)
        ),
    )
    copy(Certificate, CERTIFICATE, _papers(made, now.date(), chance))
    copy(ProductImage, ("id", "product_id", "display_order", *PICTURE), _pictures(made, known))
    return made


def _varieties() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in words("scale_varieties.csv"):
        found.setdefault(row["class_code"], []).append(row)
    return found


PRODUCT = (
    "id", "title", "title_ind", "title_en", "title_ar", "slug", "description", "description_ind",
    "description_en", "description_ar", "date_created", "product_class_id", "partner_id", "commodity_id",
    "unit_id", "origin_id", "harvest_months", "hs6", "net_weight_g", "gross_weight_g", "carton_quantity",
    "carton_cm", "source",
)  # fmt: skip


def _listing(
    number: int,
    partner: int,
    kind: dict[str, str],
    varieties: dict[str, list[dict[str, str]]],
    place: str,
    known: Known,
    chance: Random,
    now: datetime,
) -> tuple[Goods, list[Any]]:
    """One listing: its row, and what orders need of it."""
    variety = chance.choice(varieties[kind["class_code"]])
    titles = (
        f"{kind['name_id']} {variety['name_id']} {place}",
        f"{kind['name_en']}, {variety['name_en']}, {place}",
        f"{kind['name_ar']}، {variety['name_ar']}، {place}",
    )
    names = (kind["name_id"], kind["name_en"], kind["name_ar"])
    texts = [text.format(name=name, place=place) for text, name in zip(DESCRIPTION, names, strict=True)]
    goods = _terms(FIRST + number, partner, titles, kind, known, chance)
    gross = goods.weight * 11 // 10 if goods.weight else None
    carton = (chance.choice([6, 10, 12, 20, 24]), "40x30x25") if chance.random() < 0.6 else (None, "")
    months = [int(month) for month in kind["months"].split()]
    row = [
        goods.pk, titles[0], *titles, slugify(titles[0])[:100], texts[0], *texts,
        now - timedelta(minutes=chance.randrange(60 * 24 * 400)), known.classes[kind["class_code"]].pk, partner,
        known.commodities.get(kind["commodity"]), goods.unit, None, months,
        kind["hs6"] if chance.random() < 0.8 else "", goods.weight, gross, *carton, "",
    ]  # fmt: skip
    return goods, row


def _terms(
    pk: int, partner: int, titles: tuple[str, str, str], kind: dict[str, str], known: Known, chance: Random
) -> Goods:
    """Price, minimum and price step; one in six has a price for every quantity."""
    unit: Any = known.units[kind["unit"]]
    price = round(chance.randrange(int(kind["price_least"]), int(kind["price_most"])), -2)
    minimum = chance.choice(MINIMUMS)
    tier = (minimum * chance.choice([2, 5, 10]), round(price * chance.choice([85, 90, 95]) // 100, -2))
    return Goods(
        pk=pk,
        partner=partner,
        titles=titles,
        class_code=kind["class_code"],
        unit=unit.pk,
        units={"id": unit.name_ind, "en": unit.name_en, "ar": unit.name_ar},
        weight=int(kind["weight_g"]) if kind["weight_g"] else None,
        minimum=minimum,
        price=price,
        tier=None if chance.random() < 0.16 else tier,
    )


CERTIFICATE = (
    "id", "product_id", "kind", "number", "issuer", "valid_from", "expires_on", "is_example",
)  # fmt: skip


def _papers(made: list[Goods], today: date, chance: Random) -> Iterator[tuple[Any, ...]]:
    """Halal and P-IRT for most food, organic and GAP for some produce; one paper in ten has run out."""
    pk = FIRST
    for goods in made:
        chances = {"halal": 0.7, "pirt": 0.5} if goods.class_code in FOOD else {"brand": 0.1}
        if goods.class_code == "fresh_produce":
            chances = {"organic": 0.15, "gap": 0.3, "phyto": 0.1}
        for kind, likely in chances.items():
            if chance.random() < likely:
                pk += 1
                ends = today + timedelta(days=chance.randrange(-70, 700))
                begins = ends - timedelta(days=1460)
                yield pk, goods.pk, kind, f"SKALA-{pk - FIRST:06} (contoh)", ISSUER, begins, ends, True


def _pictures(made: list[Goods], known: Known) -> Iterator[tuple[Any, ...]]:
    """The illustrations that load_opop made already, shared: no file is written."""
    for goods in made:
        shared = known.pictures.get(known.classes[goods.class_code].pk)
        if shared:
            yield goods.pk, goods.pk, 0, *(shared[name] for name in PICTURE)


RECORD = (
    "id", "product_id", "partner_id", "partner_sku", "price_currency", "price", "num_in_stock",
    "num_allocated", "minimum", "export_minimum", "lead_days", "example_fields",
)  # fmt: skip


def make_stock(made: list[Goods], chance: Random) -> None:
    """Stock records and price steps; last, because the orders have reserved by now. One in twelve is sold out."""
    examples = ["price", "minimum", "lead_days"]

    def records() -> Iterator[tuple[Any, ...]]:
        for goods in made:
            free = 0 if chance.random() < 0.08 else goods.minimum * chance.randrange(1, 60)
            export = goods.minimum * 10 if chance.random() < 0.6 else None
            yield (
                goods.pk, goods.pk, goods.partner, f"skala-{goods.pk - FIRST:06}", "IDR", goods.price,
                goods.reserved + free, goods.reserved, goods.minimum, export, chance.randrange(0, 15), examples,
            )  # fmt: skip

    copy(StockRecord, RECORD, records())
    tiers = ((goods.pk, goods.pk, *goods.tier) for goods in made if goods.tier)
    copy(PriceTier, ("id", "stockrecord_id", "quantity", "price"), tiers)
