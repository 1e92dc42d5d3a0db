"""Papers made here, one file for each kind: `SHOWS` is the part of the facts it shows, `content` what stands where.

A paper is given that part and nothing else, so it cannot show what an amendment would not notice.
"""

from typing import Any

from marketplace.common import pdf
from marketplace.exports.documents import (
    commercial_invoice,
    insurance_request,
    letter_of_instruction,
    origin_request,
    packing_list,
    peb_data,
    phyto_request,
    proforma_invoice,
    sheets,
    shipping_marks,
)
from marketplace.exports.documents.base import Head
from marketplace.exports.papers.facts import Facts, Shows

MADE: dict[str, Any] = {
    "proforma_invoice": proforma_invoice,
    "commercial_invoice": commercial_invoice,
    "packing_list": packing_list,
    "shipping_marks": shipping_marks,
    "letter_of_instruction": letter_of_instruction,
    "peb_data": peb_data,
    "insurance_request": insurance_request,
    "phyto_request": phyto_request,
    "origin_request": origin_request,
}
# With which facts a paper that somebody else issued is compared, by the words in data/paper_kinds.csv.
AGAINST: dict[str, Shows] = {
    "parties": {"exporter": ("name",), "consignee": ("name",)},
    "goods": {"goods": ("description", "hs_origin", "quantity", "unit")},
    "values": {"values": ("currency", "fob", "freight", "insurance")},
    "weights": {"totals": ("packages", "net_g", "gross_g")},
    "transport": {"consignment": ("mode",), "transport": ("origin", "destination")},
}


def shows(kind: str, against: tuple[str, ...] = ()) -> Shows:
    """The part of the facts that a paper made here shows, or that one from outside is compared with."""
    if kind in MADE:
        found: Shows = MADE[kind].SHOWS
        return found
    return {section: names for word in against for section, names in AGAINST[word].items()}


def content(kind: str, part: Facts, head: Head) -> dict[str, Any]:
    made = MADE[kind].content(part, head)
    return {**made, "head": head.as_data(), "operator": {"name": head.issuer}}


def to_pdf(kind: str, part: Facts, head: Head) -> bytes:
    return pdf.render(MADE[kind].TEMPLATE, content(kind, part, head))


def to_xlsx(kind: str, part: Facts, head: Head) -> bytes:
    return sheets.to_xlsx(content(kind, part, head))
