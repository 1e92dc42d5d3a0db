"""The buyer signs for the goods."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm, WholeNumberField
from marketplace.common.photos import MOST, PhotosField
from marketplace.fulfilment.models import AcceptancePhoto, FulfilmentLine


class SignForm(AccessibleForm):
    """How much of each line is accepted (all, unless said otherwise), why not the rest, photos, the name."""

    autocomplete = {"signed_name": "name"}
    photos = PhotosField(
        label=_("Photos of what is wrong"),
        required=False,
        help_text=_("Up to 6 photos, each up to 8 MB. Only you, the pesantren and the office see them."),
    )
    drop = forms.MultipleChoiceField(
        label=_("Leave out photos you have sent"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("Anything else the pesantren should know"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    signed_name = forms.CharField(
        label=_("Your full name"),
        max_length=100,
        help_text=_("It stands for your signature."),
        error_messages={"required": _("Write your full name to sign.")},
    )

    def __init__(
        self, *args: Any, lines: Sequence[FulfilmentLine], kept: Sequence[AcceptancePhoto], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines, self.kept = lines, kept
        for line in lines:
            self._add_line(line)
        self.fields["drop"].choices = [  # type: ignore[attr-defined]
            (str(photo.token), _("Photo %(number)s") % {"number": number})
            for number, photo in enumerate(kept, start=1)
        ]
        if not kept:
            del self.fields["drop"]
        self.order_fields([*(name for line in lines for name in self._names(line))])

    @staticmethod
    def _names(line: FulfilmentLine) -> tuple[str, str]:
        return f"accepted_{line.pk}", f"reason_{line.pk}"

    def _add_line(self, line: FulfilmentLine) -> None:
        accepted, reason = self._names(line)
        self.fields[accepted] = WholeNumberField(
            label=_("Accepted, of %(quantity)s %(unit)s sent")
            % {"quantity": line.quantity, "unit": line.line.unit_here},
            initial=line.quantity,
            most=line.quantity,
            error_messages={"required": _("Write how many you accept; 0 if none.")},
        )
        self.fields[reason] = forms.CharField(
            label=_("If fewer: what is wrong?"), required=False, max_length=300
        )

    def rows(self) -> list[dict[str, Any]]:
        """The lines with their two fields, for the page."""
        found = []
        for line in self.lines:
            accepted, reason = self._names(line)
            found.append({"line": line, "accepted": self[accepted], "reason": self[reason]})
        return found

    def clean_signed_name(self) -> str:
        name = " ".join(self.cleaned_data["signed_name"].split())
        if sum(sign.isalpha() for sign in name) < 2:
            raise ValidationError(_("Write your full name to sign."), code="name")
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for line in self.lines:
            accepted, reason = self._names(line)
            count = data.get(accepted)
            if count is not None and count < line.quantity and not data.get(reason):
                self.add_error(reason, _("Please say why you do not accept all of it."))
        if self.photos_left() + len(data.get("photos", [])) > MOST:
            self.add_error("photos", _("At most 6 photos, please."))
        return data

    def photos_left(self) -> int:
        return len(self.kept) - len(self.cleaned_data.get("drop", []))

    def accepted(self) -> dict[int, int]:
        return {line.pk: self.cleaned_data[self._names(line)[0]] for line in self.lines}

    def reasons(self) -> dict[int, str]:
        """A reason beside a line that is accepted whole says nothing and is dropped."""
        return {
            line.pk: self.cleaned_data[self._names(line)[1]]
            for line in self.lines
            if self.cleaned_data[self._names(line)[0]] < line.quantity
        }
