"""How much a company may still buy on tempo, and why not, if it may not. Nothing of it is stored."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.ledger.money import Money
from marketplace.payments import states
from marketplace.payments.models import Due
from offtakers import states as company_states
from offtakers.models import Company

NOT_VERIFIED, EXPIRED, SUSPENDED, NO_TERMS, OVERDUE, LIMIT = (
    "not_verified",
    "expired",
    "suspended",
    "no_terms",
    "overdue",
    "limit",
)
WORDS = {
    NOT_VERIFIED: _("Your company is not verified yet."),
    EXPIRED: _(
        "The office's verification of your company has ended. Send a newer proof on the page of your company."
    ),
    SUSPENDED: _(
        "The office has suspended your company. Please pay by transfer now, or write to the office."
    ),
    NO_TERMS: _("Your company has no tempo terms. The office sets them."),
    OVERDUE: _("A bill of your company is overdue. Once it is paid, you can buy on tempo again."),
    LIMIT: _("This order is larger than what is free of your company's limit."),
}


class NoCredit(Exception):
    """An order may not be placed on tempo; `code` is a key of WORDS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Standing:
    """What a company owes on tempo now."""

    company: Company
    used: Money
    overdue: int  # bills

    @property
    def free(self) -> Money:
        return Money(max(self.company.credit_limit - self.used.minor, 0))

    @property
    def is_offered(self) -> bool:
        """Whether tempo is worth a word: the office has given terms."""
        return self.company.tempo_days > 0

    def refusal(self, amount: Money) -> str:
        """Why an order of this amount may not be placed on tempo; empty if it may."""
        if self.company.state == company_states.SUSPENDED:
            return SUSPENDED
        if self.company.state not in (company_states.VERIFIED, company_states.EXPIRED):
            return NOT_VERIFIED
        if not self.company.is_verified:
            return EXPIRED
        if not self.is_offered:
            return NO_TERMS
        if self.overdue:
            return OVERDUE
        return LIMIT if self.free < amount else ""


def standing(company: Company) -> Standing:
    """One query. For placing, the caller has locked the company's row: what is owed grows under it only."""
    late = Q(is_estimate=False, due_at__lt=timezone.now())
    open_ = Due.objects.filter(company=company, state=states.OPEN)
    found = open_.aggregate(
        used=Sum(F("amount") - F("received") - F("credited")), overdue=Count("pk", filter=late)
    )
    return Standing(company, Money(found["used"] or 0), found["overdue"])
