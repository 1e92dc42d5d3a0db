"""Mails to everybody who works for a pesantren about its permits. Each is written once."""

from catalogue.models import Product
from catalogue.permits.models import Permit
from catalogue.permits.queries import Need
from marketplace.common.links import absolute
from marketplace.notices.services import send_to
from marketplace.people.models import User
from marketplace.pesantren.models import Partner

SHOWN = 10  # names of goods in one mail


def _tell(partner: Partner, key: str, template: str, **context: object) -> None:
    for person in User.objects.filter(memberships__partner=partner, is_active=True).order_by("pk"):
        link = absolute("workspace:permits", language=person.language)
        send_to(person, key=key, template=template, partner=partner.name, link=link, **context)


def decided(permit: Permit, what: str, *, back: int = 0, why: str = "") -> None:
    """`what`: confirmed or refused; `back`: how many listings are on sale again."""
    key = f"permit-{what}/{permit.pk}"
    _tell(permit.partner, key, "permit_decided", permit=permit, what=what, back=back, why=why)


def ends_soon(permit: Permit, stage: int, left: int) -> None:
    key = f"permit-ends/{permit.pk}/{stage}"
    _tell(permit.partner, key, "permit_ends", permit=permit, left=left)


def ended(permit: Permit, stopped: list[Product]) -> None:
    names = [product.title for product in stopped]
    _tell(
        permit.partner,
        f"permit-ended/{permit.pk}",
        "permit_ended",
        permit=permit,
        names=names[:SHOWN],
        count=len(names),
    )


def stopped(product: Product, needs: list[Need]) -> None:
    """A new rule asks for what is not there."""
    _tell(
        product.seller,
        f"listing-stopped/{product.pk}/{product.stopped_why[:60]}",
        "listing_stopped",
        product=product,
        needs=needs,
    )
