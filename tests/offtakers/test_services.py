"""A company's way through the office, its proof, its members and terms."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.common.actor import Actor
from marketplace.common.proofs import ProofField, kind_of
from marketplace.common.states import IllegalMove, history
from marketplace.ledger.money import Money
from marketplace.notices.models import Mail
from offtakers import queries, services, states
from offtakers.models import Company, CompanyMember, Invitation, TermsChange
from tests.common.race import race
from tests.factories.catalogue import make_user
from tests.factories.companies import FACTS, a_proof, admin_of, make_company, picture

OFFICE = Actor(id=None, name="Kantor")
db = pytest.mark.django_db


def draft() -> Company:
    facts = {**FACTS, "regency": None}
    return services.register(user=make_user(), facts=facts, actor=OFFICE)


@db
def test_the_way_through_the_office() -> None:
    company = draft()
    with pytest.raises(services.CompanyError) as refused:
        services.submit(company=company, actor=OFFICE)
    assert refused.value.code == "no_proof"
    company = services.correct(company=company, facts={**FACTS, "regency": None}, proof=a_proof())
    services.submit(company=company, actor=OFFICE)
    with pytest.raises(services.CompanyError):
        services.correct(company=company, facts={**FACTS, "regency": None})
    services.refuse(company=company, actor=OFFICE, why="buram")
    services.submit(company=company, actor=OFFICE)
    services.verify(company=company, actor=OFFICE)
    services.suspend(company=company, actor=OFFICE, why="menunggak")
    with pytest.raises(IllegalMove):
        services.refuse(company=company, actor=OFFICE, why="x")
    services.verify(company=company, actor=OFFICE)
    assert [change.after for change in history(company)] == [
        states.DRAFT,
        states.SUBMITTED,
        states.REFUSED,
        states.SUBMITTED,
        states.VERIFIED,
        states.SUSPENDED,
        states.VERIFIED,
    ]
    assert Mail.objects.filter(key__startswith="company_decided/").count() == 4


@db
def test_one_person_one_company() -> None:
    company = draft()
    with pytest.raises(services.CompanyError) as refused:
        services.register(user=admin_of(company), facts={**FACTS, "regency": None}, actor=OFFICE)
    assert refused.value.code == "one_company"
    assert Company.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_registered_twice_at_once() -> None:
    user = make_user()
    facts = {**FACTS, "regency": None}
    results = race(*[lambda: services.register(user=user, facts=facts, actor=OFFICE)] * 3)
    assert sum(isinstance(one, services.CompanyError) for one in results) == 2
    assert Company.objects.count() == CompanyMember.objects.count() == 1


@db
def test_an_invitation_is_for_one_address_and_used_once() -> None:
    company = make_company()
    for _ in range(2):
        services.invite(company=company, email="Rekan@example.com", role="buyer", language="id")
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
def test_the_last_admin_stays() -> None:
    company = make_company()
    admin = company.members.get()
    other = CompanyMember.objects.create(company=company, user=make_user("rekan@example.com"))
    with pytest.raises(services.CompanyError):
        services.remove_member(member=admin)
    services.remove_member(member=other)
    assert list(company.members.all()) == [admin]


@pytest.mark.parametrize(("days", "kind"), [(7, "domestic"), (30, "overseas")])
@db
def test_terms_that_are_refused(days: int, kind: str) -> None:
    company = make_company(days=0, kind=kind)
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


@db
def test_nobody_of_the_office_decides_on_the_company_they_buy_for() -> None:
    company = make_company(state=states.SUBMITTED, days=0)
    mine = Actor.of(admin_of(company))
    with pytest.raises(services.CompanyError) as refused:
        services.verify(company=company, actor=mine)
    assert refused.value.code == "own"
    with pytest.raises(services.CompanyError) as refused:
        services.set_terms(company=company, tempo_days=30, credit_limit=Money(9), actor=mine, why="x")
    assert refused.value.code == "own"
    company.refresh_from_db()
    assert (company.state, company.tempo_days, company.credit_limit) == (states.SUBMITTED, 0, 0)


@db
def test_an_invitation_taken_back_a_moment_ago_opens_nothing() -> None:
    company, guest = make_company(), make_user("tamu@example.com")
    invitation = services.invite(company=company, email="tamu@example.com", role="buyer", language="id")
    Invitation.objects.all().delete()  # after the page was read
    with pytest.raises(services.CompanyError) as refused:
        services.join(invitation=invitation, user=guest)
    assert refused.value.code == "gone"
    assert not CompanyMember.objects.filter(user=guest).exists()
