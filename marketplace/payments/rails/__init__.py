"""Ways on which money leaves for pesantren. A new bank: write its rail beside bank_batch.py, name it here."""

from marketplace.payments.rails.bank_batch import BankBatch
from marketplace.payments.rails.port import MOST_BYTES, MOST_LINES, PayoutRail, Result

RAILS: dict[str, PayoutRail] = {"bank-batch": BankBatch()}

__all__ = ["MOST_BYTES", "MOST_LINES", "RAILS", "BankBatch", "PayoutRail", "Result"]
