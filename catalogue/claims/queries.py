"""Proposed changes of texts by who is asking, and which claims are not proven by a permit."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from catalogue.claims import reading, states
from catalogue.claims.models import Claim, ProposedChange
from catalogue.claims.reading import Seen
from catalogue.models import Product
from catalogue.permits.queries import valid_on
from marketplace.common.access import OFFICE, is_staff
from marketplace.pesantren.models import Partner
from marketplace.reference.working_days import today


def unproven(product: Product, texts: Mapping[str, Any]) -> dict[str, list[Seen]]:
    """Claims in these texts that no confirmed permit of this listing proves today, by the name of the text.

    Two queries; one where nothing is claimed.
    """
    return _unproven(product, reading.seen(texts, reading.signs()))


def _unproven(product: Product, found: Mapping[str, list[Seen]]) -> dict[str, list[Seen]]:
    if not found:
        return {}
    has = set(valid_on(today()).filter(products=product).values_list("kind", flat=True))
    left = {name: [one for one in claims if not has & set(one.permits)] for name, claims in found.items()}
    return {name: claims for name, claims in left.items() if claims}


def new_claims(
    product: Product, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, list[Seen]]:
    """Unproven claims of `after` that `before` does not make anywhere, by the name of the text. As many queries; none
    where there is no text."""
    if not after:
        return {}
    known = reading.signs()
    asked = _unproven(product, reading.seen(after, known))
    old = {key for claims in reading.seen(before, known).values() for key in reading.keys(claims)}
    new = {name: [one for one in claims if one.key not in old] for name, claims in asked.items()}
    return {name: claims for name, claims in new.items() if claims}


def waiting_for(products: Iterable[Product]) -> QuerySet[ProposedChange]:
    """What waits for the office of these listings."""
    return ProposedChange.objects.filter(product__in=[one.pk for one in products], state=states.WAITS)


def about_of(partner: Partner) -> ProposedChange | None:
    """The newest of what a pesantren wrote about itself that had to wait."""
    return ProposedChange.objects.filter(partner=partner).order_by("-proposed_at", "-pk").first()


def latest_of(product: Product) -> ProposedChange | None:
    """The newest of a listing the caller may already see."""
    found = ProposedChange.objects.filter(product=product).select_related("product__product_class")
    return found.order_by("-proposed_at", "-pk").first()


def for_office(user: Any, state: str = "") -> QuerySet[ProposedChange]:
    """All proposed changes, the oldest first; one state or all."""
    if not is_staff(user, OFFICE):
        return ProposedChange.objects.none()
    found = (
        ProposedChange.objects.filter(state=state) if state in states.LABELS else ProposedChange.objects.all()
    )
    joined = found.select_related(
        "product__partner__regency", "product__product_class", "partner__regency", "proposed_by"
    )
    return joined.order_by("proposed_at", "pk")


def waiting(user: Any) -> QuerySet[ProposedChange]:
    return for_office(user, states.WAITS)


def names_of(change: ProposedChange) -> list[str]:
    """What is claimed, in the reader's language, each once."""
    codes = {claim["code"] for claim in change.claims}
    return [str(claim) for claim in Claim.objects.filter(code__in=codes)]
