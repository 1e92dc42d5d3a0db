"""Years of the programme, its events, what was promised there, reports."""

from marketplace.programme.models.commitments import (
    Commitment,
    CommitmentLink,
    Reminder,
    Settlement,
)
from marketplace.programme.models.events import (
    Appointment,
    BadgeSheet,
    Event,
    EventCatalogue,
    Exhibit,
    Exhibitor,
    Guest,
    Scheduling,
    Slot,
    Wish,
)
from marketplace.programme.models.leads import Lead, LeadNote
from marketplace.programme.models.reports import Report
from marketplace.programme.models.years import (
    Award,
    Figure,
    Grant,
    Officer,
    Participation,
    ProgrammeYear,
    RegistrationFile,
    RoleModel,
)

__all__ = [
    "Appointment",
    "Award",
    "BadgeSheet",
    "Commitment",
    "CommitmentLink",
    "Event",
    "EventCatalogue",
    "Exhibit",
    "Exhibitor",
    "Figure",
    "Grant",
    "Guest",
    "Lead",
    "LeadNote",
    "Officer",
    "Participation",
    "ProgrammeYear",
    "RegistrationFile",
    "Reminder",
    "Report",
    "RoleModel",
    "Scheduling",
    "Settlement",
    "Slot",
    "Wish",
]
