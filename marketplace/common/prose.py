"""What sellers type is plain text: tags are taken out when it is saved, and again when it is shown."""

import html

import nh3
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe


def plain(text: str | None) -> str:
    """The text without markup or control signs; scripts go with their content. Line breaks stay."""
    readable = "".join(sign for sign in text or "" if sign >= " " or sign in "\n\t")
    return html.unescape(nh3.clean(readable, tags=set())).strip()


def paragraphs(text: str | None) -> SafeString:
    """Safe HTML of a plain text: paragraphs and line breaks, nothing else."""
    inner = linebreaks(plain(text), autoescape=True)
    return mark_safe(nh3.clean(inner, tags={"p", "br"}, attributes={}))  # noqa: S308 - cleaned on this line
