"""The office's word on a proposed change, to everybody who works for the pesantren."""

from catalogue.claims.models import ProposedChange
from marketplace.common.links import absolute
from marketplace.notices.services import send_to
from marketplace.people.models import User


def decided(change: ProposedChange) -> None:
    """Once for each change. `change.state` says what became of it."""
    product = change.product
    for person in User.objects.filter(memberships__partner=product.partner_id, is_active=True).order_by("pk"):
        send_to(
            person,
            key=f"claim-{change.state}/{change.pk}",
            template="claim_decided",
            product=product.title,
            claims=", ".join(claim["text"] for claim in change.claims),
            what=change.state,
            is_first=change.is_first,
            why=change.why,
            link=absolute("workspace:listing", product.pk, language=person.language),
        )
