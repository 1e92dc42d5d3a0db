"""`{{ promise.recorded_at|clock:event.time_zone }}`: by the clock of that place, with the name of its zone."""

from datetime import datetime

from django import template

from marketplace.common import dates

register = template.Library()


@register.filter
def clock(moment: datetime | None, zone: str) -> str:
    """Nothing of what has not happened."""
    return dates.moment(moment, zone) if moment else ""
