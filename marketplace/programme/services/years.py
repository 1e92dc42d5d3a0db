"""A year of the programme: added, changed, opened, closed."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from marketplace.common.actor import Actor
from marketplace.common.states import record
from marketplace.programme import states
from marketplace.programme.models import ProgrammeYear
from marketplace.reference.models import Province


class YearError(Exception):
    """`code`: "taken" (this province has that year), "historic" (known from sources alone: nothing is changed)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def add_year(*, province: Province, facts: Mapping[str, Any], actor: Actor) -> ProgrammeYear:
    """`facts`: fields of ProgrammeYear. Raises YearError "taken". Side effects: the year with its history row."""
    try:
        with transaction.atomic():
            made = ProgrammeYear.objects.create(province=province, **facts)
            record(made, "", made.state, actor=actor)
    except IntegrityError as error:
        raise YearError("taken") from error
    return made


def change_year(*, year: ProgrammeYear, facts: Mapping[str, Any], actor: Actor) -> None:
    """New targets and days. Raises YearError "historic". Side effects: the fields, a history row that names them."""
    with transaction.atomic():
        locked = ProgrammeYear.objects.select_for_update(no_key=True).get(pk=year.pk)
        if locked.is_historic:
            raise YearError("historic")
        changed = {name: value for name, value in facts.items() if getattr(locked, name) != value}
        if not changed:
            return
        ProgrammeYear.objects.filter(pk=year.pk).update(**changed)
        said = ", ".join(f"{name}: {getattr(locked, name)} → {value}" for name, value in changed.items())
        record(year, "", "changed", actor=actor, why=said)


def move_year(*, year: ProgrammeYear, to: str, actor: Actor) -> None:
    """Raises IllegalMove, YearError "historic". Side effects: state with history."""
    if year.is_historic:
        raise YearError("historic")
    states.YEAR.move(year, to, actor=actor)
