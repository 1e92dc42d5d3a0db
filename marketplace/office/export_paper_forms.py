"""What the export desk types about papers: figures read off them, reasons, links, how customs know an exporter."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.forms import AccessibleForm, WholeNumberField, ascii_digits
from marketplace.exports.models import ExporterIdentity, Paper, UploadLink
from marketplace.exports.papers import rules
from marketplace.exports.services.links import MOST_DAYS
from marketplace.exports.services.uploads import asked_of
from marketplace.ledger.amounts import AmountField
from marketplace.office.export_fields import KilogramField
from offtakers.numbers import check_nib, check_npwp

MOST = 10**9


class CheckForm(AccessibleForm):
    """The figures that stand on an issued paper; each is compared with the facts."""

    packages = WholeNumberField(
        label=_("Packages on the paper"),
        least=1,
        most=10**6,
        error_messages={"required": _("Write how many.")},
    )
    gross_g = KilogramField(
        label=_("Gross weight on the paper, kg"), error_messages={"required": _("Write the weight.")}
    )
    fob = AmountField(
        label=_("FOB value on the paper"), most=MOST, error_messages={"required": _("Write the value.")}
    )
    read = forms.BooleanField(
        label=_("I have read the paper: names, goods, numbers and dates are right."),
        error_messages={"required": _("Please read the paper first.")},
    )

    def __init__(self, *args: Any, paper: Paper, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        for name in {"packages", "gross_g", "fob"} - set(asked_of(paper)):
            del self.fields[name]
        if "fob" in self.fields:
            self.fields["fob"].label = _("FOB value on the paper, %(currency)s") % {"currency": currency}

    def clean_fob(self) -> int:
        field: Any = self.fields["fob"]
        return int(field.in_minor(self.cleaned_data["fob"], self.currency))

    @property
    def seen(self) -> dict[str, int]:
        return {name: value for name, value in self.cleaned_data.items() if name != "read"}


class LinkForm(AccessibleForm):
    """For whom the link is, and for which papers."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=UploadLink.ROLES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the role.")},
    )
    name = forms.CharField(
        label=_("For whom"), max_length=100, error_messages={"required": _("Write the person or company.")}
    )
    kinds = forms.MultipleChoiceField(
        label=_("Papers"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one paper.")},
    )
    days = WholeNumberField(label=_("Days until it ends"), least=1, most=MOST_DAYS, initial=14)

    def __init__(self, *args: Any, papers: list[Paper], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kinds"]
        kinds = [rules.kinds()[paper.kind] for paper in papers]
        field.choices = [(kind.code, str(kind)) for kind in kinds if not kind.made_here]


class IdentityForm(AccessibleForm):
    """How customs and origin offices know the exporter."""

    name = forms.CharField(label=_("Name as registered"), max_length=150)
    address = forms.CharField(label=_("Address"), max_length=300)
    npwp = forms.CharField(label="NPWP", max_length=25)
    nib = forms.CharField(label="NIB", max_length=20)
    rex = forms.CharField(
        label=_("REX number"), max_length=40, required=False, help_text=_("Only for exports to the EU.")
    )
    customs_office = forms.CharField(
        label=_("Customs office of export"), max_length=100, help_text=_("As it stands in the PEB.")
    )
    export_type = forms.CharField(label=_("Type of export"), max_length=60, initial="Ekspor biasa")
    facility = forms.CharField(label=_("Type of facility"), max_length=60, initial="Tanpa fasilitas")

    def clean_npwp(self) -> str:
        number = re.sub(r"[\s.\-]", "", ascii_digits(self.cleaned_data["npwp"]))
        check_npwp(number)
        return number

    def clean_nib(self) -> str:
        number = re.sub(r"\s", "", ascii_digits(self.cleaned_data["nib"]))
        check_nib(number)
        return number

    @staticmethod
    def of(identity: ExporterIdentity | None, exporter: Any) -> dict[str, str]:
        """What it begins with."""
        if identity is None:
            return {
                "name": exporter.name,
                "address": f"{exporter.regency}, {exporter.regency.province}, Indonesia",
            }
        return {name: getattr(identity, name) for name in IdentityForm.base_fields}
