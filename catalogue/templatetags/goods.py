"""Cards of listings."""

from django import template
from django.utils.safestring import SafeString

from catalogue import cards

register = template.Library()


@register.simple_tag
def card_of(card: cards.Card, nth: int = 0) -> SafeString:
    return cards.drawn(card, nth)
