"""Who runs a province's programme: named by the operator's office for its own province, or from the server for any."""

from django.db import transaction

from marketplace.common.access import PROGRAMME
from marketplace.common.actor import Actor
from marketplace.common.states import record
from marketplace.people.models import User
from marketplace.programme.models import Officer
from marketplace.reference.models import Province


class OfficerError(Exception):
    """`code`: "staff" (holds another role), "other" (runs another province's programme)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@transaction.atomic
def name_officer(*, person: User, province: Province, actor: Actor) -> Officer:
    """This person runs the programme of this province from now on. Twice changes nothing.

    Raises OfficerError. Side effects: the role, an Officer, history rows of the person.
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    found = Officer.objects.filter(user=person).first()
    if found and found.province_id != province.pk:
        raise OfficerError("other")
    if locked.staff_role not in ("", PROGRAMME) or locked.is_superuser:
        raise OfficerError("staff")
    if found and locked.staff_role == PROGRAMME:
        return found
    User.objects.filter(pk=person.pk).update(staff_role=PROGRAMME)
    record(person, locked.staff_role, "officer", actor=actor, why=province.name)
    return found or Officer.objects.create(user=person, province=province)


@transaction.atomic
def end_officer(*, officer: Officer, actor: Actor) -> None:
    """Runs no programme any more. Twice changes nothing. Side effects: the role, the Officer goes, a history row."""
    locked = User.objects.select_for_update(no_key=True).get(pk=officer.user_id)
    ended, _rows = Officer.objects.filter(pk=officer.pk).delete()
    if not ended:
        return
    if locked.staff_role == PROGRAMME:
        User.objects.filter(pk=locked.pk).update(staff_role="")
    record(locked, "officer", "no officer", actor=actor, why=officer.province.name)
