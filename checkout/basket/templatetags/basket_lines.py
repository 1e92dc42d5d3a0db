"""Finding what belongs to a line."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def for_line(found: Mapping[int, Any], pk: int) -> Any:
    """The entry for this line, if there is one."""
    return found.get(pk)
