"""`{{ text|prose }}`: a seller's text as clean paragraphs. `{% structured data %}`: JSON-LD, safely."""

import json
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from marketplace.common.prose import paragraphs

register = template.Library()
ESCAPES = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


@register.filter
def prose(text: str | None) -> SafeString:
    return paragraphs(text)


@register.simple_tag
def structured(data: dict[str, Any]) -> SafeString:
    """A data block (never run by the browser) with every sign escaped that could end it."""
    text = json.dumps(data, ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308
