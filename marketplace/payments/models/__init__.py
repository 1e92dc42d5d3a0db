"""Money due and paid. Amounts are bigint minor units with a currency (IDR: whole rupiah)."""

from marketplace.payments.models.bank import Approval, BankLine, Statement
from marketplace.payments.models.carried import CarriedOver
from marketplace.payments.models.differences import PriceDifference
from marketplace.payments.models.dues import Due, Receipt, Refund, reference_key
from marketplace.payments.models.fees import CommissionRule, CreditNote, HeldReview, LineTerms, TaxRule
from marketplace.payments.models.online import Attempt, BalanceLine, Dispute, ProviderEvent
from marketplace.payments.models.overseas import Exchange, LetterOfCredit, Rate, RateLock
from marketplace.payments.models.payouts import Payout, PayoutAccount, PayoutBatch

__all__ = [
    "Approval",
    "Attempt",
    "BalanceLine",
    "BankLine",
    "CarriedOver",
    "CommissionRule",
    "CreditNote",
    "Dispute",
    "Due",
    "Exchange",
    "HeldReview",
    "LetterOfCredit",
    "LineTerms",
    "Payout",
    "PayoutAccount",
    "PayoutBatch",
    "PriceDifference",
    "ProviderEvent",
    "Rate",
    "RateLock",
    "Receipt",
    "Refund",
    "Statement",
    "TaxRule",
    "reference_key",
]
