"""Telling pesantren of a demand that fits what they sell."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from marketplace.pesantren.models import Partner
from marketplace.reference.models import Regency
from marketplace.sourcing import matching, signals, states
from marketplace.sourcing.models import Demand, Invited


def gathered_in(demand: Demand) -> Regency | None:
    """Where the goods go at home; for abroad where they are packed (SOURCING_PACKING_REGENCY, assumed)."""
    if demand.regency_id:
        return demand.regency
    return (
        Regency.objects.filter(code=settings.SOURCING_PACKING_REGENCY).first() if demand.is_abroad else None
    )


def invite(*, demand: Demand) -> int:
    """Write down whom an open demand fits, each once a line, and say so (signal: mails). How many it fits.

    Side effects: Invited rows, `matched_at`. Safe to run twice; nothing for a demand that is not open.
    """
    with transaction.atomic():
        locked = Demand.objects.select_for_update(of=("self",), no_key=True).get(pk=demand.pk)
        if locked.state != states.OPEN or locked.matched_at:
            return 0
        near = gathered_in(locked)
        rows = [
            Invited(
                demand=locked,
                line=line,
                partner=fit.product.seller,
                product=fit.product,
                score=fit.score,
                facts=fit.facts,
                is_ready=fit.is_ready,
            )
            for line in locked.lines.prefetch_related("slots")
            for fit in matching.fits(line, near)
        ]
        Invited.objects.bulk_create(rows)
        locked.matched_at = timezone.now()
        locked.save(update_fields=["matched_at"])
        signals.demand_opened.send(Demand, demand=locked)
    return len(rows)


def seen(*, demand: Demand, partners: Iterable[Partner]) -> None:
    """Somebody of these pesantren looks at it. Side effects: `seen_at` of their invitations, the first time."""
    rows = Invited.objects.filter(demand=demand, partner__in=[one.pk for one in partners], seen_at=None)
    rows.update(seen_at=timezone.now())
