"""The delivery note (surat jalan) that travels with one pesantren's part, as PDF. It names no prices."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from marketplace.common import dates, pdf
from marketplace.fulfilment.documents import parties
from marketplace.fulfilment.models import Fulfilment


def delivery_note(fulfilment: Fulfilment, language: str) -> bytes:
    """The paper in this language: who sends what to whom, and room for three signatures."""
    with translation.override(language):
        return pdf.render("delivery_note", _data(fulfilment, language))


def _data(fulfilment: Fulfilment, language: str) -> dict[str, Any]:
    lines = fulfilment.lines.filter(quantity__gt=0).select_related("line").order_by("pk")
    return {
        "language": language,
        "title": _("Delivery note"),
        "number": fulfilment.number,
        "delivery": fulfilment.delivery_name,
        "operator": settings.OPERATOR,
        "labels": {
            "from": _("From"),
            "to": _("To"),
            "no": _("No."),
            "product": _("Product"),
            "quantity": _("Quantity"),
            "weight": _("Gross weight"),
            "received": _("Received"),
            "sign": _("Name, date, signature"),
        },
        "from": parties.seller(fulfilment),
        "to": parties.receiver(fulfilment),
        "facts": _facts(fulfilment),
        "lines": [
            {
                "no": str(number),
                "title": parties.title(line, language),
                "quantity": parties.quantity(line, language),
                "weight": parties.weight(line),
            }
            for number, line in enumerate(lines, start=1)
        ],
        "note": _("Please count and check before you sign. Write what is missing or spoilt beside the line."),
        "signatures": [_("Sent by"), _("Carrier or driver"), _("Received by")],
    }


def _facts(fulfilment: Fulfilment) -> list[list[Any]]:
    facts: list[list[Any]] = [[_("Order"), fulfilment.order.number, "figure"]]
    if fulfilment.ready_on:
        facts.append([_("Ready on"), dates.day(fulfilment.ready_on)])
    if arrival := dates.between(fulfilment.arrives_from, fulfilment.arrives_to):
        facts.append([_("Arrives"), arrival])
    if fulfilment.carrier:
        facts.append([_("Carrier or driver"), fulfilment.carrier])
    if fulfilment.tracking_number:
        facts.append([_("Receipt or vehicle number"), fulfilment.tracking_number, "figure"])
    return facts
