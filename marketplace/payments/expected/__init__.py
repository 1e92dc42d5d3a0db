"""What each account should hold, recomputed from the rows of this room; `audit` compares it with the books.

One file a topic; each has `expect(books)` that adds to `books[kind, ref, currency]` in minor units on the account's
normal side. What held parts of orders should hold is computed above, in fulfilment/audit.py.
"""

from collections import defaultdict

from marketplace.payments.expected import (
    bank,
    carried,
    credit_notes,
    differences,
    disputes,
    exchange,
    online,
    payouts,
)

Books = defaultdict[tuple[str, str, str], int]
TOPICS = (
    bank.expect,
    exchange.expect,
    credit_notes.expect,
    payouts.expect,
    online.expect,
    disputes.expect,
    carried.expect,
    differences.expect,
)


def expect(books: Books) -> None:
    for topic in TOPICS:
        topic(books)
