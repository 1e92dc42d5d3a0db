"""What customs and origin offices know an exporter by."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.pesantren.models import Partner
from offtakers.numbers import check_nib, check_npwp


class ExporterIdentity(models.Model):
    """Stands on PEB and certificates of origin; kept by the export desk. What a PEB never gets corrected is here."""

    exporter = models.OneToOneField(Partner, on_delete=models.PROTECT, related_name="export_identity")
    name = models.CharField(_("Name as registered"), max_length=150)
    address = models.CharField(_("Address"), max_length=300)
    npwp = models.CharField("NPWP", max_length=16, validators=[check_npwp])
    nib = models.CharField("NIB", max_length=13, validators=[check_nib])
    rex = models.CharField(_("REX number"), max_length=40, blank=True)
    customs_office = models.CharField(_("Customs office of export"), max_length=100)
    export_type = models.CharField(_("Type of export"), max_length=60, default="Ekspor biasa")
    facility = models.CharField(_("Type of facility"), max_length=60, default="Tanpa fasilitas")

    class Meta:
        verbose_name_plural = "exporter identities"

    def __str__(self) -> str:
        return self.name
