"""Rows every room leaves behind: changes of state, and counted attempts for rate limits."""

from django.db import models


class StateChange(models.Model):
    """One move of one machine: when, from, to, who, why. Append-only (a trigger refuses changes)."""

    subject_type = models.CharField(max_length=60)  # "fulfilment.fulfilment"
    subject_id = models.BigIntegerField()
    before = models.CharField(max_length=30)
    after = models.CharField(max_length=30)
    # Not a key: people stand above this floor, and a deleted person must not take the history along.
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    why = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id", "at"], name="state_change_subject")]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}: {self.before} → {self.after}"


class Attempt(models.Model):
    """How often something that can be abused was tried in one window (see ratelimit.py)."""

    key = models.CharField(max_length=160, unique=True)
    count = models.PositiveIntegerField(default=0)
    window_ends = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
