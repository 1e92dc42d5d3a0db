"""Who bears a lost dispute, part by part."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm
from marketplace.fulfilment.services.lost_disputes import OPERATOR, PESANTREN, Share


class BearerForm(AccessibleForm):
    """One choice a part that has a share, and why. Nothing is chosen beforehand: it is somebody's money."""

    def __init__(self, *args: Any, shares: Sequence[Share], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = [share.part.number for share in shares]
        for share in shares:
            name = share.part.partner.name
            self.fields[f"bearer_{share.part.number}"] = forms.ChoiceField(
                label=_("%(amount)s for part %(number)s of %(name)s: who bears it?")
                % {"amount": share.amount, "number": share.part.number, "name": name},
                choices=[(PESANTREN, name), (OPERATOR, _("The operator"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose who bears it.")},
            )
        self.fields["why"] = forms.CharField(
            label=_("Reason"),
            help_text=_("A pesantren that bears a share reads it."),
            max_length=300,
            error_messages={"required": _("Write why."), "max_length": _("Write at most 300 characters.")},
        )

    def bearers(self) -> dict[str, str]:
        return {number: self.cleaned_data[f"bearer_{number}"] for number in self.numbers}
