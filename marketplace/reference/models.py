"""Places, as data: a province is a row, so that other provinces can copy the programme."""

from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from oscar.apps.address.abstract_models import AbstractUserAddress

# Indonesia's three times by Kemendagri code (Keppres 41/1987); every other province keeps western time, and so does an
# invented one.
CENTRAL = frozenset({"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"})
EASTERN = frozenset({"81", "82", "91", "92", "93", "94", "95", "96"})


class Province(models.Model):
    code = models.CharField(max_length=2, unique=True)  # Kemendagri: "32"
    name = models.CharField(max_length=60)

    class Meta:
        app_label = "address"

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """By its clock begin and end the days of its reports."""
        if self.code in CENTRAL:
            return ZoneInfo("Asia/Makassar")
        return ZoneInfo("Asia/Jayapura" if self.code in EASTERN else "Asia/Jakarta")


class Regency(models.Model):
    """A kabupaten or kota. Six names of West Java are both, so the prefix is always shown."""

    KABUPATEN, KOTA = "kabupaten", "kota"
    KINDS = [(KABUPATEN, "Kabupaten"), (KOTA, "Kota")]

    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="regencies")
    code = models.CharField(max_length=5, unique=True)  # Kemendagri: "32.04"
    kind = models.CharField(max_length=10, choices=KINDS)
    name = models.CharField(max_length=60)
    latitude = models.FloatField(null=True)  # of the centroid, where a source gives it: West Java
    longitude = models.FloatField(null=True)

    class Meta:
        app_label = "address"
        ordering = ["kind", "name"]
        verbose_name_plural = "regencies"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"

    @property
    def short(self) -> str:
        """ "Kab. Garut" or "Kota Bandung"."""
        return f"{'Kab.' if self.kind == self.KABUPATEN else 'Kota'} {self.name}"


class District(models.Model):
    """A kecamatan. Within one kabupaten or kota its name is unique, so addresses keep the name."""

    regency = models.ForeignKey(Regency, on_delete=models.PROTECT, related_name="districts")
    code = models.CharField(max_length=8, unique=True)  # Kemendagri: "32.04.05"
    name = models.CharField(max_length=60)

    class Meta:
        app_label = "address"
        constraints = [
            models.UniqueConstraint(fields=["regency", "name"], name="address_district_name_in_regency")
        ]

    def __str__(self) -> str:
        return self.name


class Port(models.Model):
    """A seaport or an airport by its UN/LOCODE. Carriers write other codes for the same place: `aliases`."""

    code = models.CharField(max_length=5, unique=True)  # UN/LOCODE: "AEJEA"
    name = models.CharField(max_length=60)
    country = models.CharField(max_length=2)  # ISO 3166-1 alpha-2
    by_sea = models.BooleanField()
    by_air = models.BooleanField()
    aliases = ArrayField(models.CharField(max_length=5), default=list)  # other UN/LOCODEs, IATA codes

    class Meta:
        app_label = "address"
        constraints = [
            models.CheckConstraint(condition=Q(by_sea=True) | Q(by_air=True), name="port_by_sea_or_air")
        ]
        ordering = ["country", "name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Incoterm(models.Model):
    """A rule of Incoterms 2020: who pays what, and where the risk passes. The facts are English, as in the source."""

    code = models.CharField(max_length=3, unique=True)
    position = models.PositiveSmallIntegerField()  # from the least the seller does to the most
    sea_only = models.BooleanField()  # never for air freight or containers handed over inland
    risk_passes = models.CharField(max_length=60)
    main_carriage = models.CharField(max_length=6)  # who pays: "buyer" or "seller"
    insurance = models.CharField(max_length=40, blank=True)
    export_clearance = models.CharField(max_length=6)
    import_duty = models.CharField(max_length=6)

    class Meta:
        app_label = "address"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.code


class IndonesianAddress(models.Model):
    """What an Indonesian address has beside Oscar's lines: kabupaten/kota, kecamatan, desa or kelurahan."""

    regency = models.ForeignKey(
        Regency, verbose_name=_("Kabupaten or kota"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    if TYPE_CHECKING:  # Oscar's, which this stands beside
        line1: str
        line2: str
        postcode: str | None
    district = models.CharField(_("Kecamatan"), max_length=60, blank=True)
    village = models.CharField(_("Desa or kelurahan"), max_length=60, blank=True)

    class Meta:
        abstract = True

    def lines(self) -> list[str]:
        """The address as it is written on a parcel, without the name."""
        place = ", ".join(part for part in (self.village, self.district) if part)
        last = f"{self.regency or ''} {self.postcode or ''}".strip()
        return [part for part in (self.line1, self.line2, place, last) if part]


class UserAddress(IndonesianAddress, AbstractUserAddress):
    """An address a buyer keeps for the next order; the same one only once."""

    class Meta(AbstractUserAddress.Meta):
        abstract = False
        ordering = ["-is_default_for_shipping", "-pk"]

    def generate_hash(self) -> str:
        """Oscar's knows no kabupaten, kecamatan or desa: the same street name in two places would be one."""
        written = "\n".join([self.name, *self.lines()]).casefold()
        return sha256(written.encode()).hexdigest()


from oscar.apps.address.models import *  # noqa: E402, F403 - Oscar's own, after ours
