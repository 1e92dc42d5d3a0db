"""Dues, bank receipts, statements, refunds and approvals. Every amount moves through the ledger, once."""

from marketplace.payments.accounts import collected_ref, receipt_ref, refund_ref
from marketplace.payments.exceptions import (
    Changed,
    Claimed,
    KnownFile,
    KnownReference,
    PaymentError,
    SamePerson,
    SecondPersonNeeded,
)
from marketplace.payments.services.approvals import (
    confirm,
    propose_card_refund,
    propose_match,
    propose_payout_of_provider,
    propose_refund,
    propose_return,
    reject,
    withdraw,
)
from marketplace.payments.services.carrying import carry_over
from marketplace.payments.services.differences import bear, lock_sellers
from marketplace.payments.services.dues import Split, close_due, raise_due
from marketplace.payments.services.exchange import exchange
from marketplace.payments.services.letters import move_letter, record_letter
from marketplace.payments.services.online_refunds import try_again
from marketplace.payments.services.places import Purse, share_out
from marketplace.payments.services.provider_lines import can_be_payout, receive_payout
from marketplace.payments.services.rates import load_rates, lock_rate
from marketplace.payments.services.receipts import match, record_receipt, return_receipt
from marketplace.payments.services.refunds import pay_refund, refund_part
from marketplace.payments.services.schedules import (
    Step,
    drop_part,
    lock_balances,
    lower_part,
    raise_schedule,
)
from marketplace.payments.services.statements import another, read_on, same_as, set_aside, start, upload
from marketplace.payments.services.tempo import credit_part, raise_on_tempo, set_due_at

__all__ = [
    "Changed",
    "Claimed",
    "KnownFile",
    "KnownReference",
    "PaymentError",
    "Purse",
    "SamePerson",
    "SecondPersonNeeded",
    "Split",
    "Step",
    "another",
    "bear",
    "can_be_payout",
    "carry_over",
    "close_due",
    "collected_ref",
    "confirm",
    "credit_part",
    "drop_part",
    "exchange",
    "load_rates",
    "lock_balances",
    "lock_rate",
    "lock_sellers",
    "lower_part",
    "match",
    "move_letter",
    "pay_refund",
    "propose_card_refund",
    "propose_match",
    "propose_payout_of_provider",
    "propose_refund",
    "propose_return",
    "raise_due",
    "raise_on_tempo",
    "raise_schedule",
    "read_on",
    "receipt_ref",
    "receive_payout",
    "record_letter",
    "record_receipt",
    "refund_part",
    "refund_ref",
    "reject",
    "return_receipt",
    "same_as",
    "set_aside",
    "set_due_at",
    "share_out",
    "start",
    "try_again",
    "upload",
    "withdraw",
]
