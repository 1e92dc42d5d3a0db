"""`{{ number|exact }}`: every place it has and no more, as this language writes numbers: 1.551,2 or 1,551.2."""

from decimal import Decimal

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def exact(number: Decimal | int) -> str:
    return str(number_format(f"{Decimal(number).normalize():f}", force_grouping=True))
