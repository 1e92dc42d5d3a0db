"""From the wish to sell to the first membership: requirements, decisions, races."""

import csv
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalogue.loading.rows import PESANTREN
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove, history
from marketplace.pesantren.joining import queries, registry, services, states
from marketplace.pesantren.joining.models import Application, Requirement
from marketplace.pesantren.joining.personal import APPLICATIONS
from marketplace.pesantren.models import Member, Partner
from marketplace.reference.models import Province
from tests.common.race import race
from tests.factories.catalogue import make_member, make_pesantren, make_regency, make_sector, make_user
from tests.factories.joining import FACTS, an_application, make_requirements

pytestmark = pytest.mark.django_db
NO_PHONE = "This is not a telephone number we can call. Example: 0812-3456-7890 or +971 50 123 4567."
NO_NPWP = "This is no NPWP: it has 15 or 16 digits, and they check each other. Please compare."
POSTED = {
    "nspp": "5100 3204 0001",
    "name": "Pesantren  Contoh Baru",
    "regency": "32.04",
    "sector": "makanan",
    "product": "Roti",
    "phone": "0812-3456-7892",
    "nib": "",
    "npwp": "",
    "attested": ["responsible"],
}


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def person() -> Any:
    return make_user("joins@example.com", language="en")


@pytest.fixture
def office() -> Actor:
    return Actor.of(make_user("office@example.com", staff_role="office"))


@pytest.fixture
def client(person: Any) -> Client:
    make_requirements()
    make_regency("32.04")
    make_sector("makanan", "Makanan")
    client = Client()
    client.force_login(person)
    return client


def elsewhere() -> Any:
    central_java = Province.objects.get_or_create(code="33", defaults={"name": "Jawa Tengah"})[0]
    return make_regency("33.01", province=central_java)


def met(application: Application, office: Actor) -> None:
    services.judge(
        answer=application.answers.get(requirement__code="call"), state=states.MET, actor=office, why=""
    )


def test_sent_judged_and_accepted(person: Any, office: Actor) -> None:
    application = an_application(person)
    assert [(one.requirement.code, one.state) for one in queries.answers_of(application)] == [
        ("nspp", "met"), ("place", "met"), ("call", "unknown"), ("nib", "unknown"), ("responsible", "met"),
    ]  # fmt: skip
    with pytest.raises(services.JoiningError, match="unfit"):
        services.approve(application=application, partner=None, actor=office)
    assert not Partner.objects.exists()
    met(application, office)
    partner = services.approve(application=application, partner=None, actor=office)
    assert (partner.nspp, partner.sells, partner.code) == ("510032040001", True, "pesantren-contoh-baru-0001")
    assert Member.objects.get().user == person
    assert [(h.before, h.after, h.actor_id) for h in history(application)] == [
        ("", "sent", person.pk),
        ("sent", "approved", office.id),
    ]


def test_a_requirement_is_waived_with_a_reason(person: Any, office: Actor) -> None:
    application = an_application(person)
    answer = application.answers.get(requirement__code="call")
    services.judge(answer=answer, state=states.WAIVED, actor=office, why="Sudah dikunjungi")
    assert queries.unfit(application) == []
    [row] = [h for h in history(answer) if h.after == "waived"]
    assert (row.why, row.actor_id) == ("Sudah dikunjungi", office.id)


def test_another_province_does_not_fit(person: Any) -> None:
    application = an_application(person, regency=elsewhere())
    assert [one.requirement.code for one in queries.unfit(application)] == ["place", "call"]


def test_one_nspp_sells_or_asks_once(person: Any, office: Actor) -> None:
    application = an_application(person)
    other = make_user("other@example.com")
    with pytest.raises(services.JoiningError, match="known"):
        an_application(other)
    with pytest.raises(services.JoiningError, match="open"):
        an_application(person, nspp="510032049999")
    met(application, office)
    services.approve(application=application, partner=None, actor=office)
    with pytest.raises(services.JoiningError, match="known"):
        an_application(other)


def test_names_may_be_the_same(person: Any, office: Actor) -> None:
    for n in range(2):
        application = an_application(make_user(f"p{n}@example.com"), nspp=f"51003204000{n}")
        met(application, office)
        services.approve(application=application, partner=None, actor=office)
    assert Partner.objects.filter(name="Pesantren Contoh Baru").count() == 2


def test_a_listed_pesantren_is_taken_over(person: Any, office: Actor) -> None:
    listed = make_pesantren("nyata", sells=False, is_fictional=False, name="Al-Uji")
    application = an_application(person)
    assert list(queries.may_be(application)) == [listed]
    met(application, office)
    assert services.approve(application=application, partner=listed, actor=office) == listed
    listed.refresh_from_db()
    assert (listed.nspp, listed.sells, listed.name) == ("510032040001", True, "Al-Uji")


def test_one_where_somebody_works_is_not(person: Any, office: Actor) -> None:
    mine = make_pesantren("contoh-satu")
    make_member(make_user("x@example.com"), mine)
    application = an_application(person)
    met(application, office)
    with pytest.raises(services.JoiningError, match="taken"):
        services.approve(application=application, partner=mine, actor=office)
    application.refresh_from_db()
    assert application.state == states.SENT


def test_nobody_decides_on_the_own(office: Actor) -> None:
    both = make_user("both@example.com", staff_role="office")
    application = an_application(both)
    for work in (
        lambda: services.judge(
            answer=application.answers.get(requirement__code="call"),
            state=states.MET, actor=Actor.of(both), why="",
        ),
        lambda: services.approve(application=application, partner=None, actor=Actor.of(both)),
    ):  # fmt: skip
        with pytest.raises(services.JoiningError, match="own"):
            work()


def test_asked_for_more_and_sent_again(person: Any, office: Actor) -> None:
    application = an_application(person)
    met(application, office)
    services.ask_for_more(application=application, actor=office, why="NSPP salah ketik?")
    facts = {**FACTS, "regency": application.regency, "nspp": "510032040002"}
    services.correct(application=application, facts=facts, attested={"responsible"})
    application.refresh_from_db()
    assert (application.state, application.nspp, application.why) == ("sent", "510032040002", "")
    assert application.answers.get(requirement__code="call").state == states.UNKNOWN, "looked at anew"
    with pytest.raises(IllegalMove):
        services.correct(application=application, facts=facts, attested=set())


def test_once_decided_nothing_is_judged(person: Any, office: Actor) -> None:
    application = an_application(person)
    services.reject(application=application, actor=office, why="Bukan pesantren")
    with pytest.raises(services.JoiningError, match="decided"):
        met(Application.objects.get(), office)
    again = an_application(person)
    assert again.state == states.SENT, "a new wish is free"


@pytest.mark.django_db(transaction=True)
def test_two_of_the_office_accept_at_once() -> None:
    application = an_application(make_user("joins@example.com"))
    actors = [Actor.of(make_user(f"o{n}@example.com", staff_role="office")) for n in range(2)]
    met(application, actors[0])
    found = race(
        *[
            lambda actor=actor: services.approve(  # type: ignore[misc]
                application=Application.objects.get(), partner=None, actor=actor
            )
            for actor in actors
        ]
    )
    assert sorted(type(one).__name__ for one in found) == ["IllegalMove", "Partner"]
    assert (Partner.objects.count(), Member.objects.count()) == (1, 1)


def test_the_form_to_the_page_and_back(client: Client, person: Any) -> None:
    url = reverse("account:join")
    assert client.post(url, POSTED).status_code == 302
    application = Application.objects.get()
    assert (application.nspp, application.name, application.phone, application.sector) == (
        "510032040001", "Pesantren Contoh Baru", "+6281234567892", "makanan",
    )  # fmt: skip
    assert "Waits for the office" in client.get(url).content.decode()
    client.post(reverse("account:join-withdraw"))
    assert client.get(url).context["form"] is not None


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"nspp": "123"}, "nspp", "An NSPP number has 12 digits."),
        ({"name": ""}, "name", "Write the name of the pesantren."),
        ({"regency": "33.01"}, "regency", "Choose one of the list."),
        ({"sector": ""}, "sector", "Choose the sector."),
        ({"phone": "12"}, "phone", NO_PHONE),
        ({"nib": "1"}, "nib", "An NIB has 13 digits."),
        ({"npwp": "0123456789012345"}, "npwp", NO_NPWP),
        ({"attested": []}, "attested", "Please tick what is true; without it you cannot sell here."),
    ],
)  # fmt: skip
def test_bad_input_is_said_beside_the_field(
    client: Client, change: dict[str, Any], field: str, said: str
) -> None:
    elsewhere()
    response = client.post(reverse("account:join"), POSTED | change)
    assert response.context["form"].errors == {field: [said]}
    assert not Application.objects.exists()


def test_a_known_nspp_is_said_beside_it(client: Client) -> None:
    an_application(make_user("first@example.com"))
    response = client.post(reverse("account:join"), POSTED)
    assert list(response.context["form"].errors) == ["nspp"]


def test_the_office_decides_on_its_pages(client: Client, person: Any) -> None:
    client.post(reverse("account:join"), POSTED)
    application = Application.objects.get()
    office = Client()
    office.force_login(make_user("office@example.com", staff_role="office", language="en"))
    assert list(office.get(reverse("office:applications")).context["page_obj"]) == [application]
    judge = reverse("office:judge", args=[application.pk, "call"])
    assert office.post(judge, {"state": "waived"}).context["form"].errors == {"why": ["Write why."]}
    office.post(judge, {"state": "met"})
    ask = reverse("office:decide-application", args=[application.pk, "ask"])
    office.post(ask, {"why": "NPWP mana?"})
    page = client.get(reverse("account:join")).content.decode()
    assert "NPWP mana?" in page
    assert 'value="510032040001"' in page
    client.post(reverse("account:join"), POSTED)
    office.post(reverse("office:approve-application", args=[application.pk]), {"partner": ""})
    assert Partner.objects.get().nspp == "510032040001"
    assert client.get(reverse("workspace:home")).status_code == 200


def test_the_computed_requirements_of_the_file_can_be_computed() -> None:
    rows = list(csv.DictReader((PESANTREN.parent / "requirements.csv").read_text().splitlines()))
    computed = {stage: set() for stage, _label in Requirement.STAGES}
    for row in rows:
        if row["kind"] == Requirement.COMPUTED:
            computed[row["needed_for"]].add(row["code"])
    assert computed == {"selling": set(services.COMPUTED), "payout": registry.known()}
    assert {row["kind"] for row in rows if row["needed_for"] == "payout"} == {Requirement.COMPUTED}
    assert all(row[f"text_{code}"] for row in rows for code in ("id", "en", "ar"))


def test_an_erased_account_takes_its_application(person: Any) -> None:
    an_application(person)
    assert APPLICATIONS.export(person)[0]["nspp"] == "510032040001"
    APPLICATIONS.erase(person)
    assert not Application.objects.exists()
