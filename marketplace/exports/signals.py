"""News of the export desk."""

from django.dispatch import Signal

# Goods, mode, destination, Incoterm, parties or plan of a consignment have changed: consignment=, actor=.
consignment_changed = Signal()
