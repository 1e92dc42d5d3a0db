"""Lots for the world of the access table: one with a grower, a part to pack, and one that is packed."""

from typing import Any

from marketplace.common.actor import SYSTEM
from marketplace.fulfilment import services
from marketplace.fulfilment.models import Fulfilment
from tests.factories.lots import a_grower, a_lot


def with_lots(product: Any, person: Any, packed: Fulfilment) -> dict[str, Any]:
    """`packed`: a paid part of this listing's pesantren, brought to the door of the store room."""
    services.accept(fulfilment=packed, actor=SYSTEM)
    services.pack(fulfilment=packed, actor=SYSTEM)
    lot = a_lot(product)
    return {
        "lot": lot.code,
        "lot_step": "end",
        "grower": a_grower(product.seller, person).pk,
        "packed_part": packed.number,
    }
