"""Two ways to buy meet here at the second: demand.py what an offtaker asks for, quotes.py who answers with what,
samples.py what was tried
first, contracts.py what both signed, call_offs.py what is delivered under it, month by month."""

from marketplace.sourcing.models.call_offs import CallOff, CallOffLine, PurchaseAgreement
from marketplace.sourcing.models.contracts import Amendment, Contract, ContractLine, PaymentStep, Signature
from marketplace.sourcing.models.demand import Attachment, Demand, DemandLine, DemandSlot, Invited
from marketplace.sourcing.models.quotes import (
    CostLine,
    Counter,
    CounterLine,
    Negotiation,
    Quote,
    QuoteLine,
    Remark,
)
from marketplace.sourcing.models.samples import Sample

__all__ = [
    "Amendment",
    "Attachment",
    "CallOff",
    "CallOffLine",
    "Contract",
    "ContractLine",
    "CostLine",
    "Counter",
    "CounterLine",
    "Demand",
    "DemandLine",
    "DemandSlot",
    "Invited",
    "Negotiation",
    "PaymentStep",
    "PurchaseAgreement",
    "Quote",
    "QuoteLine",
    "Remark",
    "Sample",
    "Signature",
]
