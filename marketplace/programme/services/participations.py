"""A pesantren in the programme: registered once, led from stage to stage, or left with a reason."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.common.access import MENTOR
from marketplace.common.actor import Actor
from marketplace.common.models import StateChange
from marketplace.common.states import record
from marketplace.people.models import User
from marketplace.programme import states
from marketplace.programme.models import Participation, ProgrammeYear
from marketplace.programme.services.linking import partner_with


class ParticipationError(Exception):
    """`code`: "closed" (this year takes no registration, or is over), "joined" (this NSPP joined already, in
    `year`), "last" (no stage follows), "mentor" (this person is none)."""

    def __init__(self, code: str, year: int | None = None) -> None:
        self.code, self.year = code, year
        super().__init__(code)


def next_stage(stage: str) -> str | None:
    """The one stage that follows; none after the last, or for who left."""
    if stage not in states.ORDER:
        return None
    place = states.ORDER.index(stage) + 1
    return states.ORDER[place] if place < len(states.ORDER) else None


def register(*, year: ProgrammeYear, facts: Mapping[str, Any], actor: Actor) -> Participation:
    """One pesantren joins, once in all years of its province. `facts` are checked by the form.

    Raises ParticipationError "closed" or "joined". Side effects: the participation with its history row; its link to
    the pesantren that sells here with this NSPP.
    """
    try:
        with transaction.atomic():
            locked = ProgrammeYear.objects.select_for_update(no_key=True).get(pk=year.pk)
            if locked.state != states.OPEN or locked.is_historic:
                raise ParticipationError("closed")
            made = Participation.objects.create(
                province_id=locked.province_id,
                year=locked,
                partner=partner_with(facts["nspp"], locked.province_id),
                **facts,
            )
            record(made, "", states.REGISTERED, actor=actor)
    except IntegrityError as error:
        found = Participation.objects.filter(province=year.province_id, nspp=facts["nspp"])
        joined = found.values_list("year__year", flat=True).first()
        if joined is None:
            raise
        raise ParticipationError("joined", joined) from error
    return made


def advance(*, participation: Participation, actor: Actor) -> None:
    """One stage on. Raises ParticipationError "closed" or "last", IllegalMove. Side effects: state with history."""
    after = next_stage(participation.state)
    if after is None:
        raise ParticipationError("last")
    _check_runs(participation.year_id)
    states.PARTICIPATION.move(participation, after, actor=actor, reached=after)


def leave(*, participation: Participation, why: str, actor: Actor) -> None:
    """Not chosen, or withdrawn: it does not come back. Raises ParticipationError "closed", IllegalMove.

    Side effects: state with history, the reason.
    """
    _check_runs(participation.year_id)
    why = why[:300]
    states.PARTICIPATION.move(participation, states.LEFT, actor=actor, why=why, left_why=why)


def _check_runs(year: int) -> None:
    state = ProgrammeYear.objects.values_list("state", flat=True).get(pk=year)
    if state not in (states.OPEN, states.RUNNING):
        raise ParticipationError("closed")


def move_many(*, year: ProgrammeYear, keys: Iterable[int], stage: str, why: str, actor: Actor) -> int:
    """All of these that stand at `stage` go one stage on, or leave if `why` is given; who stands elsewhere stays.

    Gives how many moved. Raises ParticipationError "closed" or "last". Side effects: states, one history row each.
    """
    after = states.LEFT if why else next_stage(stage)
    if after is None or stage not in states.ORDER:
        raise ParticipationError("last")
    with transaction.atomic():
        locked = ProgrammeYear.objects.select_for_update(no_key=True).get(pk=year.pk)
        if locked.state not in (states.OPEN, states.RUNNING):
            raise ParticipationError("closed")
        rows = Participation.objects.select_for_update(no_key=True).order_by("pk")
        found = [row.pk for row in rows.filter(year=locked, state=stage, pk__in=list(keys))]
        changes = {"left_why": why[:300]} if why else {"reached": after}
        Participation.objects.filter(pk__in=found).update(state=after, **changes)
        _record_many(found, stage, after, actor, why)
    return len(found)


def _record_many(keys: list[int], before: str, after: str, actor: Actor, why: str = "") -> None:
    now, label = timezone.now(), Participation._meta.label_lower
    StateChange.objects.bulk_create(
        (
            StateChange(
                subject_type=label, subject_id=key, before=before, after=after,
                actor_id=actor.id, actor_name=actor.name, why=why[:500], at=now,
            )
            for key in keys
        ),
        batch_size=500,
    )  # fmt: skip


def set_mentor(*, participation: Participation, mentor: User | None, actor: Actor) -> None:
    """Who accompanies this pesantren; none takes the present one away. Raises ParticipationError "mentor".

    Side effects: the mentor, a history row.
    """
    with transaction.atomic():
        locked = Participation.objects.select_for_update(of=("self",), no_key=True).get(pk=participation.pk)
        if mentor is not None and User.objects.get(pk=mentor.pk).staff_role != MENTOR:
            raise ParticipationError("mentor")
        if locked.mentor_id == (mentor.pk if mentor else None):
            return
        Participation.objects.filter(pk=locked.pk).update(mentor=mentor)
        participation.mentor = mentor
        record(participation, "", "mentor" if mentor else "no mentor", actor=actor)
