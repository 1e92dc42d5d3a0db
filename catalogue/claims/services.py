"""A claim in a listing's texts waits for the office; the old text stays public until it is confirmed (decision 0038).

Each step locks the listing (or the pesantren, whose own text follows the same rule), then the proposed change, in this
order.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from catalogue.claims import mails, queries, reading, states
from catalogue.claims.models import ProposedChange
from catalogue.claims.reading import Seen
from catalogue.models import Product
from catalogue.services import showing, writing
from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.states import record
from marketplace.pesantren.models import Member, Partner
from marketplace.pesantren.services.about import about_of, set_about

ABOUT = "about"  # the one text of a pesantren
PROVEN = "proven by a permit"


class OwnClaim(Exception):
    """Who works for the pesantren, or wrote it for it as a mentor, does not confirm its claims."""


def propose(
    *,
    product: Product,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    claims: Mapping[str, list[Seen]],
    actor: Actor,
    is_first: bool = False,
) -> ProposedChange:
    """Ask the office for these texts; nothing of the listing waits any more. The caller holds its lock.

    Side effects: a row with its history.
    """
    made = ProposedChange.objects.create(
        product=product,
        before=dict(before),
        after=dict(after),
        claims=[{"code": one.code, "text": one.text} for found in claims.values() for one in found],
        is_first=is_first,
        proposed_by_id=actor.id,
    )
    record(made, "", states.WAITS, actor=actor)
    return made


def write_about(*, partner: Partner, text: str, actor: Actor) -> ProposedChange | None:
    """What a pesantren says of itself. A text that claims something new waits for the office, and the one before stays;
    returns what waits. A permit is for some goods, so none proves it.

    Side effects: the text with one history row, or a proposed change; what waited and said otherwise is taken back.
    """
    with transaction.atomic():
        held = Partner.objects.select_for_update(of=("self",), no_key=True).get(pk=partner.pk)
        waits = ProposedChange.objects.filter(partner=held, state=states.WAITS).first()
        before, after = about_of(held), writing.tidy(text)
        if waits and not writing.differ(waits.after[ABOUT], after):
            return waits
        if waits:
            _end(waits, states.WITHDRAWN, actor, "the text was changed anew")
        known = reading.signs()
        old = reading.keys(reading.seen({ABOUT: before}, known).get(ABOUT, []))
        claims = [one for one in reading.seen({ABOUT: after}, known).get(ABOUT, []) if one.key not in old]
        if not claims:
            set_about(partner=held, text=after, actor=actor)
            return None
        made = ProposedChange.objects.create(
            partner=held,
            before={ABOUT: before},
            after={ABOUT: after},
            claims=[{"code": one.code, "text": one.text} for one in claims],
            proposed_by_id=actor.id,
        )
        record(made, "", states.WAITS, actor=actor)
        return made


def end_waiting(*, product: Product, actor: Actor, to: str, why: str) -> None:
    """End what waits of this listing. The caller holds its lock. Side effects: state with history."""
    for change in queries.waiting_for([product]):
        _end(change, to, actor, why)


def _end(change: ProposedChange, state: str, actor: Actor, why: str) -> None:
    states.CHANGE.move(change, state, actor=actor, why=why[:300])
    ProposedChange.objects.filter(pk=change.pk).update(why=why[:300])
    change.why = why[:300]


def _locked(change: ProposedChange, actor: Actor) -> Product | Partner:
    """The listing or pesantren as it is now, ours until the transaction ends. Raises OwnClaim."""
    found = _held(change)
    if is_own(change, actor.id):
        raise OwnClaim
    return found


def _held(change: ProposedChange) -> Product | Partner:
    model, pk = (Product, change.product_id) if change.product_id else (Partner, change.partner_id)
    return model._base_manager.select_for_update(of=("self",), no_key=True).get(pk=pk)  # type: ignore[no-any-return]


def is_own(change: ProposedChange, person: int | None) -> bool:
    """Whether somebody else has to decide on it."""
    if person is None:
        return False
    works_there = Member.objects.filter(partner=change.seller, user=person)
    return change.proposed_by_id == person or works_there.exists()


def confirm(*, change: ProposedChange, actor: Actor) -> bool:
    """The office has seen what proves it: buyers read the new text. False where the listing says something else by
    now: the change is ended as overtaken, and its members are told.

    Raises OwnClaim, IllegalMove. Side effects: state with history, texts, the listing comes on sale if it waited for
    this alone, one mail to each member.
    """
    with transaction.atomic():
        found = _locked(change, actor)
        if is_overtaken(found, change):
            _end(change, states.OUTDATED, actor, "the text has changed since")
            mails.decided(change)
            return False
        if isinstance(found, Partner):
            _end(change, states.CONFIRMED, actor, "")
            set_about(partner=found, text=change.after[ABOUT], actor=actor)
        else:
            _take(found, change, actor, "")
        mails.decided(change)
        return True


def is_overtaken(found: Product | Partner, change: ProposedChange) -> bool:
    """Whether the listing or pesantren says something else than what the change was made from."""
    now = {ABOUT: about_of(found)} if isinstance(found, Partner) else writing.texts_of(found)
    then = change.after if change.is_first else change.before
    return any(writing.differ(now.get(name, ""), value) for name, value in then.items())


def _take(product: Product, change: ProposedChange, actor: Actor, why: str) -> None:
    """What waited is said from now on."""
    _end(change, states.CONFIRMED, actor, why)
    if not change.is_first:
        before = product.title_ind or ""
        writing.write_texts(product, change.after)
        name = product.title_ind or ""
        record(product, product.state, product.state, actor=actor, why=f"texts: {before} → {name}")
        return
    _open(product, actor)


def _open(product: Product, actor: Actor) -> None:
    """Nothing in its own texts waits any more."""
    Product.objects.filter(pk=product.pk).update(claims_open=False)
    product.claims_open = False
    showing.let_go(products=[product], actor=actor, why="claims: confirmed")


def refuse(*, change: ProposedChange, actor: Actor, why: str) -> None:
    """It does not convince: the text before stays; a listing that nobody has seen yet stays stopped.

    Raises OwnClaim, IllegalMove. Side effects: state with history, one mail to each member.
    """
    with transaction.atomic():
        _locked(change, actor)
        _end(change, states.REFUSED, actor, why)
        mails.decided(change)


def withdraw(*, change: ProposedChange, actor: Actor) -> None:
    """The pesantren takes it back. Raises IllegalMove once it is decided. Side effects: state with history."""
    with transaction.atomic():
        _held(change)
        _end(change, states.WITHDRAWN, actor, "")


def settle_proven(*, products: Iterable[Product]) -> None:
    """A permit was confirmed: what waited only for it is said now, without another look. The caller's transaction.

    Side effects: as confirm, by the system, without a mail: that of the permit says it.
    """
    waits = {change.product_id: change for change in queries.waiting_for(products)}
    for pk in sorted(one.pk for one in products if one.claims_open or one.pk in waits):
        product = Product.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
        change = queries.waiting_for([product]).first()
        now = writing.texts_of(product)
        if product.claims_open and not queries.unproven(product, now):
            if change:
                _end(change, states.CONFIRMED, SYSTEM, PROVEN)
            _open(product, SYSTEM)
        elif change and _is_proven(product, change, now):
            _take(product, change, SYSTEM, PROVEN)


def _is_proven(product: Product, change: ProposedChange, now: Mapping[str, Any]) -> bool:
    """Whether a change of a listing that buyers see claims nothing new any more."""
    if change.is_first or is_overtaken(product, change):
        return False
    return not queries.new_claims(product, now, change.after)
