"""When each paper is due and when it must be asked for, counted back from the plan. Pure functions."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.exports import states
from marketplace.exports.papers import rules
from marketplace.reference.working_days import JAKARTA, is_working_day


@dataclass(frozen=True)
class Plan:
    """The moments a consignment is planned for, with zone."""

    cutoff_at: datetime | None
    departs_at: datetime | None
    arrives_at: datetime | None

    def moment(self, stage: str) -> datetime | None:
        """The last moment of this stage: goods are handed in, they leave, they arrive."""
        if stage == states.BEFORE_LOADING:
            return self.cutoff_at or self.departs_at
        return self.departs_at if stage == states.BEFORE_DEPARTURE else self.arrives_at


@dataclass(frozen=True)
class Days:
    """To be in time it must be asked for at `start_at` and be there at `due_at`."""

    start_at: datetime
    due_at: datetime


def back(moment: datetime, days: int) -> datetime:
    """So many working days earlier, at the same hour."""
    local = moment.astimezone(JAKARTA)
    while days > 0:
        local -= timedelta(days=1)
        days -= is_working_day(local.date())
    return local


def days_of(stages: dict[str, str], plan: Plan) -> dict[str, Days]:
    """For each needed kind with its stage: nothing where its stage has no planned moment.

    A paper is due at its stage, or earlier: when a paper that needs it first must be asked for. What can be asked for
    only after departure does not pull others before it.
    """
    found: dict[str, Days] = {}
    for code in reversed(rules.order()):
        if code not in stages:
            continue
        kind, due = rules.kinds()[code], plan.moment(stages[code])
        if due is None:
            continue
        for later, days in found.items():
            if code in rules.kinds()[later].needs_first:
                due = min(due, days.start_at)
        found[code] = Days(_start(kind, due, plan), due)
    return found


def _start(kind: rules.Kind, due: datetime, plan: Plan) -> datetime:
    """Not before it can be asked for at all; never after it is due."""
    start = back(due, kind.lead_days)
    if plan.departs_at is None:
        return start
    if kind.after_departure:
        start = max(start, plan.departs_at)
    if opens := opens_at(kind, plan.departs_at):
        start = max(start, opens)
    return min(start, due)


def opens_at(kind: rules.Kind, departs_at: datetime | None) -> datetime | None:
    """The first moment at which it may be issued; none: at any time."""
    if kind.opens_days is None or departs_at is None:
        return None
    return departs_at - timedelta(days=kind.opens_days)
