"""What happens to an order and its parts. One verb, one function."""

from marketplace.fulfilment.services.acceptance import close_claim, release_on_receipt, sign
from marketplace.fulfilment.services.audits import look_at_books
from marketplace.fulfilment.services.claims import issue_credit_note, propose_credit_note
from marketplace.fulfilment.services.held_reviews import BadDay, NotHeld, keep_held
from marketplace.fulfilment.services.moves import accept, decline, deliver, hand_over, pack
from marketplace.fulfilment.services.overseas import NotPaid
from marketplace.fulfilment.services.placing import Buyer, Placed, place
from marketplace.fulfilment.services.unpaid import cancel_unpaid, expire

__all__ = [
    "BadDay",
    "Buyer",
    "NotHeld",
    "NotPaid",
    "Placed",
    "accept",
    "cancel_unpaid",
    "close_claim",
    "decline",
    "deliver",
    "expire",
    "hand_over",
    "issue_credit_note",
    "keep_held",
    "look_at_books",
    "pack",
    "place",
    "propose_credit_note",
    "release_on_receipt",
    "sign",
]
