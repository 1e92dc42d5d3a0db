"""Where a listing stands. Only one that is on sale is public."""

from django.utils.translation import gettext_lazy as _

from marketplace.common.states import Machine

DRAFT, ON_SALE, PAUSED, STOPPED = "draft", "on_sale", "paused", "stopped"
CHOICES = [(DRAFT, _("Draft")), (ON_SALE, _("On sale")), (PAUSED, _("Not on sale")), (STOPPED, _("Stopped"))]

# A pesantren pauses and comes back; what a missing permit stopped comes back once the permit is there.
LISTING = Machine(
    {
        DRAFT: {ON_SALE, STOPPED},
        ON_SALE: {PAUSED, STOPPED},
        PAUSED: {ON_SALE, STOPPED},
        STOPPED: {ON_SALE, PAUSED},
    }
)
