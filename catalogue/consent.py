"""How somebody agreed to be named or shown. UU 27/2022, art. 20(2)a and 22: explicit, recorded, in writing or on
record; art. 25: for a child the parent or guardian agrees."""

from django.utils.translation import gettext_lazy as _

HOWS = [
    ("paper", _("Signed on paper")),
    ("message", _("By a message that we keep")),
    ("recorded", _("Said and recorded")),
]
