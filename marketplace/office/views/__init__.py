"""The office's pages."""

from marketplace.office.views.approvals import (
    approval,
    approvals,
    confirm_approval,
    reject_approval,
    withdraw_approval,
)
from marketplace.office.views.complaints import close_complaint, complaint, complaint_messages, complaints
from marketplace.office.views.couriers import (
    add_courier,
    add_tariff,
    courier,
    couriers,
    edit_courier,
    edit_tariff,
    end_tariff,
)
from marketplace.office.views.home import home
from marketplace.office.views.orders import order, orders
from marketplace.office.views.parts import decline_part, deliver_part, part, parts, photo
from marketplace.office.views.ready import ready
from marketplace.office.views.refunds import pay_refund, refunds
from marketplace.office.views.searches import searches
from marketplace.office.views.statements import (
    bank_line,
    refuse_statement,
    start_statement,
    statement,
    statement_sample,
    statements,
)
from marketplace.office.views.transfers import match, provider_transfer, return_transfer, transfer, transfers

__all__ = [
    "add_courier",
    "add_tariff",
    "approval",
    "approvals",
    "bank_line",
    "close_complaint",
    "complaint",
    "complaint_messages",
    "complaints",
    "confirm_approval",
    "courier",
    "couriers",
    "decline_part",
    "deliver_part",
    "edit_courier",
    "edit_tariff",
    "end_tariff",
    "home",
    "match",
    "order",
    "orders",
    "part",
    "parts",
    "pay_refund",
    "photo",
    "provider_transfer",
    "ready",
    "refunds",
    "refuse_statement",
    "reject_approval",
    "return_transfer",
    "searches",
    "start_statement",
    "statement",
    "statement_sample",
    "statements",
    "transfer",
    "transfers",
    "withdraw_approval",
]
