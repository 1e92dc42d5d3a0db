"""A worker writes the rows of a file that a person has said yes to, each in a transaction of its own.

Locks: the import, then the listing, then its stock record (fulfilment/LOCKS.md). The row is judged once more under
them: what somebody changed meanwhile is left as it is, with a sentence.
"""

import logging
from collections.abc import Iterable
from hashlib import sha256
from time import monotonic
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from catalogue import states as listing
from catalogue.imports import queries, states
from catalogue.imports.columns import CAPACITY, PHOTOS, PRICE, STOCK, TERMS, TEXTS
from catalogue.imports.desk import Desk
from catalogue.imports.faults import FileError
from catalogue.imports.models import ImportRow, ListingImport
from catalogue.imports.photos import names_in
from catalogue.imports.plans import Plan, number_of, plan, terms_of, tiers_of
from catalogue.imports.services.checking import DATABASE_AWAY, held_in
from catalogue.imports.services.files import forget_files
from catalogue.listing_forms import promised_text
from catalogue.models import ListingDraft, Product
from catalogue.permits import queries as permits
from catalogue.services import listings, showing
from marketplace.common.actor import SYSTEM, Actor
from marketplace.pesantren import services as goods
from marketplace.pesantren.exceptions import ChangedMeanwhile, Promised, Reserved, WrongSteps
from marketplace.pesantren.models import StockRecord

log = logging.getLogger(__name__)
OF_PHOTOS = UUID("6f0c7a3e-5f0b-4c8e-9d57-0b6c1f2a9e41")  # names the keys of photos by their content


class _Kept(Exception):
    """This row is not written; why, in words."""


def take_on(run: ListingImport, *, until: float) -> bool:
    """Write the rows that are left, until the clock (time.monotonic) says `until`; true once all are.

    Any number of workers, killed at any moment, write each row once. Side effects: the listings, as the pages would
    change them; what became of each row; at the end state, history row, and the files go.
    """
    with translation.override(run.language), Desk(run) as desk:
        place = -1
        while monotonic() < until:
            taken = _take_next(run, desk, place)
            if taken is None:
                return True
            place = taken
    return False


@transaction.atomic
def _take_next(run: ListingImport, desk: Desk, after: int) -> int | None:
    """One row; gives its place, nothing when none is left for this worker."""
    held = held_in(run, states.TAKING)
    if held is None:
        return None
    row = queries.to_take(held).filter(place__gt=after).order_by("place").first()
    if row is None:
        states.IMPORT.move(held, states.TAKEN, actor=SYSTEM, ended_at=timezone.now())
        forget_files(run=held)
        return None
    actor = Actor(id=held.by_id, name=held.by_name)
    try:
        with transaction.atomic():
            row.result, row.said, row.product = _take(row, desk, actor)
    except _Kept as kept:
        row.result, row.said = states.KEPT, str(kept)
    except DATABASE_AWAY:
        raise
    except Exception:  # one row that we stumble over must not hold up the others; nothing of it is written
        log.exception("Row %s of import %s could not be taken over", row.place, run.pk)
        row.result, row.said = states.KEPT, _("This row could not be written. Please type it on its page.")
    row.said = row.said[:500]
    row.save(update_fields=["result", "said", "product"])
    ListingImport.objects.filter(pk=held.pk).update(done=held.done + 1)
    return row.place


def _take(row: ImportRow, desk: Desk, actor: Actor) -> tuple[str, str, Product]:
    """Result, what is to be said of it, and the listing. Raises _Kept."""
    contents = _photos(row, desk)  # before any lock: a photo takes a second
    number = number_of(row.cells)
    product = _locked(desk, number) if number else None
    made = plan(row, desk=desk, product=product)
    if made.faults:
        raise _Kept(" ".join(f"{one.column}: {one.said}" for one in made.faults))
    try:
        if "draft" in made.forms:
            return _as_draft(row, made, desk, contents, actor)
        assert product is not None
        before, waits = product.state, _change(product, made, actor)
        _add(product, contents, actor)
        product.refresh_from_db()
    except ChangedMeanwhile as moved:
        raise _Kept(
            _("Meanwhile the stock has changed to %(n)s. Please look once more.") % {"n": moved.now}
        ) from moved
    except Promised as promised:
        raise _Kept(promised_text(promised)) from promised
    except Reserved as reserved:
        said = _("Open orders need %(n)s. Decline one of them first if they are not there.")
        raise _Kept(said % {"n": reserved.number}) from reserved
    except listings.TooManyPhotos as many:
        raise _Kept(_("A listing has at most %(n)s photos.") % {"n": listings.MOST_PHOTOS}) from many
    if product.state == listing.STOPPED and before != listing.STOPPED:  # another good needs other papers
        said = _("Kept. Buyers do not see it yet. What is missing: %(what)s")
        what = showing.still_missing(product, permits.missing(product))
        return states.DONE, said % {"what": what}, product
    if not waits:
        return states.DONE, "", product
    return (
        states.DONE,
        _("Its new text waits for the office; until then buyers read the one before."),
        product,
    )


def _photos(row: ImportRow, desk: Desk) -> list[bytes]:
    if desk.photos is None:
        return []
    try:
        return [desk.photos.content(name) for name in names_in(row.cells.get(PHOTOS, ""))]
    except (ValidationError, FileError) as error:
        raise _Kept(" ".join(getattr(error, "messages", None) or [str(error)])) from error


def _locked(desk: Desk, number: int) -> Product | None:
    """The listing and its stock record, ours until the transaction ends, as they are now."""
    mine = Product.objects.select_for_update(of=("self",), no_key=True).filter(partner=desk.run.partner)
    if mine.filter(pk=number).first() is None:
        return None
    list(StockRecord.objects.select_for_update(of=("self",), no_key=True).filter(product=number))
    return desk.products([number]).get(number)


def _as_draft(
    row: ImportRow, made: Plan, desk: Desk, contents: list[bytes], actor: Actor
) -> tuple[str, str, Product]:
    """A new listing, or a draft that is there: its answers are kept; with a photo it is published."""
    run, form = desk.run, made.forms["draft"]
    if made.product is None:
        key = uuid5(run.token, str(row.place))
        draft = listings.start(
            partner=run.partner, kind=made.layout.kind, key=key, answers=made.answers, actor=actor
        )
    else:
        draft = ListingDraft.objects.select_related("product").get(product=made.product)
        listings.keep(draft=draft, answers=made.answers)
    product = draft.product
    _add(product, contents, actor)
    if not product.images.exists():
        return states.DRAFT, _("Add a photo on its page, and it goes on sale."), product
    listings.publish(product=product, facts=form.facts(), terms=form.terms(), actor=actor)
    if product.state == listing.STOPPED:
        return states.STOPPED, showing.still_missing(product, permits.missing(product)), product
    return states.ON_SALE, "", product


def _add(product: Product, contents: Iterable[bytes], actor: Actor) -> None:
    """Each photo once, however often it is sent: its key follows from its content."""
    for content in contents:
        key = uuid5(OF_PHOTOS, sha256(content).hexdigest())
        listings.add_photo(product=product, key=key, content=content, actor=actor)


def _change(product: Product, made: Plan, actor: Actor) -> bool:
    """What each page would do with its form; whether a text with a new claim waits for the office."""
    record = StockRecord.objects.get(product=product)
    if CAPACITY in made.forms:
        weekly, off_season = made.forms[CAPACITY].weekly, record.off_season_capacity
        goods.set_capacity(record=record, weekly=weekly, off_season=off_season, actor=actor)
    if STOCK in made.forms:
        counted = made.forms[STOCK].cleaned_data["stock"]
        goods.count_stock(record=record, counted=counted, seen=record.num_in_stock, actor=actor)
    _change_offer(record, made, actor)
    if TEXTS not in made.forms:
        return False
    return bool(listings.change(product=product, facts=made.forms[TEXTS].facts(), actor=actor))


def _change_offer(record: StockRecord, made: Plan, actor: Actor) -> None:
    """Price and terms check each other: where both change, in the order in which each step fits what is there."""
    price, terms = made.forms.get(PRICE), made.forms.get(TERMS)

    def put_price(steps: list[tuple[int, int]]) -> None:
        assert price is not None
        goods.set_price(record=record, price=price.cleaned_data["price"], steps=steps, actor=actor)

    def put_terms() -> None:
        assert terms is not None
        goods.set_terms(record=record, actor=actor, **terms.cleaned_data)

    if price is None or terms is None:
        if price:
            put_price(price.steps)
        if terms:
            put_terms()
    elif _fits(record.minimum, record.multiple, price.cleaned_data["price"], price.steps):
        put_price(price.steps)
        put_terms()
    else:
        if not _fits(*terms_of(terms, record), int(record.price), tiers_of(record)):
            put_price([])  # neither order fits: the steps go first and come back last
        put_terms()
        put_price(price.steps)


def _fits(minimum: int, multiple: int, price: int, steps: list[tuple[int, int]]) -> bool:
    try:
        goods.check_steps(minimum=minimum, multiple=multiple, price=price, steps=steps)
    except WrongSteps:
        return False
    return True
