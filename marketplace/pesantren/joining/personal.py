"""Who asked to sell for which pesantren (see common/personal.py)."""

from typing import Any

from django.utils.translation import gettext_lazy

from marketplace.common.personal import Holding, Rows
from marketplace.pesantren.joining.models import Application


def _export(person: Any) -> Rows:
    rows = Application.objects.filter(person=person).order_by("pk")
    return [
        {"pesantren": row.name, "nspp": row.nspp, "phone": row.phone, "state": row.state, "sent": row.sent_at}
        for row in rows
    ]


def _erase(person: Any) -> None:
    Application.objects.filter(person=person).delete()


APPLICATIONS = Holding(
    code="applications",
    what=gettext_lazy("Your wish to sell for a pesantren: its name, number and telephone"),
    purpose=gettext_lazy("So that the office knows who asks and can call back."),
    basis=gettext_lazy("Contract with the pesantren"),
    kept=gettext_lazy("Until you delete your account"),
    export=_export,
    erase=_erase,
)
