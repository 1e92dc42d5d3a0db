"""What is sold: products, commodity facts, certificates, and Oscar's classes, attributes, categories."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.abstract_models import AbstractProduct, AbstractProductClass, AbstractProductImage

from catalogue import states
from catalogue.consent import HOWS
from catalogue.permits.kinds import PAPERS, Kind
from marketplace.common.prose import plain
from marketplace.pesantren.models import Partner
from marketplace.reference.models import Regency

TYPED_TEXTS = [f"{name}{suffix}" for name in ("title", "description") for suffix in ("_ind", "_en", "_ar")]


class DeliveryKind(models.TextChoices):
    COURIER = "courier", _("Parcel courier")
    CARGO = "cargo", _("Cargo truck")
    VEHICLE = "vehicle", _("Seller's vehicle")
    PICKUP = "pickup", _("Pick up at the pesantren")


BY_WEIGHT = "kg"  # code of the one unit that is a weight: a kilogram weighs a kilogram


class Unit(models.Model):
    """What a price is for: kg, piece, kodi (20 pieces), lusin (12 pieces) …"""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=40)
    pieces = models.PositiveIntegerField(default=1)
    net_g = models.PositiveIntegerField(null=True, blank=True)  # what is in one, where the unit is a weight

    class Meta:
        app_label = "catalogue"

    def __str__(self) -> str:
        return self.name


class Commodity(models.Model):
    """Facts of a good that do not depend on who sells it. `assumed` names the columns without a source."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    also = models.CharField(max_length=300, blank=True)  # other words for it in any language, parted by ;
    # Listings of this class choose it.
    product_class = models.ForeignKey(
        "catalogue.ProductClass", on_delete=models.SET_NULL, null=True, blank=True, related_name="goods"
    )
    hs6 = models.CharField(max_length=6, blank=True)
    hs8 = models.CharField(max_length=12, blank=True)  # Indonesian tariff line
    storage_celsius = models.CharField(max_length=40, blank=True)
    humidity = models.CharField(max_length=40, blank=True)
    shelf_life_days = models.CharField(max_length=60, blank=True)
    harvest_months = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    grades = models.CharField(max_length=200, blank=True)
    export_mode = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=300, blank=True)
    assumed = ArrayField(models.CharField(max_length=30), default=list, blank=True)

    class Meta:
        app_label = "catalogue"
        verbose_name_plural = "commodities"

    def __str__(self) -> str:
        return self.name

    @property
    def keeps_days(self) -> int:
        """How many days it keeps at least ("14..28" gives 14); 0: it keeps, or nobody says how long."""
        least = self.shelf_life_days.partition("..")[0].strip()
        return int(least) if least.isascii() and least.isdigit() else 0


class ProductClass(AbstractProductClass):
    """A commodity class: attributes are Oscar's; how it travels and how long one may complain, ours."""

    perishable = models.BooleanField(default=False)
    grows = models.BooleanField(default=False)  # such goods have a harvest, also those that keep
    delivery_kinds = ArrayField(
        models.CharField(max_length=10, choices=DeliveryKind.choices), default=list, blank=True
    )
    claim_hours = models.PositiveSmallIntegerField(default=120)
    sector = models.ForeignKey(  # where a new listing stands unless its pesantren says otherwise
        "catalogue.Category", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta(AbstractProductClass.Meta):
        abstract = False

    @property
    def has_harvest(self) -> bool:
        """Its listings are asked in which months they are harvested."""
        return self.grows or self.perishable


class Product(AbstractProduct):
    """One listing of one pesantren."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="products", null=True)
    commodity = models.ForeignKey(
        Commodity, on_delete=models.PROTECT, null=True, blank=True, related_name="products"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    origin = models.ForeignKey(Regency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    harvest_months = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True
    )  # empty: all year
    hs6 = models.CharField(max_length=6, blank=True)
    hs8 = models.CharField(max_length=12, blank=True)
    net_weight_g = models.PositiveIntegerField(null=True, blank=True)  # of one unit
    gross_weight_g = models.PositiveIntegerField(null=True, blank=True)
    carton_quantity = models.PositiveIntegerField(null=True, blank=True)  # units in a carton
    carton_cm = models.CharField(max_length=20, blank=True)  # "60x40x30"
    source = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=states.CHOICES, default=states.ON_SALE)
    stopped_why = models.CharField(max_length=300, blank=True)  # shown to the pesantren while it is stopped
    # Hidden because its pesantren is suspended, whatever its own state; the database sees to it (migration 0041).
    is_held = models.BooleanField(default=False)
    claims_open = models.BooleanField(
        default=False
    )  # its texts claim what nobody confirmed (catalogue.claims)

    class Meta(AbstractProduct.Meta):
        abstract = False
        indexes = [models.Index(fields=["is_public", "-date_created"], name="product_public_newest")]
        constraints = [
            # Whatever else writes them: what is a draft, paused or stopped is never shown.
            models.CheckConstraint(
                condition=models.Q(state=states.ON_SALE) | models.Q(is_public=False),
                name="product_public_on_sale",
            ),
            models.CheckConstraint(
                condition=models.Q(is_held=False, claims_open=False) | models.Q(is_public=False),
                name="product_public_not_held",
            ),
        ]

    @property
    def seller(self) -> Partner:
        """The pesantren; Oscar's own child products have none, and we make none of those."""
        assert self.partner is not None
        return self.partner

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Sellers type plain text: markup is taken out of every language before anything is stored."""
        for name in TYPED_TEXTS:
            if getattr(self, name):
                setattr(self, name, plain(getattr(self, name)))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("catalogue:detail", args=[self.slug or slugify(self.title) or "produk", self.pk])


class ProductImage(AbstractProductImage):
    """A picture. Illustrations are marked so wherever they could be taken for the goods."""

    is_illustration = models.BooleanField(default=False)
    alt = models.CharField(max_length=200, blank=True)
    width = models.PositiveIntegerField(default=0)  # above 0: the WebP widths are made
    height = models.PositiveIntegerField(default=0)
    avif_ready = models.BooleanField(default=False)  # the smaller AVIF widths come later, in the background
    upload_key = models.UUIDField(null=True, blank=True)  # the same photo sent again is the same row

    class Meta(AbstractProductImage.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["product", "upload_key"], name="product_photo_once"),
        ]


class PhotoConsent(models.Model):
    """A person can be recognised in this picture, and agreed to it; for a santri or a child the guardian agreed.
    It goes with the picture."""

    image = models.OneToOneField(ProductImage, on_delete=models.CASCADE, related_name="consent")
    agreed_by = models.CharField(max_length=100)  # the person, or the guardian
    is_guardian = models.BooleanField(default=False)
    agreed_on = models.DateField()
    how = models.CharField(max_length=10, choices=HOWS)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey("customer.User", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        app_label = "catalogue"
        constraints = [
            models.CheckConstraint(condition=~models.Q(agreed_by=""), name="photo_consent_by_somebody")
        ]

    def __str__(self) -> str:
        return f"photo {self.image_id}: {self.agreed_on}"


class ListingDraft(models.Model):
    """What somebody typed for a listing that is not complete yet, as typed. It goes when the listing is published."""

    product = models.OneToOneField(Product, on_delete=models.CASCADE, related_name="draft")
    key = models.UUIDField(unique=True)  # pressing "new" twice makes one
    answers = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "catalogue"

    def __str__(self) -> str:
        return f"draft of {self.product_id}"


class ListingViews(models.Model):
    """How often a listing's page was looked at on one day. It knows no person and no address."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="views_by_day")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "catalogue"
        constraints = [models.UniqueConstraint(fields=["product", "day"], name="listing_views_once")]
        indexes = [models.Index(fields=["day"], name="listing_views_day")]

    def __str__(self) -> str:
        return f"{self.product_id}, {self.day}: {self.count}"


class Certificate(models.Model):
    """A paper that says something of a product, with its number and validity."""

    KINDS = [*PAPERS, (Kind.NON_HALAL.value, Kind.NON_HALAL.label)]
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="certificates")
    kind = models.CharField(max_length=10, choices=KINDS)
    number = models.CharField(max_length=60)
    issuer = models.CharField(max_length=100, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    is_example = models.BooleanField(default=False)

    class Meta:
        app_label = "catalogue"
        constraints = [models.UniqueConstraint(fields=["product", "kind", "number"], name="certificate_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


from oscar.apps.catalogue.models import *  # noqa: E402, F403 - Oscar's own, after ours
