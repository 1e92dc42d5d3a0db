"""Two people agree: who asks never decides, two approvers at once are one, and the limit guards itself."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.common.states import IllegalMove, history
from marketplace.ledger.money import Money
from marketplace.notices.models import Mail
from offtakers import access, approvals, services, states
from offtakers.models import Approval, Company, CompanyMember
from tests.common.race import race
from tests.factories.catalogue import make_user
from tests.factories.companies import admin_of, join_as, make_company, make_overseas

db = pytest.mark.django_db
TEN = Money(1_000_000, "USD")
MORE = Money(1_000_001, "USD")


@pytest.fixture(autouse=True)
def contract(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """A room above asks for approval of its contracts and hears of every decision."""
    heard: list[tuple[str, str, str]] = []
    kind = approvals.Kind(
        "contract", "Contract", lambda one, actor: heard.append((one.reference, one.state, actor.name))
    )
    monkeypatch.setitem(approvals._kinds, "contract", kind)
    return heard


def importer() -> tuple[Company, Any, Any]:
    """A company with a limit of US$ 10,000: the owner and an approver."""
    company = make_overseas()
    owner, approver = admin_of(company), join_as(company, "approver@example.com", "approver")
    services.set_threshold(company=company, above=TEN, user=owner)
    company.refresh_from_db()
    return company, owner, approver


def ask(company: Company, user: Any, amount: Money = MORE, reference: str = "C-1") -> Approval | None:
    return approvals.ask_if_needed(
        company=company, kind="contract", reference=reference, amount=amount, what="1,000 kg", user=user
    )


@db
def test_above_the_limit_another_person_agrees(contract: list[Any]) -> None:
    company, owner, approver = importer()
    assert ask(company, owner, TEN) is None  # the limit itself is free
    waits = ask(company, owner)
    assert waits is not None
    assert ask(company, owner) == waits  # asked once
    with pytest.raises(approvals.ApprovalError) as refused:
        approvals.agree(approval=waits, user=owner)
    assert refused.value.code == "role"
    approvals.agree(approval=waits, user=approver)
    assert contract == [("C-1", states.APPROVED, str(approver))]
    assert ask(company, owner) is None
    assert ask(company, owner, Money(1_000_002, "USD")) is not None  # more than was agreed to
    assert [change.after for change in history(waits)] == [states.WAITING, states.APPROVED]
    assert set(Mail.objects.filter(key__startswith="company-approval/").values_list("to", flat=True)) == {
        "approver@example.com"
    }
    assert Mail.objects.filter(key__startswith="company-approval-decided/", to=owner.email).count() == 1


@db
def test_who_asks_never_decides_even_as_an_approver(contract: list[Any]) -> None:
    company, owner, approver = importer()
    CompanyMember.objects.filter(user=owner).update(roles=["owner", "buyer", "approver"])
    waits = ask(company, owner)
    assert waits is not None
    with pytest.raises(approvals.ApprovalError) as refused:
        approvals.agree(approval=waits, user=owner)
    assert refused.value.code == "own"
    approvals.decline(approval=waits, user=approver, why="terlalu mahal")
    waits.refresh_from_db()
    assert (waits.state, waits.reason, waits.decided_by) == (states.DECLINED, "terlalu mahal", approver)
    with pytest.raises(IllegalMove):
        approvals.agree(approval=waits, user=approver)
    assert [row[1] for row in contract] == [states.DECLINED]


@db
def test_nobody_to_ask_strangers_and_roles_taken_away() -> None:
    company, owner, approver = importer()
    with pytest.raises(approvals.ApprovalError) as refused:
        ask(company, approver)  # the only approver
    assert refused.value.code == "nobody"
    waits = ask(company, owner)
    stranger = admin_of(make_company(make_user("lain@example.com")))
    CompanyMember.objects.filter(user=stranger).update(roles=["approver"])
    assert waits is not None
    for user in (stranger, owner):
        with pytest.raises(approvals.ApprovalError) as refused:
            approvals.agree(approval=waits, user=user)
        assert refused.value.code == "role"
    CompanyMember.objects.filter(user=approver).update(roles=["finance"])
    with pytest.raises(approvals.ApprovalError):
        approvals.agree(approval=waits, user=approver)
    with pytest.raises(KeyError):
        approvals.ask(company=company, kind="unknown", reference="1", amount=MORE, user=owner)


@db
def test_another_amount_takes_the_earlier_question_back() -> None:
    company, owner, approver = importer()
    first, second = ask(company, owner), ask(company, owner, Money(2_000_000, "USD"))
    assert first is not None
    assert second is not None
    first.refresh_from_db()
    assert (first.state, second.state) == (states.WITHDRAWN, states.WAITING)
    approvals.withdraw(kind="contract", reference="C-1")
    approvals.withdraw(kind="contract", reference="C-1")
    with pytest.raises(IllegalMove):
        approvals.agree(approval=second, user=approver)


@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once_are_one(contract: list[Any]) -> None:
    company, owner, approver = importer()
    other = join_as(company, "approver2@example.com", "approver")
    waits = ask(company, owner)
    copies = [Approval.objects.get(pk=waits.pk) for _ in range(2)]  # type: ignore[union-attr]
    results = race(
        lambda: approvals.agree(approval=copies[0], user=approver),
        lambda: approvals.decline(approval=copies[1], user=other, why="x"),
    )
    assert sorted(type(one).__name__ for one in results) == ["IllegalMove", "NoneType"]
    assert len(contract) == 1
    found = Approval.objects.get(pk=waits.pk)  # type: ignore[union-attr]
    assert found.state == contract[0][1]
    assert [change.after for change in history(found)] == [states.WAITING, found.state]


@given(limit=st.integers(1, 10**9), amount=st.integers(0, 10**9), other=st.booleans())
def test_needed_exactly_above_the_limit(limit: int, amount: int, other: bool) -> None:
    company = Company(currency="USD", approval_above=limit)
    money = Money(amount, "AED" if other else "USD")
    assert approvals.is_needed(company, money) == (other or amount > limit)
    assert not approvals.is_needed(Company(currency="USD"), money)


# The limit itself.


@db
def test_lower_at_once_raised_only_with_an_approver() -> None:
    company, owner, approver = importer()
    five, twenty = Money(500_000, "USD"), Money(2_000_000, "USD")
    assert services.set_threshold(company=company, above=five, user=owner) is None
    company.refresh_from_db()
    assert company.threshold == five
    for above, after in ((twenty, twenty), (None, None)):
        waits = services.set_threshold(company=company, above=above, user=owner)
        company.refresh_from_db()
        assert waits is not None
        assert company.threshold != after  # nothing yet
        approvals.agree(approval=waits, user=approver)
        company.refresh_from_db()
        assert company.threshold == after
    waits = services.set_threshold(company=company, above=five, user=owner)  # none was set: at once
    company.refresh_from_db()
    assert (waits, company.threshold) == (None, five)
    declined = services.set_threshold(company=company, above=None, user=owner)
    assert declined is not None
    approvals.decline(approval=declined, user=approver, why="nein")
    company.refresh_from_db()
    assert company.threshold == five


@db
def test_limits_that_are_refused() -> None:
    company = make_overseas()
    owner = admin_of(company)
    approver = join_as(company, "approver@example.com", "finance")

    def code(above: Money | None, user: Any = owner) -> str:
        with pytest.raises(services.CompanyError) as refused:
            services.set_threshold(company=company, above=above, user=user)
        return refused.value.code

    assert code(TEN) == "last_approver"  # nobody could agree
    assert code(TEN, approver) == "owner"
    assert code(Money(1)) == "currency"
    CompanyMember.objects.filter(user=approver).update(roles=["approver"])
    services.set_threshold(company=company, above=TEN, user=owner)
    with pytest.raises(services.CompanyError) as refused:
        services.set_trading(
            company=company, currency="AED", incoterms=[], ports=[], actor=approvals.Actor.of(owner)
        )
    assert refused.value.code == "currency"


@db
def test_members_read_what_is_theirs_to_read() -> None:
    company, owner, approver = importer()
    buyer = join_as(company, "pembeli@example.com", "buyer")
    mine, theirs = ask(company, buyer, reference="C-1"), ask(company, owner, reference="C-2")
    read = {
        user.email: set(access.approvals_of(access.membership_of(user)))  # type: ignore[arg-type]
        for user in (owner, approver, buyer)
    }
    assert read == {owner.email: {mine, theirs}, approver.email: {mine, theirs}, buyer.email: {mine}}


def test_two_kinds_of_one_code_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="twice"):
        approvals.register(replace(approvals._kinds["contract"], label="x"))
