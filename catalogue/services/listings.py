"""What a pesantren does with its listings: draft, photos, publish, change, take off sale, put back.

Every change of state leaves a history row. What lacks a permit (catalogue.permits), or claims what nobody has confirmed
(catalogue.claims), is stopped instead of put on sale and comes on sale by itself once that is done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from catalogue import states
from catalogue.claims import states as claim_states
from catalogue.claims.models import ProposedChange
from catalogue.claims.queries import new_claims, unproven, waiting_for
from catalogue.claims.services import end_waiting, propose
from catalogue.models import ListingDraft, Product, ProductClass, ProductImage
from catalogue.permits.queries import missing
from catalogue.permits.services import stop_what_lacks
from catalogue.pictures import forget_original, store_original
from catalogue.services.pictures import make_picture_widths
from catalogue.services.showing import let_go, reason, show_or_stop
from catalogue.services.writing import Facts, differ, texts_of, write
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove, record
from marketplace.pesantren import capacity
from marketplace.pesantren.models import Partner, PriceTier, StockRecord

__all__ = ["Facts", "Terms"]
MOST_PHOTOS = 8
MOST_TEXT = 4_000  # characters of one answer kept in a draft
MOST_ANSWERS = 60


class TooManyPhotos(Exception):
    """A listing has eight already."""


class NoPhoto(Exception):
    """A listing is published with at least one."""


@dataclass(frozen=True)
class Terms:
    """What it costs at first: whole rupiah a unit; quantities in the unit; lead time in working days; price steps as
    (quantity, price), checked by the form."""

    price: int
    stock: int
    minimum: int
    multiple: int
    lead_days: int | None
    steps: Sequence[tuple[int, int]] = ()
    weekly_capacity: int | None = None  # made to order, so many a week; none: sold by count


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


def add_photo(*, product: Product, key: UUID, content: bytes, actor: Actor | None = None) -> ProductImage:
    """One photo, already written anew as WebP (common.photos). The same `key` again gives the same row.

    Raises TooManyPhotos. Side effects: files, one row, a history row of `actor` once the listing is published; the
    smaller AVIF widths follow in the background.
    """
    name = store_original(content, "webp")
    with transaction.atomic():
        locked = _locked(product)
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
        _tell_of_photo(locked, actor, "added")
    make_picture_widths(images=[image])
    image.refresh_from_db()
    return image


def _tell_of_photo(product: Product, actor: Actor | None, what: str) -> None:
    """A draft is not seen by anybody yet: its photos come and go without a row."""
    if actor and product.state != states.DRAFT:
        record(product, product.state, product.state, actor=actor, why=f"photos: {what}")


def _locked(product: Product) -> Product:
    """The row as it is now, ours until the transaction ends."""
    return Product.objects.select_for_update(of=("self",), no_key=True).get(pk=product.pk)


def remove_photo(*, image: ProductImage, actor: Actor | None = None) -> bool:
    """Take a photo away; False if it is the last one of a listing on sale, which stays.

    Side effects: the row, the order of the others, the files if no other row shows them, a history row as add_photo.
    """
    with transaction.atomic():
        product = _locked(image.product)
        rest = list(product.images.exclude(pk=image.pk).order_by("display_order"))
        if not rest and product.state != states.DRAFT:
            return False
        ProductImage.objects.filter(pk=image.pk).delete()
        _put_in_order(rest)
        _tell_of_photo(product, actor, "removed")
        transaction.on_commit(lambda: forget_original(image.original.name))
    return True


def show_first(*, image: ProductImage, actor: Actor | None = None) -> None:
    """Make this the photo of the cards. Side effects: the order of the listing's photos, a history row as add_photo."""
    with transaction.atomic():
        product = _locked(image.product)
        _put_in_order([image, *product.images.exclude(pk=image.pk).order_by("display_order")])
        _tell_of_photo(product, actor, "first")


def _put_in_order(images: list[ProductImage]) -> None:
    """Places from 0 on."""
    for place, image in enumerate(images):
        ProductImage.objects.filter(pk=image.pk).update(display_order=place)


def publish(*, product: Product, facts: Facts, terms: Terms, actor: Actor) -> bool:
    """Make a draft a listing that can be found and ordered, or a stopped one if it lacks a permit or claims what
    nobody has confirmed; False if it is no draft any more (a second tap).

    Raises NoPhoto. Side effects: texts, attributes, sector, stock record, price steps, state with its history row;
    the draft's answers go.
    """
    with transaction.atomic():
        locked = _locked(product)
        if locked.state != states.DRAFT:
            return False
        if not locked.images.exists():
            raise NoPhoto
        write(locked, facts)
        made = StockRecord.objects.create(
            product=locked,
            partner=locked.seller,
            partner_sku=f"l{locked.pk}",
            price_currency="IDR",
            price=Decimal(terms.price),
            num_in_stock=terms.stock,
            minimum=terms.minimum,
            multiple=terms.multiple,
            lead_days=terms.lead_days,
            weekly_capacity=terms.weekly_capacity,
        )
        PriceTier.objects.bulk_create(
            PriceTier(stockrecord=made, quantity=quantity, price=price) for quantity, price in terms.steps
        )
        capacity.refresh(made)
        ListingDraft.objects.filter(product=locked).delete()
        _claim_or_open(locked, actor)
        show_or_stop(product=locked, actor=actor)
    product.refresh_from_db()
    return True


def _claim_or_open(product: Product, actor: Actor) -> None:
    """The texts were written and nobody reads them: what they claim waits, or nothing does."""
    said = texts_of(product)
    claims = unproven(product, said)
    product.claims_open = bool(claims)
    Product.objects.filter(pk=product.pk).update(claims_open=product.claims_open)
    end_waiting(product=product, actor=actor, to=claim_states.WITHDRAWN, why="the text was changed anew")
    if claims:
        after = {name: said[name] for name in claims}
        propose(product=product, before={}, after=after, claims=claims, actor=actor, is_first=True)


def change(*, product: Product, facts: Facts, actor: Actor) -> ProposedChange | None:
    """Say something else of a listing. All holds at once but the texts that make a new claim: those wait for the
    office and the texts before stay; returns what waits.

    A listing whose own texts wait already is not seen by anybody: it gets the new texts, and comes on sale if they
    claim nothing. Another good may need other papers: it is stopped for want of them, or let go. Side effects: texts,
    attributes, sector, HS codes, history rows, a proposed change.
    """
    with transaction.atomic():
        locked = _locked(product)
        before, good = locked.title_ind or "", locked.commodity_id
        if locked.claims_open:
            write(locked, facts)
            _claim_or_open(locked, actor)
            if locked.state == states.STOPPED and not locked.claims_open:
                let_go(products=[locked], actor=actor, why="claims: taken out")
            waits = waiting_for([locked]).first()
        else:
            waits = _change_seen(locked, facts, actor)
        name = locked.title_ind or ""
        record(locked, locked.state, locked.state, actor=actor, why=f"texts: {before} → {name}")
        for stock in locked.stockrecords.all():
            capacity.refresh(stock)  # harvest months decide what is made in which week
        if locked.commodity_id != good:
            _follow_papers(locked, actor)
    return waits


def _follow_papers(product: Product, actor: Actor) -> None:
    """Another good needs other papers. The caller holds the listing's lock."""
    if product.state == states.ON_SALE:
        stop_what_lacks(products=[product], actor=actor)
    elif product.state == states.STOPPED:
        let_go(products=[product], actor=actor, why="permit: another good")
        lacks = reason(product, missing(product)) if product.state == states.STOPPED else ""
        Product.objects.filter(pk=product.pk).update(stopped_why=lacks)


def set_pack(*, product: Product, carton_quantity: int | None, actor: Actor) -> None:
    """How many units are in a carton (none: not said). Side effects: one history row if it changes."""
    with transaction.atomic():
        locked = _locked(product)
        before = locked.carton_quantity
        if before == carton_quantity:
            return
        locked.carton_quantity = product.carton_quantity = carton_quantity
        locked.save(update_fields=["carton_quantity"])
        record(
            locked,
            locked.state,
            locked.state,
            actor=actor,
            why=f"pack: {before or ''} → {carton_quantity or ''}",
        )


def _change_seen(product: Product, facts: Facts, actor: Actor) -> ProposedChange | None:
    """Write all but the texts with new claims. What waits already goes on waiting, unless it is said anew."""
    now, wanted = texts_of(product), facts.texts
    waits = waiting_for([product]).first()
    changed = {name for name, value in wanted.items() if differ(now.get(name, ""), value)}
    kept = set(waits.after) if waits and not _said_anew(waits, wanted) else set()
    claims = new_claims(product, now, {name: wanted[name] for name in changed - kept})
    held = {name: now.get(name, "") for name in kept | set(claims)}
    write(product, facts.with_texts(held))
    if waits and not claims and kept:
        return waits
    end_waiting(product=product, actor=actor, to=claim_states.WITHDRAWN, why="the text was changed anew")
    if not claims:
        return None
    claims |= new_claims(product, now, {name: wanted[name] for name in kept})
    after = {name: wanted[name] for name in held}
    return propose(product=product, before=held, after=after, claims=claims, actor=actor)


def _said_anew(waits: ProposedChange, wanted: Mapping[str, Any]) -> bool:
    """Whether a text that waits is given otherwise now."""
    return any(differ(wanted.get(name, ""), value) for name, value in waits.after.items())


def pause(*, product: Product, actor: Actor, why: str = "") -> None:
    """Take it off sale: nobody finds or orders it; orders that were placed go on. Raises IllegalMove."""
    states.LISTING.move(product, states.PAUSED, actor=actor, why=why, is_public=False, stopped_why="")


def relist(*, product: Product, actor: Actor) -> None:
    """Put a paused listing back on sale, or stop it if it lacks a permit by now or its claims wait. Raises
    IllegalMove (a stopped one comes back with its permit)."""
    with transaction.atomic():
        locked = _locked(product)
        if locked.state != states.PAUSED:
            raise IllegalMove(product, locked.state, states.ON_SALE)
        show_or_stop(product=locked, actor=actor)
    product.refresh_from_db()


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
