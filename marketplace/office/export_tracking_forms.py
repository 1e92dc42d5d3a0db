"""Forms of the export desk's tracking: one event by hand, a file of events, a temperature log."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm
from marketplace.exports import states
from marketplace.exports.models import Consignment, Event
from marketplace.exports.services.events import Told
from marketplace.exports.tracking import codes, event_files
from marketplace.reference.models import Port


class EventForm(AccessibleForm):
    """One event. The time is that of the place; everything but code and time may stay as it stands."""

    code = forms.ChoiceField(label=_("What happened"))
    classifier = forms.ChoiceField(label=_("How sure"), choices=states.CLASSIFIERS, initial=states.ACT)
    time = forms.DateTimeField(
        label=_("When"),
        help_text=_("The time on the clocks of that place."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    port = forms.ModelChoiceField(
        label=_("Where"),
        queryset=Port.objects.none(),
        required=False,
        empty_label=_("where it usually happens"),
    )
    location = forms.CharField(label=_("Another place"), max_length=80, required=False)
    pieces = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=1_000_000, required=False)
    is_partial = forms.BooleanField(label=_("Only a part of the goods"), required=False)
    reason = forms.CharField(label=_("Note"), max_length=120, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, consignment: Consignment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consignment = consignment
        choices = [(one.code, f"{one.code}: {one.name}") for one in codes.of_mode(consignment.mode)]
        self.fields["code"].choices = choices  # type: ignore[attr-defined]
        self.fields["port"].queryset = Port.objects.order_by("country", "name")  # type: ignore[attr-defined]

    def clean_time(self) -> datetime:
        """As typed, without a zone: which clock it is depends on the place."""
        found: datetime = self.cleaned_data["time"]
        return found.replace(tzinfo=None)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        known = codes.find(data.get("code", ""), self.consignment.mode)
        if known and data.get("classifier") and data["classifier"] not in known.classifiers:
            self.add_error("classifier", _("This code cannot be planned or expected, it only happens (ACT)."))
        if data.get("is_partial") and not data.get("pieces"):
            self.add_error("pieces", _("How many pieces? They are added up until all are there."))
        if not {"code", "classifier", "time", "port"} & self.errors.keys():
            self._check_time(data)
        return data

    def _check_time(self, data: dict[str, Any]) -> None:
        try:
            event_files.check_happened(self.consignment, data["classifier"], self._moment(data)[0])
        except event_files.Faulty as fault:
            self.add_error("time", str(fault))

    def _moment(self, data: dict[str, Any]) -> tuple[datetime, int]:
        zone = event_files.clock_of(self.consignment, data["code"], data["port"])
        return event_files.moment(data["time"].isoformat(), zone)

    def told(self) -> Told:
        data = self.cleaned_data
        at, offset = self._moment(data)
        return Told(
            code=data["code"],
            at=at,
            source=Event.HAND,
            source_id=str(data["key"]),
            classifier=data["classifier"],
            offset_minutes=offset,
            port=data["port"],
            location="" if data["port"] else data["location"],
            pieces=data["pieces"],
            is_partial=data["is_partial"],
            reason=data["reason"],
        )


class RetractForm(AccessibleForm):
    why = forms.CharField(label=_("Why it is taken back"), max_length=120)


class EventsFileForm(AccessibleForm):
    """A file, or its text once more after something in it was wrong."""

    file = forms.FileField(label=_("CSV file"), required=False, allow_empty_file=True)
    text = forms.CharField(
        label=_("The rows"),
        required=False,
        strip=False,
        max_length=event_files.MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    leave_out = forms.BooleanField(
        label=_("Leave out the rows that are wrong and record the others"), required=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("file"):
            try:
                data["text"] = event_files.as_text(data["file"].read(event_files.MOST_BYTES + 1))
            except event_files.Faulty as fault:
                self.add_error("file", str(fault))
        elif not data.get("text"):
            self.add_error("file", _("Please choose a file."))
        return data
