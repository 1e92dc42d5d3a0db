"""What the programme's years keep about people (see common/personal.py)."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy

from marketplace.common.personal import Holding, Rows, in_batches, update_in_batches
from marketplace.programme import states
from marketplace.programme.models import Officer, Participation, RegistrationFile

KEPT_DAYS = 30
CONTACTS = timedelta(days=5 * 365)


def _export_work(person: Any) -> Rows:
    officer = Officer.objects.filter(user=person).select_related("province").first()
    rows: Rows = [{"runs the programme of": officer.province.name}] if officer else []
    helped = Participation.objects.filter(mentor=person).order_by("pk")
    return rows + [{"accompanies": row.name, "year": row.year.year} for row in helped.select_related("year")]


def _erase_work(person: Any) -> None:
    Officer.objects.filter(user=person).delete()
    Participation.objects.filter(mentor=person).update(mentor=None)


WORK = Holding(
    code="programme_work",
    what=gettext_lazy("Whose programme you run as an officer, and which participants you accompany"),
    purpose=gettext_lazy("To show you the programme of your province, and to tell who helps whom."),
    basis=gettext_lazy("Public task of the province"),
    kept=gettext_lazy("As long as you do this work"),
    export=_export_work,
    erase=_erase_work,
)


def _purge_contacts(now: datetime) -> int:
    """Names and numbers of who answered for a pesantren; the pesantren itself stays counted."""
    old = Participation.objects.filter(registered_at__lt=now - CONTACTS).exclude(Q(contact="") & Q(phone=""))
    return update_in_batches(old, contact="", phone="")


CONTACT = Holding(
    code="programme_contacts",
    what=gettext_lazy("Name and telephone of who answers for a pesantren in the OPOP programme"),
    purpose=gettext_lazy("To tell the pesantren about its stage, training and meetings."),
    basis=gettext_lazy("Public task of the province"),
    kept=gettext_lazy("Five years from registration"),
    purge=_purge_contacts,
)


def _export_files(person: Any) -> Rows:
    rows = RegistrationFile.objects.filter(by=person).defer("rows").order_by("pk")
    return [{"file": row.name, "state": row.state, "sent": row.created.isoformat()} for row in rows]


def _erase_files(person: Any) -> None:
    RegistrationFile.objects.filter(by=person).update(by=None, by_name="–", name="–")


def _purge_files(now: datetime) -> int:
    """The rows with what was typed, and the files that nobody said yes or no to."""
    ended = 0
    old = RegistrationFile.objects.filter(created__lt=now - timedelta(days=KEPT_DAYS))
    for keys in in_batches(old.exclude(state=states.WORKING)):
        with transaction.atomic():
            for row in RegistrationFile.objects.filter(pk__in=keys).exclude(file="").only("file"):
                storage, name = row.file.storage, str(row.file.name)
                transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))  # type: ignore[misc]
            RegistrationFile.objects.filter(pk__in=keys).delete()
        ended += len(keys)
    return ended


FILES = Holding(
    code="registration_files",
    what=gettext_lazy("Workbooks of registrations that you sent for a province's programme"),
    purpose=gettext_lazy("To register the pesantren in them, and to say what is wrong in them."),
    basis=gettext_lazy("Public task of the province"),
    kept=gettext_lazy("The file until it is read; what stood in it for thirty days"),
    export=_export_files,
    erase=_erase_files,
    purge=_purge_files,
)
