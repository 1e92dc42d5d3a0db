"""Raising or taking away the approval limit is itself approved: who must ask does not set the limit alone."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offtakers.approvals import Kind
from offtakers.models import Approval
from offtakers.services.trading import LIMIT, limit_decided


def _words(approval: Approval) -> str:
    if not approval.amount:
        return _("No approver is asked any more, whatever the amount.")
    return _("An approver is asked only above %(amount)s.") % {"amount": approval.money}


KIND = Kind(LIMIT, gettext_lazy("Another approval limit"), limit_decided, words=_words)
