"""The form of a lead that a pesantren notes at its own stand."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.programme.commitments import floor_pages
from marketplace.programme.commitments.forms import LeadForm
from marketplace.programme.models import Event, Exhibitor, Guest
from marketplace.programme.services import floor
from marketplace.programme.services.commitments import CommitmentError


class StandLeadForm(LeadForm):
    """Who it was may be scanned: `guest` is the bearer of the badge, or of that name. Whoever works for several
    pesantren at the event says for which."""

    guest: Guest | None = None

    def __init__(self, *args: Any, event: Event, exhibitors: Sequence[Exhibitor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event, self.exhibitors = event, exhibitors
        if len(exhibitors) > 1:
            names = [(str(one.pk), one.partner.name) for one in exhibitors]
            self.fields["exhibitor"] = forms.ChoiceField(label=_("Pesantren"), choices=names)

    def clean_company(self) -> str:
        text = str(self.cleaned_data["company"])
        self.guest = floor.find_guest(text, self.event)
        if self.guest is None and floor.is_strange_badge(text):
            raise ValidationError(floor_pages.reason(CommitmentError("guest")), code="badge")
        return self.guest.name if self.guest else text

    @property
    def exhibitor(self) -> Exhibitor:
        chosen = self.cleaned_data.get("exhibitor")
        return next((one for one in self.exhibitors if str(one.pk) == chosen), self.exhibitors[0])
