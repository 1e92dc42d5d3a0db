"""What happens to a pool, its offers and its shares. One verb, one function."""

from marketplace.pooling.services.answers import confirm_share, decline_share, expire_share, take_back
from marketplace.pooling.services.composing import Composed, compose, repool
from marketplace.pooling.services.deliveries import deliver_share
from marketplace.pooling.services.offers import put_offer, withdraw_offer
from marketplace.pooling.services.pools import cancel_pool, close_pool, open_pool

__all__ = [
    "Composed",
    "cancel_pool",
    "close_pool",
    "compose",
    "confirm_share",
    "decline_share",
    "deliver_share",
    "expire_share",
    "open_pool",
    "put_offer",
    "repool",
    "take_back",
    "withdraw_offer",
]
