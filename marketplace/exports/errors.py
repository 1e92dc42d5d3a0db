"""What the export desk refuses at more than one place."""

from django.utils.translation import gettext as _

from marketplace.common.refused import Refused


def not_here(number: str, state: str) -> Refused:
    """Its goods have left, or it has ended."""
    return Refused(
        _("%(number)s cannot be changed any more: %(state)s."), number=number, state=str(state).lower()
    )
