"""What happens to an order and its parts. One verb, one function."""

from marketplace.fulfilment.services.acceptance import close_claim, sign
from marketplace.fulfilment.services.moves import accept, decline, deliver, hand_over, pack
from marketplace.fulfilment.services.placing import Buyer, Placed, place
from marketplace.fulfilment.services.unpaid import cancel_unpaid, expire

__all__ = [
    "Buyer",
    "Placed",
    "accept",
    "cancel_unpaid",
    "close_claim",
    "decline",
    "deliver",
    "expire",
    "hand_over",
    "pack",
    "place",
    "sign",
]
