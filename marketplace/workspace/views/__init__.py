"""The pesantren's pages, by what they are about."""

from marketplace.workspace.views.complaints import complaint, complaints
from marketplace.workspace.views.messages import conversation, conversations, part_conversation
from marketplace.workspace.views.orders import (
    accept,
    credit_note,
    decline,
    delivered,
    delivery_note,
    fulfilment,
    fulfilments,
    hand_over,
    home,
    pack,
    photo,
)

__all__ = [
    "accept",
    "complaint",
    "complaints",
    "conversation",
    "conversations",
    "credit_note",
    "decline",
    "delivered",
    "delivery_note",
    "fulfilment",
    "fulfilments",
    "hand_over",
    "home",
    "pack",
    "part_conversation",
    "photo",
]
