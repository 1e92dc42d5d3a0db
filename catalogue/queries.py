"""Reading the public catalogue. It shows everybody the same, so nobody has to say who is asking."""

from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.core.cache import cache
from django.db import connection
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils.translation import get_language

from catalogue.models import Category, Product, ProductAttributeValue, ProductImage
from catalogue.pictures import Picture, picture
from marketplace.pesantren.models import Partner, StockRecord
from marketplace.reference.models import Regency
from marketplace.reference.working_days import today

FIVE_MINUTES = 300


@dataclass(frozen=True)
class Sector:
    """A sector in the reader's language, with the number of its listings."""

    pk: int
    code: str
    name: str
    url: str
    count: int
    picture: Picture | None = None


def sectors() -> list[Sector]:
    """All sectors that have listings, those with most first. Kept for five minutes."""
    language = get_language() or "id"
    found = cache.get_or_set(f"sectors-{language}", _sectors, FIVE_MINUTES)
    assert found is not None
    return found


@dataclass(frozen=True)
class Place:
    """A kabupaten or kota."""

    pk: int
    code: str
    name: str


def places() -> list[Place]:
    """All of West Java's and wherever else a pesantren is. Kept for five minutes."""
    found = cache.get_or_set("places", _places, FIVE_MINUTES)
    assert found is not None
    return found


def _places() -> list[Place]:
    found = Regency.objects.filter(pesantren__isnull=False).distinct()
    return [Place(place.pk, place.code, str(place)) for place in found]


def export_countries() -> list[str]:
    """Countries whose papers we know (export_needs), by their code. Kept for five minutes."""
    found = cache.get_or_set("export-countries", _export_countries, FIVE_MINUTES)
    assert found is not None
    return found


def _export_countries() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT country FROM search_export_need ORDER BY country")
        return [country for (country,) in cursor.fetchall()]


def _sectors() -> list[Sector]:
    found = (
        Category.objects.filter(depth=1, is_public=True)
        .exclude(code=None)
        .annotate(count=Count("product", filter=Q(product__is_public=True)))
        .filter(count__gt=0)
        .order_by("-count", "path")
    )
    pictures = _sector_pictures()
    return [
        Sector(
            sector.pk,
            sector.code,
            sector.name,
            reverse("catalogue:sector", args=[sector.code]),
            sector.count,
            pictures.get(sector.code),
        )
        for sector in found
    ]


def _sector_pictures() -> dict[str, Picture | None]:
    """One picture of each sector: of the first listing there, those that can be ordered first."""
    code = "product__categories__code"
    images = (
        ProductImage.objects.filter(product__is_public=True, display_order=0)
        .annotate(sector=F(code))
        .order_by("sector", "-product__partner__sells", "product_id")
        .distinct("sector")
    )
    return {image.sector: picture(image) for image in images}


def for_home() -> QuerySet[Product]:
    """What can be ordered, then what is only listed but in season now."""
    found = listed().filter(
        Q(pk__in=orderable(listed()).values("pk")) | Q(pk__in=in_season(listed()).values("pk"))
    )
    return with_card_parts(can_order_first(found))


def listed() -> QuerySet[Product]:
    """Every public listing."""
    return Product.objects.filter(is_public=True, partner__isnull=False)


def with_card_parts(products: QuerySet[Product]) -> QuerySet[Product]:
    """The same listings with all that a card shows: three further queries, however many they are."""
    return products.select_related("partner__regency", "unit", "product_class").prefetch_related(
        "stockrecords__tiers", "images"
    )


def by_ids(ids: list[int]) -> list[Product]:
    """These listings with all that a card shows, in this order."""
    found = {product.pk: product for product in with_card_parts(listed().filter(pk__in=ids))}
    return [found[pk] for pk in ids if pk in found]


def orderable(products: QuerySet[Product]) -> QuerySet[Product]:
    """Those a buyer can order now: the pesantren sells here and its free stock, or what it can make in the weeks
    ahead, reaches the minimum."""
    counted = Q(weekly_capacity=None, num_in_stock__gte=Coalesce(F("num_allocated"), 0) + F("minimum"))
    made = Q(weekly_capacity__isnull=False, free_ahead__gte=F("minimum"))
    enough = StockRecord.objects.filter(counted | made, product=OuterRef("pk"))
    return products.filter(Exists(enough), partner__sells=True)


def in_season(products: QuerySet[Product], month: int | None = None) -> QuerySet[Product]:
    """Those harvested in this month (or the one given)."""
    return products.filter(harvest_months__contains=[month or today().month])


def can_order_first(products: QuerySet[Product]) -> QuerySet[Product]:
    return products.order_by("-partner__sells", "-date_created", "pk")


def instead_of(product: Product, most: int = 4) -> QuerySet[Product]:
    """Goods of the same kind that can be ordered: the same commodity first, then the same class."""
    same = Case(
        When(commodity_id=product.commodity_id, commodity__isnull=False, then=Value(0)), default=Value(1)
    )
    kind = Q(product_class_id=product.product_class_id)
    if product.commodity_id:
        kind |= Q(commodity_id=product.commodity_id)
    found = orderable(listed().filter(kind)).exclude(pk=product.pk)
    return with_card_parts(found.annotate(same=same).order_by("same", "-date_created", "pk"))[:most]


def others_of(product: Product, most: int = 4) -> QuerySet[Product]:
    """Other listings of the same pesantren."""
    found = can_order_first(listed().filter(partner_id=product.partner_id)).exclude(pk=product.pk)
    return with_card_parts(found)[:most]


def listing(pk: int) -> Product | None:
    """One public listing with all that its page shows, the code of its sector, and what it has for export."""
    found = listed().select_related("partner__regency", "unit", "product_class", "commodity", "origin")
    sector = Category.objects.filter(product=OuterRef("pk"), depth=1).order_by("path").values("code")[:1]
    has = Func(F("pk"), function="opop_export_has", output_field=ArrayField(TextField()))
    values = ProductAttributeValue.objects.select_related("attribute")
    parts = ("stockrecords__tiers", "images", "certificates", Prefetch("attribute_values", queryset=values))
    return (
        found.annotate(sector_code=Subquery(sector), export_has=has)
        .prefetch_related(*parts)
        .filter(pk=pk)
        .first()
    )


def sectors_of(partner: Partner) -> list[Sector]:
    """The sectors a pesantren has listings in."""
    codes = set(listed().filter(partner=partner).values_list("categories__code", flat=True))
    return [sector for sector in sectors() if sector.code in codes]


def pesantren(name: str = "", place: str = "") -> QuerySet[Partner]:
    """Pesantren with `goods`, the number of their listings; those that sell here first, then by name."""
    found = Partner.objects.select_related("regency")
    if name:
        found = found.filter(name__icontains=name)
    if place:
        found = found.filter(regency__code=place)
    goods = Count("products", filter=Q(products__is_public=True))
    return found.annotate(goods=goods).order_by("-sells", Lower("name"), "pk")
