"""A company is registered, proven, verified, suspended; who acts for it; how it trades; when its proof ends."""

from offtakers.services.companies import (
    FACTS,
    CompanyError,
    correct,
    lift,
    prolong,
    refuse,
    refuse_renewal,
    register,
    renew,
    set_terms,
    submit,
    suspend,
    verify,
)
from offtakers.services.expiry import end_what_is_over, warn_before
from offtakers.services.members import invite, join, remove_member, set_roles, withdraw_invitation
from offtakers.services.trading import keep_place, remove_place, set_threshold, set_trading

__all__ = [
    "FACTS",
    "CompanyError",
    "correct",
    "end_what_is_over",
    "invite",
    "join",
    "keep_place",
    "lift",
    "prolong",
    "refuse",
    "refuse_renewal",
    "register",
    "remove_member",
    "remove_place",
    "renew",
    "set_roles",
    "set_terms",
    "set_threshold",
    "set_trading",
    "submit",
    "suspend",
    "verify",
    "warn_before",
    "withdraw_invitation",
]
