"""What a pesantren does with its listings: draft, photos, publish, change, take off sale, put back.

Every change of state leaves a history row. What lacks a permit (catalogue.permits) is stopped instead of put on sale
and comes on sale by itself once the permit is confirmed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from catalogue import states
from catalogue.models import (
    Category,
    ListingDraft,
    Product,
    ProductAttribute,
    ProductAttributeValue,
    ProductCategory,
    ProductClass,
    ProductImage,
    Unit,
)
from catalogue.permits import queries as permits
from catalogue.pictures import forget_original, store_original
from catalogue.services.pictures import make_picture_widths
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove, record
from marketplace.pesantren.models import Partner, StockRecord

MOST_PHOTOS = 8
MOST_TEXT = 4_000  # characters of one answer kept in a draft
MOST_ANSWERS = 60


class TooManyPhotos(Exception):
    """A listing has eight already."""


class NoPhoto(Exception):
    """A listing is published with at least one."""


@dataclass(frozen=True)
class Facts:
    """What a listing says of itself, checked by the form. Weight in grams of one packed unit."""

    name: str
    description: str
    unit: Unit
    sector: Category | None
    weight_g: int | None
    carton_quantity: int | None
    harvest_months: list[int]
    attributes: Mapping[str, Any] = field(default_factory=dict)  # code of the class's attribute: value


@dataclass(frozen=True)
class Terms:
    """What it costs at first: whole rupiah a unit; quantities in the unit; lead time in working days."""

    price: int
    stock: int
    minimum: int
    multiple: int
    lead_days: int | None


def start(
    *, partner: Partner, kind: ProductClass, key: UUID, answers: Mapping[str, Any], actor: Actor
) -> ListingDraft:
    """A draft of this pesantren. The same `key` again gives the same draft, whatever became of it meanwhile.

    Raises ListingDraft.DoesNotExist if the key is another pesantren's. Side effects: a hidden Product, its draft,
    one history row.
    """
    with transaction.atomic():
        found = ListingDraft.objects.select_for_update().filter(key=key).select_related("product").first()
        if found:
            if found.product.partner_id != partner.pk:
                raise ListingDraft.DoesNotExist
            return found
        product = Product.objects.create(
            partner=partner, product_class=kind, state=states.DRAFT, is_public=False, slug="produk"
        )
        record(product, "", states.DRAFT, actor=actor)
        return ListingDraft.objects.create(product=product, key=key, answers=_tidy(answers))


def keep(*, draft: ListingDraft, answers: Mapping[str, Any]) -> None:
    """Keep what was typed so far, as typed; nothing is checked. Side effects: the draft."""
    ListingDraft.objects.filter(pk=draft.pk).update(answers=_tidy(answers), changed_at=timezone.now())


def _tidy(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Texts and lists of texts, of a length that people type."""
    tidy: dict[str, Any] = {}
    for name, value in list(answers.items())[:MOST_ANSWERS]:
        texts = [
            str(one).replace("\0", "")[:MOST_TEXT] for one in (value if isinstance(value, list) else [value])
        ]
        tidy[name[:40]] = texts[:MOST_ANSWERS] if isinstance(value, list) else texts[0]
    return tidy


def add_photo(*, product: Product, key: UUID, content: bytes) -> ProductImage:
    """One photo, already written anew as WebP (common.photos). The same `key` again gives the same row.

    Raises TooManyPhotos. Side effects: files, one row; the smaller AVIF widths follow in the background.
    """
    name = store_original(content, "webp")
    with transaction.atomic():
        _locked(product)
        known = ProductImage.objects.filter(product=product, upload_key=key).first()
        if known:
            return known
        places = list(product.images.values_list("display_order", flat=True))
        if len(places) >= MOST_PHOTOS:
            raise TooManyPhotos
        place = max(places, default=-1) + 1
        image = ProductImage.objects.create(
            product=product, original=name, upload_key=key, display_order=place, alt_ind=product.title[:200]
        )
    make_picture_widths(images=[image])
    image.refresh_from_db()
    return image


def _locked(product: Product) -> Product:
    """The row as it is now, ours until the transaction ends."""
    return Product.objects.select_for_update(of=("self",), no_key=True).get(pk=product.pk)


def remove_photo(*, image: ProductImage) -> bool:
    """Take a photo away; False if it is the last one of a listing on sale, which stays.

    Side effects: the row, the order of the others, the files if no other row shows them.
    """
    with transaction.atomic():
        product = _locked(image.product)
        rest = list(product.images.exclude(pk=image.pk).order_by("display_order"))
        if not rest and product.state != states.DRAFT:
            return False
        ProductImage.objects.filter(pk=image.pk).delete()
        _put_in_order(rest)
        transaction.on_commit(lambda: forget_original(image.original.name))
    return True


def show_first(*, image: ProductImage) -> None:
    """Make this the photo of the cards. Side effects: the order of the listing's photos."""
    with transaction.atomic():
        product = _locked(image.product)
        _put_in_order([image, *product.images.exclude(pk=image.pk).order_by("display_order")])


def _put_in_order(images: list[ProductImage]) -> None:
    """Places from 0 on."""
    for place, image in enumerate(images):
        ProductImage.objects.filter(pk=image.pk).update(display_order=place)


def publish(*, product: Product, facts: Facts, terms: Terms, actor: Actor) -> bool:
    """Make a draft a listing that can be found and ordered, or a stopped one if it lacks a permit; False if it is no
    draft any more (a second tap).

    Raises NoPhoto. Side effects: texts, attributes, sector, stock record, state with its history row; the draft's
    answers go.
    """
    with transaction.atomic():
        locked = _locked(product)
        if locked.state != states.DRAFT:
            return False
        if not locked.images.exists():
            raise NoPhoto
        _write(locked, facts)
        StockRecord.objects.create(
            product=locked,
            partner=locked.seller,
            partner_sku=f"l{locked.pk}",
            price_currency="IDR",
            price=Decimal(terms.price),
            num_in_stock=terms.stock,
            minimum=terms.minimum,
            multiple=terms.multiple,
            lead_days=terms.lead_days,
        )
        ListingDraft.objects.filter(product=locked).delete()
        _on_sale_or_stopped(locked, actor)
    product.refresh_from_db()
    return True


def _on_sale_or_stopped(product: Product, actor: Actor) -> None:
    if needs := permits.missing(product):
        why = permits.reason(needs)
        states.LISTING.move(
            product, states.STOPPED, actor=actor, why=f"permit: {why}", is_public=False, stopped_why=why
        )
    else:
        states.LISTING.move(product, states.ON_SALE, actor=actor, is_public=True)


def change(*, product: Product, facts: Facts, actor: Actor) -> None:
    """Say something else of a listing. Side effects: texts, attributes, sector, one history row."""
    with transaction.atomic():
        locked = _locked(product)
        before = locked.title_ind or ""
        _write(locked, facts)
        record(locked, locked.state, locked.state, actor=actor, why=f"texts: {before} → {facts.name}")


def _write(product: Product, facts: Facts) -> None:
    weight = facts.weight_g
    product.title_ind, product.description_ind = facts.name, facts.description
    product.slug = slugify(facts.name) or "produk"
    product.unit, product.carton_quantity = facts.unit, facts.carton_quantity
    product.gross_weight_g, product.harvest_months = weight, facts.harvest_months
    if product.net_weight_g and weight and product.net_weight_g > weight:
        product.net_weight_g = None
    product.save()
    ProductImage.objects.filter(product=product, is_illustration=False).update(alt_ind=facts.name[:200])
    _put_sector(product, facts.sector)
    _put_attributes(product, facts.attributes)


def _put_sector(product: Product, sector: Category | None) -> None:
    sector = sector or (product.product_class.sector if product.product_class else None)
    if sector and not ProductCategory.objects.filter(product=product, category=sector).exists():
        ProductCategory.objects.filter(product=product, category__depth=1).delete()
        ProductCategory.objects.create(product=product, category=sector)


def _put_attributes(product: Product, values: Mapping[str, Any]) -> None:
    """One row for each answer; an answer taken back takes its row along."""
    for attribute in ProductAttribute.objects.filter(product_class=product.product_class, code__in=values):
        value = values[attribute.code]
        rows = ProductAttributeValue.objects.filter(product=product, attribute=attribute)
        if value in (None, ""):
            rows.delete()
            continue
        column = "value_text_ind" if attribute.type == ProductAttribute.TEXT else f"value_{attribute.type}"
        if not rows.update(**{column: value}):
            ProductAttributeValue.objects.create(product=product, attribute=attribute, **{column: value})


def pause(*, product: Product, actor: Actor, why: str = "") -> None:
    """Take it off sale: nobody finds or orders it; orders that were placed go on. Raises IllegalMove."""
    states.LISTING.move(product, states.PAUSED, actor=actor, why=why, is_public=False, stopped_why="")


def relist(*, product: Product, actor: Actor) -> None:
    """Put a paused listing back on sale, or stop it if it lacks a permit by now. Raises IllegalMove (a stopped one
    comes back with its permit)."""
    with transaction.atomic():
        locked = _locked(product)
        if locked.state != states.PAUSED:
            raise IllegalMove(product, locked.state, states.ON_SALE)
        _on_sale_or_stopped(product, actor)


def discard(*, product: Product, actor: Actor) -> None:
    """Throw a draft away, with its photos; anything else stays. Side effects: rows and files, one history row."""
    with transaction.atomic():
        locked = _locked(product)
        if locked.state != states.DRAFT:
            return
        originals = [image.original.name for image in locked.images.all()]
        record(locked, states.DRAFT, "discarded", actor=actor)
        locked.delete()
        for name in originals:
            transaction.on_commit(lambda name=name: forget_original(name))  # type: ignore[misc]
