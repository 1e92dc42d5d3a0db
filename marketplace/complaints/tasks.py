"""Background work: an answered complaint nobody asked about again is closed by the clock."""

import logging

from celery import shared_task

from marketplace.common.actor import SYSTEM
from marketplace.common.states import IllegalMove
from marketplace.complaints import queries, services, states

log = logging.getLogger(__name__)
MOST = 200


@shared_task(name="complaints.close_answered")
def close_answered() -> None:
    """Close what was answered 14 days ago. Safe to run twice: a row that moved meanwhile is left alone."""
    for complaint in queries.answered_and_quiet().select_related("partner", "user")[:MOST]:
        try:
            services.close(complaint=complaint, actor=SYSTEM, why=states.NO_WORD)
        except IllegalMove:
            log.info("Complaint %s moved before it was closed.", complaint.number)
