"""`{{ version.actor_name|by_whom }}`: a name as it was kept, or in words that nobody pressed a button."""

from django import template
from django.utils.translation import gettext as _

from marketplace.common.actor import SYSTEM

register = template.Library()


@register.filter
def by_whom(name: str) -> str:
    return _("automatically") if name == SYSTEM.name else name
