"""Where a file of listings stands, and what becomes of each of its rows, as data."""

from django.utils.translation import gettext_lazy as _

from marketplace.common.states import Machine

UPLOADED, CHECKING, CHECKED, TAKING = "uploaded", "checking", "checked", "taking"
TAKEN, REFUSED, DROPPED = "taken", "refused", "dropped"
CHOICES = [
    (UPLOADED, _("Is being read")),
    (CHECKING, _("Is being checked")),
    (CHECKED, _("Waits for your yes")),
    (TAKING, _("Is being taken over")),
    (TAKEN, _("Taken over")),
    (REFUSED, _("Cannot be read")),
    (DROPPED, _("Not taken over")),
]
RUNNING = frozenset({UPLOADED, CHECKING, TAKING})  # a worker goes on with these

IMPORT = Machine(
    {
        UPLOADED: {CHECKING, REFUSED},
        CHECKING: {CHECKED},
        CHECKED: {TAKING, DROPPED},
        TAKING: {TAKEN},
    }
)

# What a row would do.
NEW, CHANGED, SAME, FAULTY = "new", "changed", "same", "faulty"
OUTCOMES = [
    (FAULTY, _("Faulty")),
    (NEW, _("New")),
    (CHANGED, _("Changed")),
    (SAME, _("Unchanged")),
]

# What a row did.
ON_SALE, STOPPED, DRAFT, DONE, KEPT = "on_sale", "stopped", "draft", "done", "kept"
RESULTS = [
    (ON_SALE, _("New, on sale")),
    (STOPPED, _("New, not on sale yet")),
    (DRAFT, _("Draft")),
    (DONE, _("Changed")),
    (KEPT, _("Not changed, see why")),
]
