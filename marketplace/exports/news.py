"""News of consignments on their way, for the rooms above that mail or count. Sent inside the transaction."""

from django.dispatch import Signal

moved = Signal()  # consignment, before, after, fold
eta_changed = Signal()  # consignment, before, after: more than a day apart, once the buyer was told a day
alert_raised = Signal()  # alert
papers_due = (
    Signal()
)  # papers (the most urgent ones, with their consignments), count, now: each morning, if there are any
