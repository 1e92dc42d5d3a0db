"""Where a lot stands. Goods are packed from an open one only; its passport stays whatever becomes of it."""

from django.utils.translation import gettext_lazy as _

from marketplace.common.states import Machine

OPEN, ENDED, RECALLED = "open", "ended", "recalled"
CHOICES = [(OPEN, _("In use")), (ENDED, _("Used up")), (RECALLED, _("Recalled"))]
# A recall that turned out to be a mistake is lifted with a reason; both stay on the passport.
LOT = Machine({OPEN: {ENDED, RECALLED}, ENDED: {OPEN, RECALLED}, RECALLED: {OPEN}})
