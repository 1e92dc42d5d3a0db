"""Who works for which pesantren (see common/personal.py)."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.common.personal import Holding, Rows, delete_in_batches
from marketplace.pesantren.models import Member, MemberInvitation, Mentorship


def _export(person: Any) -> Rows:
    rows = Member.objects.filter(user=person).select_related("partner").order_by("pk")
    return [{"pesantren": row.partner.name, "role": row.role} for row in rows]


def _hinders(person: Any) -> list[str]:
    """A pesantren that sells must not be left without anybody who sees its orders."""
    mine = Member.objects.filter(user=person, partner__sells=True).select_related("partner")
    alone = [
        row.partner.name
        for row in mine
        if not Member.objects.filter(partner=row.partner, user__is_active=True).exclude(user=person).exists()
    ]
    text = _("You are the only one who works for %(name)s here. Ask the office to name somebody else first.")
    return [text % {"name": name} for name in alone]


def _erase(person: Any) -> None:
    Member.objects.filter(user=person).delete()


def _purge(now: datetime) -> int:
    """Invitations that were used, and those whose week is over."""
    return delete_in_batches(
        MemberInvitation.objects.filter(Q(used_by__isnull=False) | Q(expires_at__lt=now))
    )


MEMBERSHIPS = Holding(
    code="memberships",
    what=gettext_lazy("For which pesantren you work here"),
    purpose=gettext_lazy("So that you see its orders and stock, and nobody else does."),
    basis=gettext_lazy("Contract with the pesantren"),
    kept=gettext_lazy(
        "Until you stop or delete your account; who did what stays in the history of each order. "
        "A link that invites you goes the night after it was used or its week is over"
    ),
    export=_export,
    erase=_erase,
    hinders=_hinders,
    purge=_purge,
)


def _export_help(person: Any) -> Rows:
    rows = Mentorship.objects.filter(mentor=person).select_related("partner").order_by("pk")
    return [
        {
            "pesantren": row.partner.name,
            "state": row.state,
            "offered": row.offered_at.isoformat(),
            "until": row.ends_at.isoformat() if row.ends_at else None,
        }
        for row in rows
    ]


def _erase_help(person: Any) -> None:
    Mentorship.objects.filter(mentor=person).delete()


MENTORSHIPS = Holding(
    code="mentorships",
    what=gettext_lazy("Which pesantren you help as a mentor, and until when"),
    purpose=gettext_lazy("So that you keep their products with their consent, and no longer than agreed."),
    basis=gettext_lazy("Consent of the pesantren"),
    kept=gettext_lazy("Until you delete your account; who did what stays in the history of each listing"),
    export=_export_help,
    erase=_erase_help,
)
