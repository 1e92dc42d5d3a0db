"""Whether this buyer may pay later, for a company, and what the last page says about it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from checkout.queries import Plan
from marketplace.ledger.money import Money
from marketplace.payments import credit
from offtakers.access import company_for
from offtakers.models import Company, Role

NOW, TEMPO = "now", "tempo"


@dataclass(frozen=True)
class Offer:
    """Tempo as the last page offers it; `why_not` is a sentence where this order cannot be bought so."""

    company: Company
    free: Money
    last_day: date
    why_not: str

    @property
    def days(self) -> int:
        return self.company.tempo_days


def buying_company(user: Any) -> Company | None:
    """The company this person may buy for now."""
    return company_for(user, Role.BUYER) if user else None


def terms_of(user: Any) -> tuple[int, int]:
    """Days of tempo and the company they are of; zeros for everybody else."""
    company = buying_company(user)
    return (company.tempo_days, company.pk) if company and company.tempo_days else (0, 0)


def offer(user: Any, plan: Plan, moment: datetime) -> Offer | None:
    """Nothing for who buys for no company, or for one without tempo terms. Two queries."""
    company = buying_company(user)
    if company is None or not company.tempo_days:
        return None
    now = credit.standing(company)
    refusal = now.refusal(plan.total)
    arrivals = [dates[2] for part in plan.parts if (dates := part.dates(moment))]
    last_day = max(arrivals) + timedelta(days=company.tempo_days)
    return Offer(company, now.free, last_day, str(credit.WORDS[refusal]) if refusal else "")
