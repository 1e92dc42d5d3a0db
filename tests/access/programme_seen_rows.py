"""Who may open what of the programme's statistics and reports. The public pages and data are for all; a report is for
those who run the programme of its province."""

from datetime import date
from typing import Any

from marketplace.programme import numbers
from marketplace.programme.models import Report
from tests.access.table import GO, OPEN, PUBLIC, Row, everyone, only
from tests.factories.programme import HOME, make_province

OFFICERS = only(OPEN, "office", "other_officer")
OF_HOME = only(OPEN, "office")
A_QUARTER = {"year": "2026", "part": "2", "language": "id"}

PROGRAMME_SEEN: dict[str, Row] = {
    "programme:statistics": PUBLIC,
    "programme:data": PUBLIC,
    "programme_data:csv": Row(everyone(OPEN), ("data_set",)),
    "programme_data:json": Row(everyone(OPEN), ("data_set",)),
    "office:reports": Row(OFFICERS, (), only(GO, "office", "other_officer"), A_QUARTER),
    "office:report": Row(OF_HOME, ("report",)),
    "office:report-pdf": Row(OF_HOME, ("report",)),
    "office:report-xlsx": Row(OF_HOME, ("report",)),
}


def with_statistics() -> dict[str, Any]:
    """A report of the home province that is there already."""
    from marketplace.programme.services import reports

    made = Report.objects.create(
        province=make_province(HOME),
        token=numbers.token(),
        period=Report.YEAR,
        first=date(2025, 1, 1),
        last=date(2025, 12, 31),
    )
    reports.make(report=made)
    return {"data_set": "figures", "report": made.token}
