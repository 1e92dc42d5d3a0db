"""A promise recorded at a stand: two names as somebody typed or scanned them become an exhibitor and a guest."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from catalogue.models import Product
from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.programme import numbers
from marketplace.programme.models import Commitment, Event, Exhibit, Exhibitor, Guest
from marketplace.programme.services import commitments
from marketplace.programme.services.commitments import CommitmentError, Promise

TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
BADGE = re.compile(
    r"/events/|(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{32}(?![A-Za-z0-9_-])"
)  # no company is called so
MOST_GOODS = 12  # of one pesantren in the list


@dataclass(frozen=True)
class Contact:
    email: str = ""
    phone: str = ""  # E.164
    country: str = ""  # none: that of the event


def exhibitors_of(event: Event) -> list[Exhibitor]:
    found = Exhibitor.objects.filter(event=event, declined_at=None).select_related("partner__regency")
    return list(found.order_by("partner__name", "pk"))


def label(exhibitor: Exhibitor) -> str:
    """As the list shows it; names of pesantren are not unique, so with the place and the booth."""
    booth = f" · {exhibitor.booth}" if exhibitor.booth else ""
    return f"{exhibitor.partner.name}, {exhibitor.partner.place}{booth}"


def goods_of(exhibitors: Sequence[Exhibitor]) -> dict[int, list[Product]]:
    """By pesantren: what it shows, else what it lists. Two queries."""
    partners = [one.partner_id for one in exhibitors]
    shown: dict[int, list[Product]] = {}
    exhibits = Product.objects.filter(pk__in=_shown(exhibitors)).order_by("partner", "pk")
    listed = Product.objects.filter(partner__in=partners, is_public=True).order_by("partner", "pk")
    for some in (exhibits, listed):
        had = set(shown)
        for product in some.select_related("unit"):
            mine = shown.setdefault(product.partner_id, [])
            if product.partner_id not in had and len(mine) < MOST_GOODS:
                mine.append(product)
    return shown


def by_title(exhibitor: Exhibitor) -> dict[str, Product]:
    """Its goods by what a promise calls them; of two with one title the first. Two queries."""
    found: dict[str, Product] = {}
    for product in goods_of([exhibitor]).get(exhibitor.partner_id, []):
        found.setdefault(str(product.get_title()).casefold(), product)
    return found


def _shown(exhibitors: Iterable[Exhibitor]) -> list[int]:
    return list(Exhibit.objects.filter(exhibitor__in=list(exhibitors)).values_list("product", flat=True))


def find_exhibitor(text: str, exhibitors: Sequence[Exhibitor]) -> Exhibitor | None:
    """By scanned badge, label, booth, whole name, or the one whose name holds the text."""
    tokens = set(TOKEN.findall(text))
    typed = text.strip().casefold()
    ways = (
        lambda one: one.token in tokens,
        lambda one: label(one).casefold() == typed,
        lambda one: bool(one.booth) and one.booth.casefold() == typed,
        lambda one: one.partner.name.casefold() == typed,
        lambda one: typed in one.partner.name.casefold(),
    )
    for way in ways:
        found = [one for one in exhibitors if way(one)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def find_guest(text: str, event: Event) -> Guest | None:
    """By scanned badge, or by its whole name."""
    for token in TOKEN.findall(text):
        if found := Guest.objects.filter(event=event, token=token).first():
            return found
    return Guest.objects.filter(event=event, name__iexact=text.strip()).order_by("pk").first()


def is_strange_badge(text: str) -> bool:
    """A scanned address that is no guest's of this event; asked after find_guest found nobody."""
    return bool(BADGE.search(text))


def _new_guest(event: Event, name: str, contact: Contact, by_seller: bool) -> Guest:
    country = contact.country or event.country
    return Guest.objects.create(
        event=event,
        name=name.strip()[:128],
        country=country,
        email=contact.email,
        phone=contact.phone,
        language="id" if country == "ID" else "en",
        token=numbers.token(),
        added_by_seller=by_seller,
    )


def _is_own(exhibitor: Exhibitor, contact: Contact) -> bool:
    """The buyer's mail or telephone is of the pesantren or one of its people: they would answer for both sides."""
    partner = exhibitor.partner
    members = partner.members.all()
    if contact.phone and (
        partner.phone == contact.phone or members.filter(user__phone=contact.phone).exists()
    ):
        return True
    return bool(contact.email) and members.filter(user__email__iexact=contact.email).exists()


@transaction.atomic
def record(
    *,
    event: Event,
    exhibitor: Exhibitor,
    guest: str,
    contact: Contact,
    promise: Promise,
    key: UUID,
    actor: Actor,
    recorded_at: datetime | None = None,
    by_seller: bool = False,
) -> Commitment:
    """As commitments.record; a guest that nobody knows is written down. Sent again, nothing happens.

    `by_seller`: at the pesantren's own stand, so the office looks at a new guest before its promises count.
    Side effects: maybe Guest with its history row; those of commitments.record. Raises CommitmentError, also "guest"
    for a badge that is nobody's here and "own".
    """
    if known := Commitment.objects.filter(key=key).select_related("exhibitor").first():
        if known.event_id != event.pk or known.exhibitor_id != exhibitor.pk:
            raise CommitmentError("key")
        return known
    there = find_guest(guest, event)
    if there is None and is_strange_badge(guest):
        raise CommitmentError("guest")
    if there is None and _is_own(exhibitor, contact):
        raise CommitmentError("own")
    buyer = there or _new_guest(event, guest, contact, by_seller)
    made = commitments.record(
        event=event,
        exhibitor=exhibitor,
        guest=buyer,
        promise=promise,
        key=key,
        actor=actor,
        recorded_at=recorded_at,
    )
    if there is None and made.guest_id != buyer.pk:  # the same was sent twice at the same moment
        buyer.delete()
    elif there is None:
        machine.record(buyer, "", "added", actor=actor, why=made.number)
    return made
