"""Baskets (see common/personal.py). Those of guests end with the nightly tidying."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from checkout.basket.models import Basket
from marketplace.common.personal import Holding, Rows


def _export(person: Any) -> Rows:
    rows = Basket.objects.filter(owner=person, status=Basket.OPEN).prefetch_related("lines__product")
    return [
        {"product": line.product.title, "quantity": line.quantity} for row in rows for line in row.lines.all()
    ]


def _erase(person: Any) -> None:
    """Baskets that became orders belong to nobody then; the open ones go."""
    Basket.objects.filter(owner=person).exclude(status=Basket.SUBMITTED).delete()
    Basket.objects.filter(owner=person).update(owner=None)


BASKETS = Holding(
    code="baskets",
    what=_("What lies in your basket"),
    purpose=_("So that you find it again on another device."),
    basis=_("Contract with you"),
    kept=_("Until you order or empty it; without an account, its cookie ends after seven days"),
    export=_export,
    erase=_erase,
)
