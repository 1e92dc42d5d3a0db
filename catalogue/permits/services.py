"""Permits are proposed by a pesantren and confirmed by the office; what is missing or over stops a listing."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from catalogue import states as listing
from catalogue.claims.services import settle_proven
from catalogue.models import Certificate, Product
from catalogue.permits import mails, queries, states
from catalogue.permits.kinds import DECLARED, Kind
from catalogue.permits.models import Permit
from catalogue.services.showing import let_go
from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.states import IllegalMove, record
from marketplace.pesantren.models import Partner
from marketplace.reference.working_days import today

WARN_DAYS = (60, 30, 7)
BATCH = 500


class OwnPermit(Exception):
    """Who proposed a permit does not confirm it."""


def propose(
    *,
    partner: Partner,
    person: Any,
    kind: str,
    number: str,
    issuer: str,
    valid_from: date | None,
    expires_on: date | None,
    products: Iterable[Product],
    evidence: Any,
    actor: Actor | None = None,
) -> Permit:
    """Ask the office to confirm a paper (checked by the form) for these goods of this pesantren.

    `actor`: how the history names the person, if otherwise than by their name.
    Side effects: a row with its history, the evidence as a private file.
    """
    with transaction.atomic():
        permit = Permit.objects.create(
            partner=partner,
            kind=kind,
            number=number,
            issuer=issuer,
            valid_from=valid_from,
            expires_on=expires_on,
            proposed_by=person,
        )
        permit.products.set([one for one in products if one.partner_id == partner.pk])
        if evidence:
            permit.evidence.save(f"{uuid4().hex}.{evidence.kind}", evidence, save=True)
        record(permit, "", states.PROPOSED, actor=actor or Actor.of(person))
    return permit


def withdraw(*, permit: Permit, actor: Actor) -> None:
    """The pesantren takes its proposal back. Raises IllegalMove once the office has decided."""
    if permit.state != states.PROPOSED:
        raise IllegalMove(permit, permit.state, states.WITHDRAWN)
    states.PERMIT.move(permit, states.WITHDRAWN, actor=actor)


def confirm(*, permit: Permit, actor: Actor) -> int:
    """The office has seen the paper. Returns how many stopped listings are on sale again.

    Raises OwnPermit, IllegalMove. Side effects: state with history, public certificates, listings, texts that waited
    for it, one mail to each member.
    """
    if permit.proposed_by_id is not None and permit.proposed_by_id == actor.id:
        raise OwnPermit
    with transaction.atomic():
        states.PERMIT.move(permit, states.CONFIRMED, actor=actor)
        _certify(permit)
        stopped = [one.pk for one in permit.products.filter(state=listing.STOPPED)]
        settle_proven(products=permit.products.all())
        let_go(products=permit.products.all(), actor=SYSTEM, why=f"permit: {permit}")
        back = Product.objects.filter(pk__in=stopped, state=listing.ON_SALE).count()
        mails.decided(permit, "confirmed", back=back)
    return back


def refuse(*, permit: Permit, actor: Actor, why: str) -> None:
    """The paper does not convince, or no longer does. Raises IllegalMove.

    Side effects: state with history, its certificates go, listings that need it are stopped, one mail to each member.
    """
    with transaction.atomic():
        states.PERMIT.move(permit, states.REFUSED, actor=actor, why=why[:300])
        Permit.objects.filter(pk=permit.pk).update(why=why[:300])
        _uncertify(permit)
        stop_what_lacks(products=permit.products.all(), actor=actor)
        mails.decided(permit, "refused", why=why)


def _certify(permit: Permit) -> None:
    """Buyers see the paper on each page. A declaration that goods are not halal is said there, too."""
    if permit.kind in DECLARED - {Kind.NON_HALAL}:
        return
    for product in permit.products.all():
        Certificate.objects.update_or_create(
            product=product,
            kind=permit.kind,
            number=permit.number or str(permit.pk),
            defaults={
                "issuer": permit.issuer,
                "valid_from": permit.valid_from,
                "expires_on": permit.expires_on,
                "is_example": permit.is_example,
            },
        )


def _uncertify(permit: Permit) -> None:
    number = permit.number or str(permit.pk)
    Certificate.objects.filter(product__in=permit.products.all(), kind=permit.kind, number=number).delete()


def stop_what_lacks(*, products: Iterable[Product], actor: Actor) -> list[Product]:
    """Stop those of these listings that are on sale and lack a permit today; returns them, with `stopped_why`.

    Side effects: state with history.
    """
    on_sale = [one for one in products if one.state == listing.ON_SALE]
    lacks = queries.missing_of(on_sale)
    stopped = []
    for product in on_sale:
        if not lacks[product.pk]:
            continue
        why = queries.reason(lacks[product.pk])
        try:
            listing.LISTING.move(
                product, listing.STOPPED, actor=actor, why=f"permit: {why}", is_public=False, stopped_why=why
            )
        except IllegalMove:
            continue  # paused meanwhile
        stopped.append(product)
    return stopped


def end_what_is_over() -> int:
    """Permits whose last day was yesterday or before end, and what needs them is stopped. Safe to run twice.

    Returns how many ended. Side effects: states with history, one mail to each member and permit.
    """
    over = Permit.objects.filter(state=states.CONFIRMED, expires_on__lt=today()).order_by("pk")
    ended = 0
    for permit in over[:BATCH]:
        with transaction.atomic():
            try:
                states.PERMIT.move(permit, states.EXPIRED, actor=SYSTEM)
            except IllegalMove:
                continue  # another worker was first
            stopped = stop_what_lacks(products=permit.products.all(), actor=SYSTEM)
            mails.ended(permit, stopped)
            ended += 1
    return ended


def warn_before() -> int:
    """Tell each pesantren 60, 30 and 7 days before a permit ends; once each, and only the nearest that is due.

    Returns for how many permits it was due. Side effects: mails.
    """
    last = today() + timedelta(days=WARN_DAYS[0])
    soon = Permit.objects.filter(state=states.CONFIRMED, expires_on__range=(today(), last)).order_by("pk")
    found = 0
    for permit in soon.select_related("partner").iterator(BATCH):
        left = (permit.expires_on - today()).days  # type: ignore[operator]
        stage = min(days for days in WARN_DAYS if left <= days)
        mails.ends_soon(permit, stage, left)
        found += 1
    return found


def stop_by_new_rules() -> int:
    """Listings on sale that a rule stops from today on, whatever their permits did. Safe to run twice.

    Only pesantren that sell here are bound: the others' goods are listed from public sources (decision 0006).
    Returns how many were stopped. Side effects: states with history, one mail to each member and listing.
    """
    ruled = queries.rules_on(today()).values("product_class")
    found = Product.objects.filter(
        state=listing.ON_SALE, is_public=True, partner__sells=True, product_class__in=ruled
    )
    count, after = 0, 0
    while batch := list(found.filter(pk__gt=after).order_by("pk")[:BATCH]):
        after = batch[-1].pk
        with transaction.atomic():
            for product in stop_what_lacks(products=batch, actor=SYSTEM):
                mails.stopped(product, queries.missing(product))
                count += 1
    return count
