"""Where a proposed change of a listing's texts stands. Only a confirmed one is seen by buyers."""

from django.utils.translation import gettext_lazy as _

from marketplace.common.states import Machine

WAITS, CONFIRMED, REFUSED, WITHDRAWN, OUTDATED = "waits", "confirmed", "refused", "withdrawn", "outdated"
CHOICES = [
    (WAITS, _("Waits for the office")),
    (CONFIRMED, _("Confirmed")),
    (REFUSED, _("Not accepted")),
    (WITHDRAWN, _("Taken back")),
    (OUTDATED, _("Overtaken by another change")),
]
LABELS = dict(CHOICES)
CHANGE = Machine({WAITS: {CONFIRMED, REFUSED, WITHDRAWN, OUTDATED}})
