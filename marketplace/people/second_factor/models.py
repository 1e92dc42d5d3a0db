"""A person's authenticator app, its recovery codes, and resets by the office for a lost phone."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from marketplace.people.second_factor import states


class SecondFactor(models.Model):
    """One row a person. The secret of the app is not kept: codes.secret() makes it from `seed` and a key of the
    settings, so that the tables alone open nothing (decision 0036)."""

    user = models.OneToOneField("customer.User", on_delete=models.CASCADE, related_name="second_factor")
    state = models.CharField(max_length=3, choices=states.CHOICES, default=states.OFF)
    seed = models.CharField(max_length=40, blank=True)
    key_mark = models.CharField(max_length=8, blank=True)  # which key of the settings the secret is made with
    last_step = models.BigIntegerField(default=0)  # the newest step of 30 seconds whose code was used
    wrong = models.PositiveSmallIntegerField(default=0)  # wrong codes since the last right one
    locked_until = models.DateTimeField(null=True, blank=True)
    on_since = models.DateTimeField(null=True, blank=True)
    money_from = models.DateTimeField(null=True, blank=True)  # after a reset money waits until then

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=states.OFF) | (~Q(seed="") & ~Q(key_mark="") & Q(on_since__isnull=False)),
                name="second_factor_on_has_seed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.state}"

    @property
    def is_on(self) -> bool:
        return self.state == states.ON


class RecoveryCode(models.Model):
    """Opens once, in place of the app. Only its digest is kept."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"{self.factor_id}: {'used' if self.used_at else 'unused'}"


class Reset(models.Model):
    """The office takes two-step verification away from somebody whose phone and codes are lost.

    For people of the office two others must agree; the database refuses the same one twice.
    """

    user = models.ForeignKey("customer.User", on_delete=models.CASCADE, related_name="second_factor_resets")
    why = models.CharField(max_length=300)
    needs_two = models.BooleanField()
    state = models.CharField(max_length=10, choices=states.RESET_CHOICES, default=states.PROPOSED)
    proposed_by = models.ForeignKey("customer.User", on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey("customer.User", on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state=states.PROPOSED), name="second_factor_reset_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(proposed_by=F("user"))
                & (Q(decided_by=None) | Q(state=states.REFUSED) | ~Q(decided_by=F("user"))),
                name="second_factor_reset_by_others",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.DONE)
                | Q(needs_two=False)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="second_factor_reset_two_people",
            ),
        ]
        indexes = [models.Index(fields=["state", "proposed_at"], name="second_factor_reset_state")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.state}"
