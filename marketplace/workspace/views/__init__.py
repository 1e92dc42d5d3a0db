"""The pesantren's pages, by what they are about."""

from marketplace.workspace.views.complaints import complaint, complaints
from marketplace.workspace.views.inbox import home
from marketplace.workspace.views.messages import (
    conversation,
    conversation_done,
    conversations,
    part_conversation,
)
from marketplace.workspace.views.orders import (
    accept,
    credit_note,
    decline,
    delivered,
    delivery_note,
    fulfilment,
    fulfilments,
    hand_over,
    pack,
    photo,
)
from marketplace.workspace.views.pick_list import pick_list, to_pack, to_pack_pdf
from marketplace.workspace.views.returns import returned
from marketplace.workspace.views.short import short

__all__ = [
    "accept",
    "complaint",
    "complaints",
    "conversation",
    "conversation_done",
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
    "pick_list",
    "returned",
    "short",
    "to_pack",
    "to_pack_pdf",
]
