"""A large, plainly synthetic market for measuring: pesantren, listings, orders and their books, always the same.

Everything is written with COPY, in one transaction, with ids of its own above FIRST: the sequences of the
tables are not touched, and what was made can be told from what people made.
"""

FIRST = 10_000_000  # ids of everything made here; a real table is far from it
CODE = "contoh-skala-"  # codes of the pesantren made here begin so
SEED = 5018
