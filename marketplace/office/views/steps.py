"""A row's history as steps on a page, with everybody's name: for the office."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

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


def lately(row: Any, labels: Mapping[str, Any], most: int = 15) -> list[Step]:
    """The newest on top. A change that also moved the row stands there once. One query."""
    found: list[Step] = []
    moved = ""
    for change in machine.history(row).order_by("-at", "-pk")[: most * 2]:
        stays = change.before == change.after
        if stays and change.why and change.why == moved:
            continue
        moved = "" if stays else change.why
        name = _("Changed") if stays else labels.get(change.after, change.after)
        by = f"{dates.moment(change.at)} · {who(change, None, None)}"
        found.append(Step("done", str(name), by, why(change)))
    return found[:most]
