"""The mail outbox: a mail is a row first, so that no crash loses it and no retry sends it for ever."""

from django.db import models


class Mail(models.Model):
    """One mail to one address, already written in the reader's language."""

    key = models.CharField(max_length=160, unique=True)  # what it is about: "order-placed/26-…": written once
    to = models.EmailField()
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    message_id = models.CharField(max_length=120, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(null=True, db_index=True)  # empty once sent or given up
    sent = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-created"]
        indexes = [
            models.Index(
                fields=["created"], condition=models.Q(sent=None, next_try=None), name="mail_given_up"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"
