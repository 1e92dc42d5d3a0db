"""What a proposed step with an order's money is about, in words: for the second person."""

from django.utils.translation import gettext as _

from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.fulfilment.services.lost_disputes import PESANTREN
from marketplace.payments import states
from marketplace.payments.models import Approval


def rows(approval: Approval) -> list[tuple[str, str]]:
    """(label, value): units of a credit note, or who bears which part of a lost dispute."""
    if approval.action == states.CREDIT_NOTE:
        return _units(approval)
    numbers = approval.data["bearers"]
    parts = Fulfilment.objects.filter(number__in=numbers).select_related("partner").order_by("pk")
    return [(f"{part.number} · {part.partner.name}", _bearer(part, numbers[part.number])) for part in parts]


def _bearer(part: Fulfilment, bearer: str) -> str:
    name = part.partner.name if bearer == PESANTREN else _("The operator")
    return _("%(name)s bears it") % {"name": name}


def _units(approval: Approval) -> list[tuple[str, str]]:
    asked = approval.data["lines"]
    lines = FulfilmentLine.objects.filter(pk__in=asked).select_related("line", "fulfilment__partner")
    return [
        (_("Part"), approval.data["part"]),
        *[
            (
                f"{line.line.title_here}, {line.fulfilment.partner.name}",
                f"{asked[str(line.pk)]} {line.line.unit_here}",
            )
            for line in lines.order_by("pk")
        ],
    ]
