"""News of an order's parts, for rooms above that follow them. Sent inside the transaction, after all its locks."""

from django.dispatch import Signal

part_changed = (
    Signal()
)  # part, actor: less of it comes than was ordered, or it has ended (declined, signed for)
