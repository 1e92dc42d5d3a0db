"""Whether the papers let a consignment go on."""

from datetime import datetime

from marketplace.exports import rules, states
from marketplace.exports.models import Consignment, Paper
from marketplace.reference.working_days import JAKARTA


class NotReady(Exception):
    """These papers are missing, do not fit or are not valid; or facts contradict each other."""

    def __init__(self, papers: list[Paper], faults: list[str] | None = None) -> None:
        self.papers, self.faults = papers, faults or []
        super().__init__(", ".join([*(paper.kind for paper in papers), *self.faults]))


def unready(consignment: Consignment, *, before: str, at: datetime) -> list[Paper]:
    """Papers needed before this stage, or an earlier one, that are not in hand or not valid at this moment.

    What somebody else issued counts once a person has checked it; what asks for two people, once the second agreed.
    """
    stages = rules.STAGES[: rules.STAGES.index(before) + 1]
    found = Paper.objects.filter(consignment=consignment, needed_before__in=stages).order_by("due_at", "pk")
    return [paper for paper in found if is_missing(paper, at)]


def is_missing(paper: Paper, at: datetime) -> bool:
    """Whether it is needed and cannot be shown at this moment."""
    return paper.state != states.NOT_NEEDED and not counts(paper, at)


def is_open(paper: Paper) -> bool:
    """Whether it is still to be got, or checked."""
    return paper.state != states.NOT_NEEDED and not is_in_hand(paper)


def counts(paper: Paper, at: datetime) -> bool:
    """Whether this paper can be shown at this moment."""
    if not is_in_hand(paper):
        return False
    day = at.astimezone(JAKARTA).date()
    return paper.valid_to is None or paper.valid_to >= day


def is_in_hand(paper: Paper) -> bool:
    """Issued; checked, where it came from outside or asks for two people."""
    kind = rules.kinds()[paper.kind]
    if kind.made_here and not kind.two_people:
        return paper.state in states.IN_HAND
    return paper.state == states.ACCEPTED
