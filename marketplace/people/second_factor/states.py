"""Whether a person's two-step verification is on, and a wish to take it away for a lost phone."""

from django.utils.translation import gettext_lazy as _

from marketplace.common.states import Machine

OFF, ON = "off", "on"
CHOICES = [(OFF, _("Switched off")), (ON, _("Switched on"))]
FACTOR = Machine({OFF: {ON}, ON: {OFF}})

PROPOSED, DONE, REFUSED = "proposed", "done", "refused"
RESET_CHOICES = [
    (PROPOSED, _("Waits for a second person")),
    (DONE, _("Done")),
    (REFUSED, _("Not done")),
]
RESET = Machine({PROPOSED: {DONE, REFUSED}})
