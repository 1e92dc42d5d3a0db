"""Legal moves of a pool, an offer and a share, as data; and why a share ended."""

from django.utils.translation import gettext_lazy as _

from marketplace.common.states import Machine

# A pool. From open to done its state follows its shares (services/following.py); the rest is a person's word.
OPEN, PROPOSED, FILLED, DONE, CLOSED, CANCELLED = "open", "proposed", "filled", "done", "closed", "cancelled"
POOL_CHOICES = [
    (OPEN, _("Something is missing")),
    (PROPOSED, _("Waiting for answers")),
    (FILLED, _("All confirmed")),
    (DONE, _("All delivered")),
    (CLOSED, _("Closed with what there is")),
    (CANCELLED, _("Cancelled")),
]
ENDINGS = {CLOSED, CANCELLED}
POOL = Machine(
    {
        OPEN: {PROPOSED, *ENDINGS},
        PROPOSED: {OPEN, FILLED, DONE, *ENDINGS},
        FILLED: {OPEN, DONE, *ENDINGS},
    }
)
LIVE = frozenset({OPEN, PROPOSED, FILLED})

# An offer is never edited: a new one replaces it. Set aside: it declined, did not answer, or fell short.
OFFERED, WITHDRAWN, REPLACED, SET_ASIDE = "offered", "withdrawn", "replaced", "set_aside"
OFFER_CHOICES = [
    (OFFERED, _("Offered")),
    (WITHDRAWN, _("Withdrawn")),
    (REPLACED, _("Replaced by a newer one")),
    (SET_ASIDE, _("Set aside")),
]
OFFER = Machine({OFFERED: {WITHDRAWN, REPLACED, SET_ASIDE}})

# A share; "proposed" is the same word as of a pool.
COMMITTED, DELIVERED, SHORT, RELEASED = "committed", "delivered", "short", "released"
SHARE_CHOICES = [
    (PROPOSED, _("Waiting for the pesantren's answer")),
    (COMMITTED, _("Confirmed by the pesantren")),
    (DELIVERED, _("Delivered")),
    (SHORT, _("Less was delivered")),
    (RELEASED, _("No share any more")),
]
SHARE = Machine(
    {
        PROPOSED: {COMMITTED, RELEASED},
        COMMITTED: {DELIVERED, SHORT, RELEASED},
    }
)
HELD = frozenset({PROPOSED, COMMITTED})  # nothing is delivered yet, and nobody else may have it

DECLINED, EXPIRED, TAKEN_BACK, POOL_ENDED = "declined", "expired", "taken_back", "pool_ended"
ENDED_CHOICES = [
    (DECLINED, _("The pesantren cannot supply it")),
    (EXPIRED, _("No answer came in time")),
    (TAKEN_BACK, _("Taken back")),
    (POOL_ENDED, _("The whole quantity was closed or cancelled")),
]
