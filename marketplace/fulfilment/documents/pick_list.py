"""The pick list as PDF: what to take from the store in all, then what goes into each order, with boxes to tick."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from marketplace.common import dates, pdf
from marketplace.fulfilment import picking
from marketplace.fulfilment.documents import parties
from marketplace.fulfilment.models import Fulfilment
from marketplace.pesantren.models import Partner
from marketplace.reference import working_days


def pick_list(partner: Partner, parts: Sequence[Fulfilment], language: str) -> bytes:
    """The paper in this language for these parts, found with their lines. It names no prices."""
    with translation.override(language):
        return pdf.render("pick_list", _data(partner, parts, language))


def _data(partner: Partner, parts: Sequence[Fulfilment], language: str) -> dict[str, Any]:
    return {
        "language": language,
        "title": _("Pick list"),
        "number": parts[0].number if len(parts) == 1 else dates.day(working_days.today()),
        "seller": partner.name,
        "operator": settings.OPERATOR,
        "labels": {"product": _("Product"), "quantity": _("Quantity"), "all": _("Take from the store")},
        "totals": [
            {
                "title": parties.title(take.line, language),
                "quantity": parties.quantity(take.line, language, take.quantity),
            }
            for take in picking.totals(parts)
        ]
        if len(parts) > 1
        else [],
        "orders": [_order(part, language) for part in parts],
    }


def _order(part: Fulfilment, language: str) -> dict[str, Any]:
    facts = [part.buys, part.delivery_name]
    if part.ready_on:
        facts.append(_("ready by %(day)s") % {"day": dates.day(part.ready_on)})
    return {
        "number": part.number,
        "facts": [fact for fact in facts if fact],
        "lines": [
            {
                "title": parties.title(line, language),
                "quantity": parties.quantity(line, language, line.quantity),
            }
            for line in picking.taken(part)
        ],
    }
