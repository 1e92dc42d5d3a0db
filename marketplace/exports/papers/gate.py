"""Whether the papers let a consignment go on."""

from datetime import datetime

from marketplace.exports import states
from marketplace.exports.models import Consignment, Paper
from marketplace.exports.papers import rules
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
    """Whether this paper can be shown at this moment, or could be: news of a departure may come after its last day."""
    day = at.astimezone(JAKARTA).date()
    if paper.state == states.EXPIRED:
        was_checked = not asks_for_a_check(paper) or paper.checked_at is not None
        return was_checked and paper.valid_to is not None and paper.valid_to >= day
    return is_in_hand(paper) and (paper.valid_to is None or paper.valid_to >= day)


def is_in_hand(paper: Paper) -> bool:
    """Issued; checked, where somebody must."""
    return paper.state == states.ACCEPTED or (paper.state == states.ISSUED and not asks_for_a_check(paper))


def asks_for_a_check(paper: Paper) -> bool:
    """It came from outside, or asks for two people."""
    kind = rules.kinds()[paper.kind]
    return not kind.made_here or kind.two_people
