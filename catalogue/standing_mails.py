"""The office stopped a pesantren's sales, or lets it sell again: to everybody who works for it, once each time."""

from django.utils import timezone

from marketplace.common.links import absolute
from marketplace.notices.services import send_to
from marketplace.people.models import User
from marketplace.pesantren.models import Partner


def suspended(partner: Partner) -> None:
    _tell(partner, "suspended", why=partner.suspended_why)


def lifted(partner: Partner, back: int) -> None:
    """`back`: how many listings buyers see again."""
    _tell(partner, "lifted", back=back)


def _tell(partner: Partner, what: str, **context: object) -> None:
    at = int(timezone.now().timestamp() * 1000)
    for person in User.objects.filter(memberships__partner=partner, is_active=True).order_by("pk"):
        send_to(
            person,
            key=f"pesantren-{what}/{partner.pk}/{at}",
            template="pesantren_standing",
            what=what,
            partner=partner.name,
            link=absolute("workspace:home", language=person.language),
            **context,
        )
