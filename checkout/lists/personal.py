"""Saved lists (see common/personal.py)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from checkout.lists.models import SavedLine, SavedList
from marketplace.common.personal import Holding, Rows


def _export(person: Any) -> Rows:
    rows = SavedLine.objects.filter(saved_list__owner=person).select_related("saved_list", "product")
    return [
        {"list": row.saved_list.name, "product": row.product.title, "quantity": row.quantity} for row in rows
    ]


def _erase(person: Any) -> None:
    SavedList.objects.filter(owner=person).delete()


LISTS = Holding(
    code="lists",
    what=_("Lists of goods you save"),
    purpose=_("So that you can order the same goods again."),
    basis=_("Your consent; you withdraw it by deleting them"),
    kept=_("Until you delete them or your account"),
    export=_export,
    erase=_erase,
)
