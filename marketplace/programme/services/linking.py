"""A participant and the pesantren that sells here are one where the NSPP is one, in the same province."""

from django.db import transaction
from django.db.models import OuterRef, Subquery

from marketplace.common.actor import SYSTEM
from marketplace.common.states import record
from marketplace.pesantren.models import Partner
from marketplace.programme.models import Participation

BATCH = 500


def partner_with(nspp: str, province: int) -> Partner | None:
    """The pesantren of this province that sells here with this NSPP."""
    return Partner.objects.filter(nspp=nspp, regency__province=province).first()


def link_partners() -> int:
    """Join participants to pesantren that came here since. Safe to run twice; gives how many were joined.

    Side effects: the link, one history row each.
    """
    same = Partner.objects.filter(nspp=OuterRef("nspp"), regency__province=OuterRef("province"))
    same = same.exclude(participations__province=OuterRef("province"))
    rows = Participation.objects.filter(partner=None).annotate(found=Subquery(same.values("pk")[:1]))
    joined = 0
    for row in rows.filter(found__isnull=False).order_by("pk")[:BATCH]:
        with transaction.atomic():
            if Participation.objects.filter(pk=row.pk, partner=None).update(partner=row.found):
                record(row, "", "linked", actor=SYSTEM, why=f"NSPP {row.nspp}")
                joined += 1
    return joined
