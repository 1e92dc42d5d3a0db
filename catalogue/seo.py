"""What search engines and shared links read: clean addresses, Open Graph, schema.org."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import translate_url
from django.utils.text import Truncator
from django.utils.translation import get_language

from catalogue.detail import Detail
from marketplace.pesantren.models import Partner

CONTEXT = "https://schema.org"
LOCALES = {"id": "id_ID", "en": "en_US", "ar": "ar_AR"}


@dataclass(frozen=True)
class Seo:
    """Head of one page. `alternates` are the same page in each language, without filters."""

    description: str
    alternates: list[tuple[str, str]]
    canonical: str
    image: str = ""
    kind: str = "website"
    locale: str = "id_ID"
    data: list[dict[str, Any]] = field(default_factory=list)
    noindex: bool = False


def absolute(path: str) -> str:
    return path if path.startswith("http") else f"{settings.BASE_URL}{path}"


def seo(path: str, description: str, *, page: int = 1, image: str = "", **more: Any) -> Seo:
    """`path` is the address without query; page 2 and later are addresses of their own."""
    ending = f"?page={page}" if page > 1 else ""
    alternates = [(code, translate_url(absolute(path), code) + ending) for code, _ in settings.LANGUAGES]
    language = get_language() or "id"
    return Seo(
        description=Truncator(" ".join(description.split())).chars(160),
        alternates=alternates,
        canonical=absolute(path) + ending,
        image=absolute(image) if image else "",
        locale=LOCALES.get(language, LOCALES["id"]),
        **more,
    )


def breadcrumbs(crumbs: list[tuple[str, str]], path: str) -> dict[str, Any]:
    """schema.org BreadcrumbList; the last crumb is the page itself."""
    items = [
        {"@type": "ListItem", "position": number, "name": str(label), "item": absolute(url or path)}
        for number, (label, url) in enumerate(crumbs, start=1)
    ]
    return {"@context": CONTEXT, "@type": "BreadcrumbList", "itemListElement": items}


def organisation(partner: Partner) -> dict[str, Any]:
    place = {
        "@type": "PostalAddress",
        "addressLocality": str(partner.regency),
        "addressRegion": "Jawa Barat",
        "addressCountry": "ID",
    }
    return {
        "@context": CONTEXT,
        "@type": "Organization",
        "name": partner.name,
        "url": absolute(partner.get_absolute_url()),
        "description": partner.about,
        "address": place,
    }


def site() -> list[dict[str, Any]]:
    organisation = {"@context": CONTEXT, "@type": "Organization", "name": settings.OSCAR_SHOP_NAME}
    search = {
        "@type": "SearchAction",
        "target": f"{settings.BASE_URL}/search/?q={{search_term_string}}",
        "query-input": "required name=search_term_string",
    }
    website = {"@context": CONTEXT, "@type": "WebSite", "name": settings.OSCAR_SHOP_NAME}
    return [
        organisation | {"url": settings.BASE_URL},
        website | {"url": settings.BASE_URL, "potentialAction": search},
    ]


def product(detail: Detail) -> dict[str, Any]:
    """schema.org Product. Only what can be ordered has offers; what is not sold here promises nothing."""
    goods = detail.product
    found: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Product",
        "name": goods.title,
        "description": goods.description,
        "url": absolute(goods.get_absolute_url()),
        "sku": f"opop-{goods.pk}",
        "brand": {"@type": "Organization", "name": goods.seller.name},
        "image": [absolute(picture.url) for picture in detail.pictures],
    }
    if detail.can_order:
        found["offers"] = _offers(detail)
    return found


def _offers(detail: Detail) -> dict[str, Any]:
    amounts = [tier.price.minor for tier in detail.tiers]
    stock = "OutOfStock" if detail.sold_out else "MadeToOrder" if detail.is_made_to_order else "InStock"
    return {
        "@type": "AggregateOffer",
        "priceCurrency": "IDR",
        "lowPrice": min(amounts),
        "highPrice": max(amounts),
        "offerCount": len(amounts),
        "availability": f"https://schema.org/{stock}",
        "seller": {"@type": "Organization", "name": detail.product.seller.name},
    }
