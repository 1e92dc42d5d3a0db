"""Commercial invoice."""

from typing import Any

from marketplace.exports.documents import invoices
from marketplace.exports.documents.base import TEMPLATE, Head
from marketplace.exports.papers.facts import Facts

SHOWS = invoices.SHOWS
__all__ = ["SHOWS", "TEMPLATE", "content"]


def content(part: Facts, head: Head) -> dict[str, Any]:
    notes = ["The goods are of Indonesian origin. We certify that this invoice is true and correct."]
    return invoices.content(part, "Commercial invoice", notes)
