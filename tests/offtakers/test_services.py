"""A company's way through the office, its proof, its members and terms."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from pypdf import PdfWriter

from marketplace.common.actor import Actor
from marketplace.common.proofs import ProofField, kind_of
from marketplace.common.states import IllegalMove, history
from marketplace.ledger.money import Money
from marketplace.notices.models import Mail
from marketplace.reference.working_days import today
from offtakers import access, queries, services, states
from offtakers.models import Company, CompanyMember, Invitation, TermsChange
from tests.common.race import race
from tests.factories.catalogue import make_regency, make_user
from tests.factories.companies import (
    ABROAD,
    FACTS,
    a_proof,
    admin_of,
    blank_pdf,
    join_as,
    make_company,
    picture,
)

OFFICE = Actor(id=None, name="Kantor")
NEXT_YEAR = today() + timedelta(days=365)
db = pytest.mark.django_db


DOMESTIC = {**FACTS, "regency": None}


def draft() -> Company:
    make_regency("32.73")
    facts = {**FACTS, "regency": make_regency("32.73")}
    return services.register(user=make_user(), facts=facts, actor=OFFICE)


@db
def test_the_way_through_the_office() -> None:
    company = draft()
    facts = {**FACTS, "regency": company.regency}
    with pytest.raises(services.CompanyError) as refused:
        services.submit(company=company, actor=OFFICE)
    assert refused.value.code == "no_proof"
    company = services.correct(company=company, facts=facts, proof=a_proof(), actor=OFFICE)
    services.submit(company=company, actor=OFFICE)
    with pytest.raises(services.CompanyError):
        services.correct(company=company, facts=facts, actor=OFFICE)
    services.refuse(company=company, actor=OFFICE, why="buram")
    services.submit(company=company, actor=OFFICE)
    services.verify(company=company, until=NEXT_YEAR, actor=OFFICE)
    services.suspend(company=company, actor=OFFICE, why="menunggak")
    with pytest.raises(IllegalMove):
        services.refuse(company=company, actor=OFFICE, why="x")
    with pytest.raises(IllegalMove):  # a suspension is lifted, not verified away
        services.verify(company=company, until=NEXT_YEAR, actor=OFFICE)
    services.lift(company=company, actor=OFFICE)
    assert [change.after for change in history(company)] == [
        states.DRAFT,
        states.CORRECTED,
        states.SUBMITTED,
        states.REFUSED,
        states.SUBMITTED,
        states.VERIFIED,
        states.SUSPENDED,
        states.VERIFIED,
    ]
    assert Mail.objects.filter(key__startswith="company_decided/").count() == 4


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({**DOMESTIC, "npwp": ""}, ["npwp", "regency"]),
        ({**DOMESTIC, **ABROAD}, []),
        ({**DOMESTIC, **ABROAD, "trade_licence": "", "tax_number": ""}, ["trade_licence", "tax_number"]),
    ],
)
@db
def test_what_the_office_must_know_differs_at_home_and_abroad(
    facts: dict[str, Any], missing: list[str]
) -> None:
    company = services.register(user=make_user(), facts=facts, proof=a_proof(), actor=OFFICE)
    assert company.missing() == missing
    assert company.kind == ("overseas" if facts["country"] == "AE" else "domestic")
    if missing:
        with pytest.raises(services.CompanyError) as refused:
            services.submit(company=company, actor=OFFICE)
        assert refused.value.code == "facts"
    else:
        services.submit(company=company, actor=OFFICE)


@db
def test_one_person_several_companies_and_the_choice_of_now() -> None:
    first = draft()
    user = admin_of(first)
    second = services.register(user=user, facts={**DOMESTIC, **ABROAD}, actor=OFFICE)
    other = make_company(make_user("lain@example.com"))
    assert access.company_of(user) == first  # the one joined first
    user.company_choice = second.pk
    assert access.company_of(user) == second
    assert [place.company for place in access.memberships(user)] == [second, first]
    user.company_choice = other.pk  # not theirs
    assert access.company_of(user) == first


@pytest.mark.django_db(transaction=True)
def test_registered_twice_at_once() -> None:
    user, key = make_user(), uuid4()
    results = race(*[lambda: services.register(user=user, facts=DOMESTIC, key=key, actor=OFFICE)] * 3)
    assert all(isinstance(one, Company) for one in results)
    assert Company.objects.count() == CompanyMember.objects.count() == 1


@db
def test_the_key_of_another_person_gives_nothing_away() -> None:
    company = draft()
    with pytest.raises(services.CompanyError) as refused:
        services.register(user=make_user("lain@example.com"), facts=DOMESTIC, key=company.key, actor=OFFICE)
    assert refused.value.code == "gone"


@db
def test_an_invitation_is_for_one_address_and_used_once() -> None:
    company = make_company()
    for _ in range(2):
        services.invite(
            company=company, email="Rekan@example.com", roles=["buyer"], language="id", actor=OFFICE
        )
    invitation = Invitation.objects.get()
    assert Mail.objects.filter(to="rekan@example.com").count() == 1
    token = queries.invitation_token(invitation)
    assert queries.invitation_by_token(make_user("lain@example.com"), token) is None
    assert queries.invitation_by_token(make_user("tanpa@example.com"), "x") is None
    friend = make_user("rekan@example.com")
    services.join(invitation=queries.invitation_by_token(friend, token), user=friend)
    assert queries.invitation_by_token(friend, token) is None
    assert company.members.count() == 2


@db
def test_somebody_stays_responsible_and_somebody_can_agree() -> None:
    company = make_company()
    owner = company.members.get()
    join_as(company, "rekan@example.com", "buyer", "approver")
    other = company.members.exclude(pk=owner.pk).get()
    services.set_threshold(company=company, above=Money(100), user=owner.user)
    for refused, work in {
        "last_owner": lambda: services.remove_member(member=owner, actor=OFFICE),
        "roles": lambda: services.set_roles(member=other, roles=["king"], actor=OFFICE),
        "last_approver": lambda: services.set_roles(member=other, roles=["buyer"], actor=OFFICE),
    }.items():
        with pytest.raises(services.CompanyError) as error:
            work()
        assert error.value.code == refused
    services.set_roles(member=owner, roles=["approver", "owner", "owner"], actor=OFFICE)
    assert owner.roles == ["owner", "approver"]
    services.remove_member(member=other, actor=OFFICE)
    assert list(company.members.all()) == [owner]
    assert [change.after for change in history(company)][-3:] == [states.THRESHOLD, states.ROLES, states.LEFT]


@pytest.mark.django_db(transaction=True)
def test_two_owners_leave_at_once_and_one_stays() -> None:
    company = make_company()
    join_as(company, "rekan@example.com", "owner")
    members = list(company.members.select_related("company"))
    results = race(*[lambda one=one: services.remove_member(member=one, actor=OFFICE) for one in members])
    assert sorted(type(one).__name__ for one in results) == ["CompanyError", "NoneType"]
    assert company.members.count() == 1


@pytest.mark.parametrize(("days", "facts"), [(7, {}), (30, ABROAD)])
@db
def test_terms_that_are_refused(days: int, facts: dict[str, Any]) -> None:
    company = make_company(days=0, **facts)
    with pytest.raises(services.CompanyError):
        services.set_terms(company=company, tempo_days=days, credit_limit=Money(1), actor=OFFICE, why="x")
    assert not TermsChange.objects.exists()


@db
def test_every_change_of_terms_is_kept() -> None:
    company = make_company(days=30, limit=1_000)
    services.set_terms(company=company, tempo_days=14, credit_limit=Money(5), actor=OFFICE, why="kecil")
    rows = list(TermsChange.objects.values_list("tempo_days", "credit_limit", "actor_name", "why"))
    assert rows == [(14, 5, "Kantor", "kecil"), (30, 1_000, "system", "uji")]
    company.refresh_from_db()
    assert (company.tempo_days, company.limit) == (14, Money(5))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n%x", "pdf"),
        (picture("PNG"), "png"),
        (picture("JPEG"), "jpg"),
        (picture("GIF"), None),
        (b"<html><script>alert(1)</script>", None),
        (b"\x89PNG\r\n\x1a\nbroken", None),
        (b"", None),
    ],
)
def test_a_proof_is_judged_by_its_content(content: bytes, kind: str | None) -> None:
    assert kind_of(ContentFile(content)) == kind


def test_a_proof_of_more_than_five_megabytes_is_refused() -> None:
    from django.core.exceptions import ValidationError

    file = SimpleUploadedFile("nib.pdf", BytesIO(b"%PDF-" + b"x" * 5 * 1024 * 1024).getvalue())
    with pytest.raises(ValidationError, match="5 MB"):
        ProofField().clean(file)


def test_a_pdf_is_opened_before_it_is_taken() -> None:
    from django.core.exceptions import ValidationError

    writer, locked = PdfWriter(clone_from=BytesIO(blank_pdf())), BytesIO()
    writer.encrypt("rahasia", algorithm="RC4-128")
    writer.write(locked)
    with translation.override("en"):
        for content, said in [
            (b"%PDF-1.7 junk", "This PDF is damaged and cannot be opened."),
            (locked.getvalue(), "This PDF is locked with a password. Please send it without one."),
        ]:
            with pytest.raises(ValidationError) as refused:
                ProofField().clean(SimpleUploadedFile("nib.pdf", content))
            assert refused.value.messages == [said]
    good = ProofField().clean(SimpleUploadedFile("nib.exe", blank_pdf()))
    assert (good.kind, good.read()) == ("pdf", blank_pdf())


@db
def test_nobody_of_the_office_decides_on_the_company_they_buy_for() -> None:
    company = make_company(state=states.SUBMITTED, days=0)
    mine = Actor.of(admin_of(company))
    with pytest.raises(services.CompanyError) as refused:
        services.verify(company=company, until=NEXT_YEAR, actor=mine)
    assert refused.value.code == "own"
    with pytest.raises(services.CompanyError) as refused:
        services.set_terms(company=company, tempo_days=30, credit_limit=Money(9), actor=mine, why="x")
    assert refused.value.code == "own"
    company.refresh_from_db()
    assert (company.state, company.tempo_days, company.credit_limit) == (states.SUBMITTED, 0, 0)


@db
def test_an_invitation_taken_back_a_moment_ago_opens_nothing() -> None:
    company, guest = make_company(), make_user("tamu@example.com")
    invitation = services.invite(
        company=company, email="tamu@example.com", roles=["buyer"], language="id", actor=OFFICE
    )
    Invitation.objects.all().delete()  # after the page was read
    with pytest.raises(services.CompanyError) as refused:
        services.join(invitation=invitation, user=guest)
    assert refused.value.code == "gone"
    assert not CompanyMember.objects.filter(user=guest).exists()
