"""What the province gives: grants outside our books, awards, and who is shown as a role model. As the office says."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.common.actor import Actor
from marketplace.common.states import record
from marketplace.ledger.money import Money
from marketplace.programme.models import Award, Grant, Participation, RoleModel
from marketplace.reference.models import Province


class GivingError(Exception):
    """`code`: "twice" (this grant or title was given to this pesantren already; it is in the list already), "gone" (it
    was taken back already)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def record_grant(*, participation: Participation, facts: Mapping[str, Any], actor: Actor) -> Grant:
    """Raises GivingError "twice": the same sum on the same day for the same thing is a second press of a button.

    Side effects: the grant, a history row of the participant.
    """
    with transaction.atomic():
        locked = Participation.objects.select_for_update(of=("self",), no_key=True).get(pk=participation.pk)
        same = {name: facts[name] for name in ("amount", "given_on", "what_for")}
        if locked.grants.filter(taken_back_at=None, **same).exists():
            raise GivingError("twice")
        made = Grant.objects.create(participation=participation, recorded_by_id=actor.id, **facts)
        record(participation, "", "grant", actor=actor, why=f"{Money(made.amount)}, {made.what_for}")
    return made


def give_award(*, participation: Participation, facts: Mapping[str, Any], actor: Actor) -> Award:
    """Raises GivingError "twice". Side effects: the award, a history row of the participant."""
    of = {"name": participation.name, "regency": participation.regency, "partner": participation.partner}
    try:
        with transaction.atomic():
            made = Award.objects.create(
                year_id=participation.year_id, participation=participation, **of, **facts
            )
            record(participation, "", "award", actor=actor, why=made.title)
    except IntegrityError as error:
        raise GivingError("twice") from error
    return made


def take_back(*, given: Grant | Award, why: str, actor: Actor) -> None:
    """It was recorded wrongly: it stays, says so with the reason, and counts nowhere; the right one can be recorded.

    Raises GivingError "gone" the second time. Side effects: the row, a history row of the participant.
    """
    with transaction.atomic():
        locked = type(given)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=given.pk)
        if locked.taken_back_at is not None or locked.participation is None:
            raise GivingError("gone")
        locked.taken_back_at, locked.taken_back_why, locked.taken_back_by_id = timezone.now(), why, actor.id
        locked.save(update_fields=["taken_back_at", "taken_back_why", "taken_back_by"])
        what = f"{Money(locked.amount)}, {locked.what_for}" if isinstance(locked, Grant) else locked.title
        record(
            locked.participation,
            "",
            f"{given._meta.model_name} back",
            actor=actor,
            why=f"{what}: {why}"[:500],
        )


def put_role_model(
    *, province: Province, facts: Mapping[str, Any], actor: Actor, role_model: RoleModel | None = None
) -> RoleModel:
    """Add one, or change this one. Raises GivingError "twice". Side effects: the row, a history row."""
    try:
        with transaction.atomic():
            if role_model is None:
                made = RoleModel.objects.create(province=province, **facts)
                record(made, "", "added", actor=actor)
                return made
            RoleModel.objects.filter(pk=role_model.pk).update(**facts)
            record(role_model, "", "changed", actor=actor)
    except IntegrityError as error:
        raise GivingError("twice") from error
    return role_model


def end_role_model(*, role_model: RoleModel, actor: Actor) -> None:
    """Side effects: the row goes; a history row stays."""
    with transaction.atomic():
        record(role_model, "", "removed", actor=actor, why=role_model.name)
        RoleModel.objects.filter(pk=role_model.pk).delete()
