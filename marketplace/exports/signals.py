"""News of the export desk, for what follows here and for the rooms above. Sent inside the transaction."""

from django.dispatch import Signal

# Goods, mode, destination, Incoterm, parties or plan of a consignment have changed: consignment, actor.
consignment_changed = Signal()
moved = Signal()  # consignment, before, after, fold
eta_changed = Signal()  # consignment, before, after: more than a day apart, once the buyer was told a day
alert_raised = Signal()  # alert
# The most urgent papers with their consignments, how many there are, now: each morning, if there are any.
papers_due = Signal()  # papers, count, now
