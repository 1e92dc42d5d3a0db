"""What a pesantren changes itself: goods.py its stock, prices, terms and days off, team.py who works for it."""

from marketplace.pesantren.services.goods import (
    MOST_DAYS_OFF,
    check_steps,
    close,
    count_stock,
    open_again,
    sell_elsewhere,
    set_price,
    set_terms,
)

__all__ = [
    "MOST_DAYS_OFF",
    "check_steps",
    "close",
    "count_stock",
    "open_again",
    "sell_elsewhere",
    "set_price",
    "set_terms",
]
