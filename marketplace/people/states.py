"""Legal moves of a request about one's own data."""

from django.utils.translation import gettext_lazy as _

from marketplace.common.states import Machine

ASKED, READY, DONE, WITHDRAWN, GONE = "asked", "ready", "done", "withdrawn", "gone"
CHOICES = [
    (ASKED, _("Asked for")),
    (READY, _("Ready")),
    (DONE, _("Done")),
    (WITHDRAWN, _("Withdrawn")),
    (GONE, _("No longer kept")),
]
REQUEST = Machine({ASKED: {READY, DONE, WITHDRAWN}, READY: {GONE}})
