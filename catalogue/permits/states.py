"""Where a permit stands. Only a confirmed one counts, and only on the days it is valid."""

from django.utils.translation import gettext_lazy as _

from marketplace.common.states import Machine

PROPOSED, CONFIRMED, REFUSED, WITHDRAWN, EXPIRED = "proposed", "confirmed", "refused", "withdrawn", "expired"
CHOICES = [
    (PROPOSED, _("Waits for the office")),
    (CONFIRMED, _("Confirmed")),
    (REFUSED, _("Not accepted")),
    (WITHDRAWN, _("Taken back")),
    (EXPIRED, _("Expired")),
]
LABELS = dict(CHOICES)
PERMIT = Machine({PROPOSED: {CONFIRMED, REFUSED, WITHDRAWN}, CONFIRMED: {EXPIRED, REFUSED}})
