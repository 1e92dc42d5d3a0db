"""Proforma invoice: what the buyer's bank and import permit ask for, before the goods are packed for good."""

from typing import Any

from marketplace.exports.documents import invoices
from marketplace.exports.documents.base import TEMPLATE, Head
from marketplace.exports.papers.facts import Facts

SHOWS = invoices.SHOWS
__all__ = ["SHOWS", "TEMPLATE", "content"]


def content(part: Facts, head: Head) -> dict[str, Any]:
    notes = ["This is a proforma invoice: it asks for no payment and does not go to customs."]
    return invoices.content(part, "Proforma invoice", notes)
