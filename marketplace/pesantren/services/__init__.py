"""What a pesantren changes itself: goods.py its stock, prices, terms and days off, capacity.py what it makes to order,
team.py who works for it."""

from marketplace.pesantren.services.capacity import refresh_free, set_capacity, set_week
from marketplace.pesantren.services.goods import (
    MOST_DAYS_OFF,
    check_steps,
    close,
    count_stock,
    open_again,
    put_back,
    sell_elsewhere,
    set_export_terms,
    set_price,
    set_terms,
)

__all__ = [
    "MOST_DAYS_OFF",
    "check_steps",
    "close",
    "count_stock",
    "open_again",
    "put_back",
    "refresh_free",
    "sell_elsewhere",
    "set_capacity",
    "set_export_terms",
    "set_price",
    "set_terms",
    "set_week",
]
