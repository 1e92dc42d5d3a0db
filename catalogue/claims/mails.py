"""The office's word on a proposed change, to everybody who works for the pesantren."""

from catalogue.claims.models import ProposedChange
from marketplace.common.links import absolute
from marketplace.notices.services import send_to
from marketplace.people.models import User


def decided(change: ProposedChange) -> None:
    """Once for each change. `change.state` says what became of it."""
    page = ("listing", change.product.pk) if change.product else ("about", change.seller.code)
    members = User.objects.filter(memberships__partner=change.seller, is_active=True)
    for person in members.order_by("pk"):
        send_to(
            person,
            key=f"claim-{change.state}/{change.pk}",
            template="claim_decided",
            product=change.title,
            claims=", ".join(claim["text"] for claim in change.claims),
            what=change.state,
            is_first=change.is_first,
            is_about=change.product is None,
            why=change.why,
            link=absolute(f"workspace:{page[0]}", page[1], language=person.language),
        )
