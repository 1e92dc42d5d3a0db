"""People who sign in (Oscar's `customer`). What they may do follows from roles, never from is_staff."""

from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.common import access
from marketplace.people import states


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str | None = None, password: str | None = None, **fields: object) -> "User":
        """Make a person from an e-mail address or a telephone number (E.164), or both."""
        email = email.strip().lower() if email else None
        if not email and not fields.get("phone"):
            raise ValueError("A person needs an e-mail address or a telephone number.")
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: object) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """One person. Signs in with e-mail or phone; the language and zone decide how mails and times read."""

    STAFF_ROLES = [
        (access.OFFICE, _("Programme office")),
        (access.EXPORT, _("Export coordinator")),
        (access.PROGRAMME, _("Programme officer")),
        (access.MENTOR, _("Mentor")),
    ]
    LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English"), ("ar", "العربية")]

    email = models.EmailField(_("E-mail"), unique=True, null=True, blank=True)
    phone = models.CharField(_("Telephone"), max_length=16, unique=True, null=True, blank=True)  # E.164
    name = models.CharField(_("Name"), max_length=150)
    language = models.CharField(_("Language"), max_length=2, choices=LANGUAGES, default="id")
    time_zone = models.CharField(max_length=40, default="Asia/Jakarta")
    staff_role = models.CharField(max_length=10, choices=STAFF_ROLES, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    idle_notice_at = models.DateTimeField(null=True, blank=True)  # told that the unused account will end
    erased_at = models.DateTimeField(null=True, blank=True)  # only the number of the account is left

    objects = UserManager()
    USERNAME_FIELD = "email"

    class Meta:
        app_label = "customer"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email__isnull=False) | models.Q(phone__isnull=False),
                name="person_has_email_or_phone",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or ""

    @property
    def is_staff(self) -> bool:
        """Oscar asks for it. Nobody who sells or buys is staff in Oscar's sense."""
        return self.is_superuser


def export_path(request: "DataRequest", filename: str) -> str:
    return f"private/data/{request.token}.json"


class DataRequest(models.Model):
    """A person asks for a copy of the own data, or for the account to be deleted."""

    COPY, ERASURE = "copy", "erasure"
    KINDS = [(COPY, _("A copy of my data")), (ERASURE, _("Deletion of my account"))]

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="data_requests")
    kind = models.CharField(max_length=10, choices=KINDS)
    state = models.CharField(max_length=10, choices=states.CHOICES, default=states.ASKED)
    token = models.UUIDField(default=uuid4, unique=True)
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(db_index=True)  # when it is to be done; a copy at once
    expires_at = models.DateTimeField(null=True)  # when the file goes
    file = models.FileField(upload_to=export_path, blank=True)

    class Meta:
        app_label = "customer"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"], condition=models.Q(state=states.ASKED), name="data_request_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}: {self.state}"


from oscar.apps.customer.models import *  # noqa: E402, F403 - Oscar's own, after ours
