"""What happens to an order and its parts. One verb, one function."""

from marketplace.fulfilment.services.acceptance import close_claim, lock_to_sign, release_on_receipt, sign
from marketplace.fulfilment.services.audits import look_at_books
from marketplace.fulfilment.services.claims import issue_credit_note, propose_credit_note
from marketplace.fulfilment.services.hand_over_photos import keep_hand_over_photos
from marketplace.fulfilment.services.held_reviews import BadDay, NotHeld, keep_held
from marketplace.fulfilment.services.lots import WrongSum
from marketplace.fulfilment.services.moves import accept, decline, deliver, end_exporter, hand_over, pack
from marketplace.fulfilment.services.overseas import NotPaid
from marketplace.fulfilment.services.packing import pack_again_from, pack_from, recall_lot
from marketplace.fulfilment.services.placing import Buyer, Placed, place
from marketplace.fulfilment.services.returns import take_in, write_off
from marketplace.fulfilment.services.short import BadQuantities, bring_less, lock_to_fall_short
from marketplace.fulfilment.services.unpaid import cancel_unpaid, expire

__all__ = [
    "BadDay",
    "BadQuantities",
    "Buyer",
    "NotHeld",
    "NotPaid",
    "Placed",
    "WrongSum",
    "accept",
    "bring_less",
    "cancel_unpaid",
    "close_claim",
    "decline",
    "deliver",
    "end_exporter",
    "expire",
    "hand_over",
    "issue_credit_note",
    "keep_hand_over_photos",
    "keep_held",
    "lock_to_fall_short",
    "lock_to_sign",
    "look_at_books",
    "pack",
    "pack_again_from",
    "pack_from",
    "place",
    "propose_credit_note",
    "recall_lot",
    "release_on_receipt",
    "sign",
    "take_in",
    "write_off",
]
