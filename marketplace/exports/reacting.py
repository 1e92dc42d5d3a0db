"""What follows from news of the export desk itself; connected when the programme starts."""

from typing import Any

from django.dispatch import receiver

from marketplace.common.actor import Actor
from marketplace.exports.models import Consignment
from marketplace.exports.services import papers
from marketplace.exports.signals import consignment_changed


@receiver(consignment_changed, dispatch_uid="exports.require_papers")
def require_papers(*, consignment: Consignment, actor: Actor, **kwargs: Any) -> None:
    """Other goods, another way or plan: other papers, other days."""
    papers.require(consignment=consignment, actor=actor)
