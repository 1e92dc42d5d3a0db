"""News of orders, for rooms above that follow them. Sent inside the transaction of the move."""

from django.dispatch import Signal

moved = Signal()  # order, actor
