"""A row's history as steps on a page, with everybody's name: for the office."""

from collections.abc import Mapping
from typing import Any

from marketplace.common import dates
from marketplace.common import states as machine
from marketplace.fulfilment.timeline import Step, who, why


def moves_of(row: Any, labels: Mapping[str, Any], reasons: Mapping[str, Any] | None = None) -> list[Step]:
    """What happened to this row: when, who, why (`reasons` gives words for codes). One query."""
    return [
        Step(
            "done",
            str(labels.get(change.after, change.after)),
            f"{dates.moment(change.at)} · {who(change, None, None)}",
            str((reasons or {}).get(change.why) or why(change)),
        )
        for change in machine.history(row)
    ]
