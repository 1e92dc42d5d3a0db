"""sitemap.xml: every public page in three languages."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from catalogue import queries
from catalogue.models import Product
from marketplace.pesantren.models import Partner


class Pages(Sitemap):  # type: ignore[type-arg]  # not subscriptable at run time
    """What all have in common: languages beside each other, our own address instead of the sites table's."""

    i18n = True
    alternates = True
    x_default = True
    limit = 5000

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.BASE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.BASE_URL).netloc


class FixedPages(Pages):
    def items(self) -> list[str]:
        return [
            "catalogue:home",
            "catalogue:index",
            "pesantren:list",
            "account:buy-abroad",
            "exports:first",
            "programme:statistics",
            "programme:data",
            "pages:help",
            "pages:terms",
            "pages:privacy",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


class Sectors(Pages):
    def items(self) -> list[str]:
        return [sector.code for sector in queries.sectors()]

    def location(self, item: str) -> str:
        return reverse("catalogue:sector", args=[item])


class Listings(Pages):
    def items(self) -> QuerySet[Product]:
        return queries.listed().only("pk", "slug", "title", "date_updated").order_by("pk")

    def lastmod(self, item: Product) -> Any:
        return item.date_updated


class Sellers(Pages):
    def items(self) -> QuerySet[Partner]:
        return Partner.objects.only("pk", "code").order_by("pk")


SITEMAPS = {"pages": FixedPages, "sectors": Sectors, "listings": Listings, "pesantren": Sellers}
