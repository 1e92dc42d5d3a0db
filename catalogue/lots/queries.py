"""Reading lots. Members see their pesantren's; everybody who has its code sees a passport."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from catalogue.lots import states
from catalogue.lots.models import Grower, Lot
from catalogue.models import Certificate, Product
from catalogue.permits import states as permit_states
from catalogue.permits.kinds import DECLARED, Kind
from catalogue.permits.models import Permit
from marketplace.common.models import StateChange
from marketplace.common.states import history
from marketplace.pesantren.access import pesantren_of


def of_members(user: Any) -> QuerySet[Lot]:
    """The lots of this person's pesantren, newest first."""
    return _with_parts(Lot.objects.filter(partner__in=pesantren_of(user))).order_by("-made_to", "-pk")


def _with_parts(found: QuerySet[Lot]) -> QuerySet[Lot]:
    return found.select_related(
        "district__regency", "grower", "product__unit", "product__product_class", "partner"
    )


def last_of(product: Product) -> Lot | None:
    """The lot of this listing that was recorded last: what a new one takes its place and quantity from."""
    return _with_parts(Lot.objects.filter(product=product)).order_by("-pk").first()


def to_pack_from(products: Iterable[int]) -> QuerySet[Lot]:
    """Open lots of these listings of which something is left, the oldest first: it is packed first."""
    found = Lot.objects.filter(product__in=list(products), state=states.OPEN, used__lt=F("quantity"))
    return found.order_by("product", "made_to", "pk")


def growers_of(user: Any) -> QuerySet[Grower]:
    """Who agreed to be named by this person's pesantren, newest first; those who took it back, without a name."""
    return Grower.objects.filter(partner__in=pesantren_of(user)).select_related("partner").order_by("-pk")


def by_code(code: str) -> Lot | None:
    """The lot of a passport with all that it shows; whoever has the code may see it."""
    found = _with_parts(Lot.objects.filter(code=code.lower()))
    return (
        found.select_related("product__commodity", "partner__regency")
        .prefetch_related("product__images", "corrections")
        .first()
    )


@dataclass(frozen=True)
class Paper:
    """A permit or certificate that was valid on every day of a lot. `until`: its last day, as far as it has one."""

    kind: str
    label: str
    number: str
    issuer: str
    since: date | None
    until: date | None
    is_example: bool


def papers_of(lot: Lot) -> list[Paper]:
    """What the office had confirmed and certificates said, valid from the lot's first day to its last. Two queries.

    One that has expired since was valid then; one that the office took back counts for no day.
    """
    begun = Q(valid_from=None) | Q(valid_from__lte=lot.made_from)
    lasts = Q(expires_on=None) | Q(expires_on__gte=lot.made_to)
    confirmed = Permit.objects.filter(
        begun, lasts, products=lot.product_id, state__in=[permit_states.CONFIRMED, permit_states.EXPIRED]
    ).exclude(kind__in=DECLARED - {Kind.NON_HALAL})
    certificates = Certificate.objects.filter(begun, lasts, product=lot.product_id)
    rows: list[Certificate | Permit] = [*certificates, *confirmed]
    found = {
        (row.kind, row.number or str(row.pk)): Paper(
            row.kind,
            str(row.get_kind_display()),
            row.number,
            row.issuer,
            row.valid_from,
            row.expires_on,
            row.is_example,
        )
        for row in rows
    }
    return sorted(found.values(), key=lambda paper: (paper.kind, paper.number))


def recalls_of(lot: Lot) -> list[StateChange]:
    """Each time the lot was recalled, and each time that was lifted; the newest first. One query."""
    moves = (
        history(lot).filter(Q(after=states.RECALLED) | Q(before=states.RECALLED)).exclude(before=F("after"))
    )
    return list(moves.reverse())
