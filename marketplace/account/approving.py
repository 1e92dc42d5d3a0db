"""Taking a quote, or a dearer contract, above a company's limit: what its approver reads, and where it leads."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from marketplace.common.actor import Actor
from marketplace.sourcing.services import awarding
from offtakers.approvals import Kind, register
from offtakers.models import Approval


def _url(approval: Approval) -> str:
    return reverse("account:quote", args=[approval.reference])


def _contract(approval: Approval) -> str:
    return reverse("account:contract", args=[approval.reference.rpartition("/")[0]])


def _nothing(approval: Approval, actor: Actor) -> None:
    """Whoever may sign signs now."""


register(Kind(awarding.AMENDMENT, gettext_lazy("A contract becomes dearer"), _nothing, url=_contract))
register(Kind(awarding.KIND, gettext_lazy("Taking a quote"), awarding.settled, url=_url))
