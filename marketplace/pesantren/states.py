"""Legal moves of a mentor's help at one pesantren."""

from django.utils.translation import gettext_lazy as _

from marketplace.common.states import Machine

OFFERED, RUNNING, DECLINED, TAKEN_BACK = "offered", "running", "declined", "taken_back"
WITHDRAWN, STOPPED, OVER = "withdrawn", "stopped", "over"
MENTORSHIP_CHOICES = [
    (OFFERED, _("Waits for the pesantren")),
    (RUNNING, _("Helps now")),
    (DECLINED, _("The pesantren said no")),
    (TAKEN_BACK, _("Taken back")),
    (WITHDRAWN, _("Ended by the pesantren")),
    (STOPPED, _("Ended by the office or the mentor")),
    (OVER, _("The time is over")),
]
MENTORSHIP = Machine({OFFERED: {RUNNING, DECLINED, TAKEN_BACK}, RUNNING: {WITHDRAWN, STOPPED, OVER}})
OPEN = frozenset({OFFERED, RUNNING})  # one of these for a mentor at a pesantren
END_BY_OTHERS = {OFFERED: TAKEN_BACK, RUNNING: STOPPED}  # what the office or the mentor makes of it
