"""What sellers type is plain text: tags are taken out when it is saved, and again when it is shown."""

import html

import nh3
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe

# Signs that nobody sees and that turn round what stands after them on a page.
TURNING = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def _seen(text: str) -> str:
    return "".join(sign for sign in text if (sign >= " " or sign in "\n\t") and sign not in TURNING)


def plain(text: str | None) -> str:
    """The text without markup or control signs; scripts go with their content. Line breaks stay."""
    return _seen(html.unescape(nh3.clean(_seen(text or ""), tags=set()))).strip()


def paragraphs(text: str | None) -> SafeString:
    """Safe HTML of a plain text: paragraphs and line breaks, nothing else."""
    inner = linebreaks(plain(text), autoescape=True)
    return mark_safe(nh3.clean(inner, tags={"p", "br"}, attributes={}))  # noqa: S308 - cleaned on this line
