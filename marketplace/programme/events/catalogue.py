"""The printable catalogue of an event: who comes, with which products, at which public prices; a QR leads to each."""

import re
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue import pictures
from catalogue.cards import Card, cards
from catalogue.models import Product, ProductImage
from catalogue.queries import with_card_parts
from marketplace.common import dates, pdf
from marketplace.programme.events import words as event_words
from marketplace.programme.events.badges import qr_svg
from marketplace.programme.models import Event, Exhibit, Exhibitor

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {w} {h}">'
    '<image width="{w}" height="{h}" xlink:href="data:image/webp;base64,{data}"/></svg>'
)
MOST_TEXT = 220
EVERY = 20  # products between two reports of progress


def count(event: Event) -> int:
    """How many products it will show."""
    return _shown(event).count()


def _shown(event: Event) -> Any:
    rows = Exhibit.objects.filter(
        exhibitor__event=event, exhibitor__declined_at=None, product__is_public=True
    )
    return rows.order_by("product__title", "pk")


def make(event: Event, language: str, progress: Callable[[int], None] = lambda done: None) -> bytes:
    """The PDF. `progress` hears how many products are ready."""
    with translation.override(language):
        return pdf.render("event_catalogue", _data(event, language, progress))


def _data(event: Event, language: str, progress: Callable[[int], None]) -> dict[str, Any]:
    rows = list(_shown(event).values_list("exhibitor", "product"))
    goods = with_card_parts(Product.objects.filter(pk__in={product for _exhibitor, product in rows}))
    by_id = {product.pk: product for product in goods}
    drawn = {card.pk: card for card in cards(by_id.values())}
    products: dict[int, list[dict[str, Any]]] = {}
    for done, (exhibitor, pk) in enumerate(rows, start=1):
        products.setdefault(exhibitor, []).append(_product(by_id[pk], drawn[pk]))
        if done % EVERY == 0:
            progress(done)
    progress(len(rows))
    sellers = event.exhibitors.filter(declined_at=None).select_related("partner__regency")
    in_order = sorted(sellers.order_by("partner__name", "pk"), key=lambda row: _booth(row.booth))
    shown = [_seller(row, products.get(row.pk, [])) for row in in_order]
    has_pictures = any(product["picture"] for seller in shown for product in seller["products"])
    return {
        "title": event.name,
        "number": event.number,
        "language": language,
        "operator": settings.OPERATOR,
        "kind": str(event.get_kind_display()),
        "when": dates.between(event.starts_on, event.ends_on),
        "where": event_words.place(event),
        "province": str(event.province),
        "sellers": shown,
        "is_fictional": event.is_fictional,
        "words": _words(len(shown), len(rows), has_pictures),
    }


def _booth(booth: str) -> tuple[str, int, str]:
    """A2 stands before A10; whoever has no booth comes last."""
    found = re.fullmatch(r"([^0-9]*)([0-9]+)(.*)", booth)
    return (found[1], int(found[2]), found[3]) if found else (booth or "\uffff", 0, "")


def _words(sellers: int, products: int, has_pictures: bool) -> dict[str, str]:
    """Of codes and prices nothing is said where there are none."""
    prices = _("Prices as shown to everybody on the day of printing, without shipping.")
    return {
        "catalogue": _("Catalogue"),
        "counts": " · ".join(
            (
                ngettext("%(n)s pesantren", "%(n)s pesantren", sellers) % {"n": sellers},
                ngettext("%(n)s product", "%(n)s products", products) % {"n": products},
            )
        ),
        "contents": _("Who takes part"),
        "booth": _("Booth"),
        "least": _("at least"),
        "no_products": _("Products are shown at the booth."),
        "scan": _("Each code leads to the product's page, with today's price and stock.") if products else "",
        "pictures": _("Pictures are illustrations, not photographs of the goods.") if has_pictures else "",
        "prices": prices if products else "",
        "no_price": _("Price on request"),
        "example": _("example figure"),
        "fictional": _("This event and all who take part are examples of the demonstration."),
    }


def _seller(row: Exhibitor, products: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": row.partner.name,
        "place": str(row.partner.regency),
        "booth": row.booth,
        "about": _short(str(row.partner.about or "")),
        "products": products,
    }


def _product(product: Product, card: Card) -> dict[str, Any]:
    return {
        "name": card.name,
        "text": _short(str(product.description or "")),
        "price": card.price_text,
        "unit": card.unit,
        "least": card.minimum_text,
        "is_example": card.is_example,
        "picture": _picture(next(iter(product.images.all()), None)),
        "qr": qr_svg(f"{settings.BASE_URL}{card.url}"),
    }


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT].rsplit(' ', 1)[0]} …"


def _picture(image: ProductImage | None) -> str:
    """The smallest width that is made, inside an SVG: Typst takes a text, not a file from elsewhere."""
    if image is None or not image.width:
        return ""
    name = pictures.variant_name(image.original.name, pictures.WIDTHS[0], "webp")
    if not default_storage.exists(name):
        return ""
    with default_storage.open(name) as file:
        data = b64encode(file.read()).decode()
    height = max(1, round(image.height * pictures.WIDTHS[0] / image.width))
    return SVG.format(w=pictures.WIDTHS[0], h=height, data=data)
