"""What counts as a claim is data; a change of texts that makes a new one is a row that the office decides on."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, gettext

from catalogue.claims import states
from catalogue.models import Product
from catalogue.permits.kinds import Kind
from marketplace.pesantren.models import Partner


class Claim(models.Model):
    """One thing a seller may say of its goods that buyers rely on and cannot see ("halal", "organic").

    `permits`: kinds of confirmed permit that prove it; without one it is looked at by a person.
    """

    code = models.SlugField(max_length=30, unique=True)
    text_id = models.CharField(max_length=100)
    text_en = models.CharField(max_length=100)
    text_ar = models.CharField(max_length=100)
    permits = ArrayField(models.CharField(max_length=12, choices=Kind.choices), default=list, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return str(getattr(self, f"text_{get_language() or 'id'}", self.text_id))


class Sign(models.Model):
    """What shows that a text makes the claim: a word or phrase in any language, or an answer to a question of the
    class. In a phrase `*` stands for one more word ("bebas *")."""

    WORD, ATTRIBUTE = "word", "attribute"
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="signs")
    kind = models.CharField(max_length=10, choices=[(WORD, WORD), (ATTRIBUTE, ATTRIBUTE)])
    text = models.CharField(max_length=60)
    source = models.CharField(max_length=300)
    is_assumed = models.BooleanField(default=False)  # no source says just this

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "text"], name="claim_sign_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.text}"


class ProposedChange(models.Model):
    """Texts that wait for the office. `before` and `after` hold only what waits: the name, the description, or an
    answer ("a_grade"); of a pesantren, its "about". `first`: nobody has seen the listing yet, it is stopped until this
    is decided."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, null=True, blank=True, related_name="proposed_changes"
    )
    partner = models.ForeignKey(  # whose own text it is; of a listing's text nothing
        Partner, on_delete=models.CASCADE, null=True, blank=True, related_name="proposed_changes"
    )
    before: Any = models.JSONField(default=dict)
    after: Any = models.JSONField(default=dict)
    claims: Any = models.JSONField(default=list)  # [{"code": "halal", "text": "Halal"}] as they were seen
    is_first = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=states.CHOICES, default=states.WAITS)
    why = models.CharField(
        max_length=300, blank=True
    )  # why the office did not accept it, or what overtook it
    proposed_at = models.DateTimeField(default=timezone.now)
    proposed_by = models.ForeignKey("customer.User", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["state", "proposed_at"], name="claim_state_proposed")]
        constraints = [
            models.UniqueConstraint(
                fields=["product"], condition=Q(state=states.WAITS), name="claim_one_waits"
            ),
            models.UniqueConstraint(
                fields=["partner"], condition=Q(state=states.WAITS), name="claim_one_waits_about"
            ),
            models.CheckConstraint(
                condition=Q(product=None, partner__isnull=False) | Q(product__isnull=False, partner=None),
                name="claim_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {', '.join(claim['text'] for claim in self.claims)}"

    @property
    def seller(self) -> Partner:
        """Whose text it is."""
        if self.product:
            return self.product.seller
        assert self.partner is not None
        return self.partner

    @property
    def title(self) -> str:
        """What the text is about, as lists name it."""
        return (
            str(self.product.title)
            if self.product
            else gettext("About %(name)s") % {"name": self.seller.name}
        )
