"""The office's word on a company has a last day: warned of, ended, renewed."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.states import IllegalMove, history
from marketplace.ledger.money import Money
from marketplace.notices.models import Mail
from marketplace.payments import credit
from marketplace.reference.working_days import today
from offtakers import queries, services, states, tasks
from offtakers.models import Company
from tests.common.race import race
from tests.factories.catalogue import make_user
from tests.factories.companies import a_proof, join_as, make_company

db = pytest.mark.django_db
OFFICE = Actor(id=None, name="Kantor")


def in_days(days: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(days=days))


@pytest.fixture
def company(db: None) -> Company:
    """Verified until a year from now; a colleague who is no owner gets no reminder."""
    made = make_company(proof=a_proof())
    join_as(made, "rekan@example.com", "buyer")
    return made


def mails(word: str) -> list[str]:
    return list(Mail.objects.filter(key__startswith=f"company-{word}/").values_list("to", flat=True))


def test_owners_are_told_60_30_and_7_days_before_once_each(company: Company) -> None:
    for days, told in [(300, 0), (305, 1), (306, 1), (335, 2), (358, 3), (359, 3), (365, 3)]:
        with in_days(days):
            tasks.daily()
            tasks.daily()
        assert len(mails("ends")) == told, days
    assert set(mails("ends")) == {"katering@example.com"}
    assert mails("ended") == []


def test_after_the_last_day_it_is_verified_no_longer(company: Company) -> None:
    with in_days(365):
        tasks.daily()
        company.refresh_from_db()
        assert (company.state, company.is_verified) == (states.VERIFIED, True)
        assert credit.standing(company).refusal(Money(1)) == ""
    with in_days(366):
        assert credit.standing(company).refusal(Money(1)) == credit.EXPIRED  # before the sweep came
        tasks.daily()
        tasks.daily()
        company.refresh_from_db()
        assert (company.state, company.is_verified) == (states.EXPIRED, False)
        assert credit.standing(company).refusal(Money(1)) == credit.EXPIRED
        services.submit(company=company, actor=OFFICE)
        with pytest.raises(services.CompanyError) as refused:
            services.verify(company=company, until=today(), actor=OFFICE)
        assert refused.value.code == "until"
        services.verify(company=company, until=today() + timedelta(days=1), actor=OFFICE)
        assert company.is_verified
    assert mails("ended") == ["katering@example.com"]


def test_a_newer_proof_while_it_is_verified(company: Company) -> None:
    office = make_user("kantor@example.com", staff_role="office")
    first = company.proof.name
    services.renew(company=company, proof=a_proof(), actor=OFFICE)
    company.refresh_from_db()
    assert company.is_verified
    assert list(queries.waiting(office)) == [company]
    services.refuse_renewal(company=company, actor=OFFICE, why="buram")
    assert not queries.waiting(office)
    services.renew(company=company, proof=a_proof(), actor=OFFICE)
    until = today() + timedelta(days=700)
    services.prolong(company=company, until=until, actor=OFFICE)
    company.refresh_from_db()
    assert (company.verified_until, company.renewal.name) == (until, "")
    assert company.proof.name != first
    assert not queries.waiting(office)
    for work in (
        lambda: services.prolong(company=company, until=until, actor=OFFICE),
        lambda: services.refuse_renewal(company=company, actor=OFFICE, why="x"),
    ):
        with pytest.raises(services.CompanyError) as refused:
            work()
        assert refused.value.code == "no_proof"
    told = [change.after for change in history(company)][-4:]
    assert told == [states.RENEWAL, states.RENEWAL_REFUSED, states.RENEWAL, states.VERIFIED]


def test_a_newer_proof_that_waits_when_it_ends_goes_on_waiting(company: Company) -> None:
    services.renew(company=company, proof=a_proof(), actor=OFFICE)
    Company.objects.filter(pk=company.pk).update(verified_until=today() + timedelta(days=5))
    services.warn_before()
    assert mails("ends") == []  # it has sent what the reminder asks for
    with in_days(6):
        services.end_what_is_over()
    company.refresh_from_db()
    assert (company.state, company.renewal.name, bool(company.proof)) == (states.SUBMITTED, "", True)


def test_a_suspension_lifted_too_late_is_an_ended_verification(company: Company) -> None:
    services.suspend(company=company, actor=OFFICE, why="menunggak")
    with in_days(400):
        services.end_what_is_over()
        company.refresh_from_db()
        assert company.state == states.SUSPENDED
        services.lift(company=company, actor=OFFICE)
        assert company.state == states.EXPIRED
        with pytest.raises(IllegalMove):
            services.lift(company=company, actor=OFFICE)
    assert company.terms_changes.count() == 1  # nothing of its history went


@pytest.mark.django_db(transaction=True)
def test_two_of_the_office_verify_at_once() -> None:
    company = make_company(proof=a_proof(), state=states.SUBMITTED)
    days = [today() + timedelta(days=100), today() + timedelta(days=200)]
    copies = [Company.objects.get(pk=company.pk) for _ in days]
    results = race(
        *[
            lambda one=one, day=day: services.verify(company=one, until=day, actor=SYSTEM)
            for one, day in zip(copies, days, strict=True)
        ]
    )
    assert sorted(type(one).__name__ for one in results) == ["IllegalMove", "NoneType"]
    assert [change.after for change in history(company)].count(states.VERIFIED) == 1
