"""Legal moves of a company, as data."""

from django.utils.translation import gettext_lazy as _

from marketplace.common.states import Machine

DRAFT, SUBMITTED, VERIFIED, REFUSED, SUSPENDED = "draft", "submitted", "verified", "refused", "suspended"
CHOICES = [
    (SUBMITTED, _("Waiting for the office")),
    (VERIFIED, _("Verified")),
    (SUSPENDED, _("Suspended")),
    (REFUSED, _("Not verified")),
    (DRAFT, _("Not sent yet")),
]
LABELS = dict(CHOICES)
COMPANY = Machine(
    {
        DRAFT: {SUBMITTED},
        SUBMITTED: {VERIFIED, REFUSED},
        REFUSED: {SUBMITTED},
        VERIFIED: {SUSPENDED},
        SUSPENDED: {VERIFIED},
    }
)
EDITABLE = frozenset({DRAFT, REFUSED})  # once the office has looked at the facts they stand
