"""Addresses people keep for the next order (see common/personal.py)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.common.personal import Holding, Rows
from marketplace.reference.models import UserAddress


def _export(person: Any) -> Rows:
    rows = UserAddress.objects.filter(user=person).select_related("regency__province").order_by("pk")
    return [
        {
            "name": row.first_name,
            "phone": str(row.phone_number),
            "lines": row.lines(),
            "note": row.notes,
        }
        for row in rows
    ]


def _erase(person: Any) -> None:
    UserAddress.objects.filter(user=person).delete()


ADDRESSES = Holding(
    code="addresses",
    what=_("Addresses you chose to keep"),
    purpose=_("So that you need not type them again."),
    basis=_("Your consent; you withdraw it by deleting the address"),
    kept=_("Until you delete them or your account"),
    export=_export,
    erase=_erase,
)
