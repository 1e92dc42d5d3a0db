"""Whether a listing may be shown: it has its permits, and its claims are confirmed. What lacks one is stopped with the
reason, and comes on sale by itself once nothing is missing."""

from collections.abc import Iterable

from django.utils import translation
from django.utils.translation import gettext as _

from catalogue import states
from catalogue.models import Product
from catalogue.permits import queries as permits
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove


def reason(product: Product, needs: list[permits.Need]) -> str:
    """What stands against showing it, in Indonesian: it is kept with the listing and its history."""
    with translation.override("id"):
        return still_missing(product, needs)[:300]


def still_missing(product: Product, needs: list[permits.Need]) -> str:
    """What stands against showing it, in the reader's language; "" where nothing does."""
    said = [need.text for need in needs]
    if product.claims_open:
        said.append(_("claims that the office has not confirmed"))
    return "; ".join(said)


def show_or_stop(*, product: Product, actor: Actor, why: str = "") -> None:
    """Put it on sale, or stop it. Raises IllegalMove. Side effects: state with its history row.

    What a suspended pesantren puts on sale stays hidden until it sells again (the database holds it).
    """
    if text := reason(product, permits.missing(product)):
        kind = "claims" if product.claims_open else "permit"
        states.LISTING.move(
            product,
            states.STOPPED,
            actor=actor,
            why=f"{kind}: {text}",
            is_public=False,
            stopped_why=text,
        )
        return
    states.LISTING.move(product, states.ON_SALE, actor=actor, why=why, is_public=True, stopped_why="")
    product.refresh_from_db(fields=["is_public", "is_held"])


def let_go(*, products: Iterable[Product], actor: Actor, why: str) -> int:
    """Put those of these on sale that are stopped and lack nothing any more; returns how many.

    Side effects: states with history.
    """
    stopped = [one for one in products if one.state == states.STOPPED and not one.claims_open]
    lacks = permits.missing_of(stopped)
    back = 0
    for product in stopped:
        if lacks[product.pk]:
            continue
        try:
            states.LISTING.move(product, states.ON_SALE, actor=actor, why=why, is_public=True, stopped_why="")
        except IllegalMove:
            continue  # taken off sale meanwhile
        back += 1
    return back
