"""One field: how much."""

from django.utils.translation import gettext_lazy as _

from checkout.basket.terms import MOST_UNITS
from marketplace.common.forms import AccessibleForm, WholeNumberField


class QuantityForm(AccessibleForm):
    quantity = WholeNumberField(
        label=_("Quantity"),
        most=MOST_UNITS,
        error_messages={"required": _("Write how much you want to take.")},
    )


class AddForm(AccessibleForm):
    quantity = WholeNumberField(
        label=_("Quantity"),
        least=1,
        most=MOST_UNITS,
        error_messages={"required": _("Write how much you want to take.")},
    )
