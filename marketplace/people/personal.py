"""What we keep about people themselves (see common/personal.py)."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.common.actor import SYSTEM
from marketplace.common.personal import Holding, Rows
from marketplace.people.models import DataRequest, User
from marketplace.people.states import GONE, READY, REQUEST

IDLE = timedelta(days=3 * 365)
NOTICE = timedelta(days=30)


def _export(person: User) -> Rows:
    return [
        {
            "name": person.name,
            "email": person.email,
            "phone": person.phone,
            "language": person.language,
            "time_zone": person.time_zone,
            "joined": person.date_joined.isoformat(),
            "last_sign_in": person.last_login.isoformat() if person.last_login else None,
        }
    ]


def _hinders(person: User) -> list[str]:
    return [_("You work for the office. Ask the office to end your account.")] if person.staff_role else []


def _erase(person: User) -> None:
    """The number of the account stays, so that books and histories still point to somebody; all else goes."""
    person.set_unusable_password()  # ends every session
    User.objects.filter(pk=person.pk).update(
        name="",
        email=f"erased-{person.pk}@invalid.example",  # a person needs an address or a number; this one leads nowhere
        phone=None,
        password=person.password,
        is_active=False,
        last_login=None,
    )


def idle(now: datetime, for_: timedelta = IDLE) -> Q:
    """Accounts nobody signed in to for this long; staff accounts are the office's to end."""
    return Q(seen__lt=now - for_, erased_at=None, staff_role="", is_superuser=False)


def accounts_seen() -> Any:
    return User.objects.annotate(seen=Coalesce("last_login", "date_joined"))


def _purge(now: datetime) -> int:
    """Files of copies that were kept long enough. Unused accounts end through services.end_idle."""
    rows = DataRequest.objects.filter(state=READY, expires_at__lte=now)
    return sum(_forget(row) for row in rows.iterator())


def _forget(row: DataRequest) -> int:
    row.file.delete(save=False)
    REQUEST.move(row, GONE, actor=SYSTEM, file="")
    return 1


ACCOUNT = Holding(
    code="account",
    what=gettext_lazy(
        "Your account: name, e-mail address, telephone number, language, time zone, and your password in a form "
        "nobody can read."
    ),
    purpose=gettext_lazy("So that you can sign in, and so that we reach you about your orders."),
    basis=gettext_lazy("Contract with you"),
    kept=gettext_lazy("Until you delete it, or three years after your last sign-in; we write to you before."),
    export=_export,
    erase=_erase,
    hinders=_hinders,
    purge=_purge,
)
