"""Legal moves of a company and of an approval, as data."""

from django.utils.translation import gettext_lazy as _

from marketplace.common.states import Machine

DRAFT, SUBMITTED, VERIFIED, REFUSED, SUSPENDED = "draft", "submitted", "verified", "refused", "suspended"
EXPIRED = "expired"
CHOICES = [
    (SUBMITTED, _("Waiting for the office")),
    (VERIFIED, _("Verified")),
    (EXPIRED, _("Verification ended")),
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
        VERIFIED: {SUSPENDED, EXPIRED},
        SUSPENDED: {VERIFIED, EXPIRED},
        EXPIRED: {SUBMITTED},
    }
)
EDITABLE = frozenset({DRAFT, REFUSED, EXPIRED})  # once the office has looked at the facts they stand
HAS_LAST_DAY = [VERIFIED, SUSPENDED, EXPIRED]

# What else stands in a company's history: no moves, but somebody wants to know who did it.
CORRECTED, RENEWAL, RENEWAL_REFUSED = "corrected", "renewal", "renewal refused"
JOINED, LEFT, ROLES, INVITED, UNINVITED = "joined", "left", "roles", "invited", "uninvited"
PLACE, TRADE, THRESHOLD = "place", "trade", "threshold"
WORDS = LABELS | {
    CORRECTED: _("Facts changed"),
    RENEWAL: _("A newer proof was sent"),
    RENEWAL_REFUSED: _("The newer proof was not accepted"),
    JOINED: _("Somebody joined"),
    LEFT: _("Somebody left"),
    ROLES: _("Roles changed"),
    INVITED: _("Somebody was invited"),
    UNINVITED: _("An invitation was taken back"),
    PLACE: _("Places changed"),
    TRADE: _("Currency, terms or ports changed"),
    THRESHOLD: _("Approval limit changed"),
}

WAITING, APPROVED, DECLINED, WITHDRAWN = "waiting", "approved", "declined", "withdrawn"
APPROVAL_CHOICES = [
    (WAITING, _("Waits for an approver")),
    (APPROVED, _("Agreed")),
    (DECLINED, _("Declined")),
    (WITHDRAWN, _("Taken back")),
]
APPROVAL = Machine({WAITING: {APPROVED, DECLINED, WITHDRAWN}})
