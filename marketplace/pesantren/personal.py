"""Who works for which pesantren (see common/personal.py)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.common.personal import Holding, Rows
from marketplace.pesantren.models import Member


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


MEMBERSHIPS = Holding(
    code="memberships",
    what=gettext_lazy("For which pesantren you work here"),
    purpose=gettext_lazy("So that you see its orders and stock, and nobody else does."),
    basis=gettext_lazy("Contract with the pesantren"),
    kept=gettext_lazy(
        "Until you stop or delete your account; who did what stays in the history of each order"
    ),
    export=_export,
    erase=_erase,
    hinders=_hinders,
)
