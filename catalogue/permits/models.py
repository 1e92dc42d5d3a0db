"""Permits of a pesantren for its goods, and the dated rules that say which goods need which."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from catalogue.models import Commodity, Product, ProductClass
from catalogue.permits import states
from catalogue.permits.kinds import Kind
from marketplace.pesantren.models import Partner


class PermitRule(models.Model):
    """From `valid_from` on, goods of this class need one of these kinds. `topic` parts what is asked apart:
    "distribution" and "halal" are two rules of one class.

    A rule of one `commodity` holds for it instead of its class's rules of that topic. A rule without kinds cannot be
    met as things stand: the listing has to say first which good it is.
    """

    product_class = models.ForeignKey(ProductClass, on_delete=models.CASCADE, related_name="permit_rules")
    commodity = models.ForeignKey(
        Commodity, on_delete=models.CASCADE, null=True, blank=True, related_name="permit_rules"
    )
    topic = models.SlugField(max_length=20)
    kinds = ArrayField(models.CharField(max_length=12, choices=Kind.choices), blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300)
    is_assumed = models.BooleanField(default=False)  # no source says just this

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product_class", "commodity", "topic", "valid_from"],
                nulls_distinct=False,
                name="permit_rule_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.commodity_id or self.product_class_id} {self.topic} from {self.valid_from}"


def evidence_path(permit: "Permit", filename: str) -> str:
    return f"private/permits/{permit.token}.{filename.rsplit('.', 1)[-1]}"


class Permit(models.Model):
    """One paper or declaration, for some listings of one pesantren. The public page shows its certificates."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="permits")
    products = models.ManyToManyField(Product, related_name="permits")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    number = models.CharField(max_length=60, blank=True)
    issuer = models.CharField(max_length=100, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)  # its last valid day
    evidence = models.FileField(upload_to=evidence_path, blank=True)
    token = models.UUIDField(default=uuid4, unique=True)
    state = models.CharField(max_length=10, choices=states.CHOICES, default=states.PROPOSED)
    why = models.CharField(max_length=300, blank=True)  # why the office did not accept it
    proposed_at = models.DateTimeField(default=timezone.now)
    proposed_by = models.ForeignKey("customer.User", on_delete=models.SET_NULL, null=True, related_name="+")
    is_example = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["state", "expires_on"], name="permit_state_expires")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(expires_on=None) | Q(expires_on__gte=F("valid_from")),
                name="permit_dates_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()
