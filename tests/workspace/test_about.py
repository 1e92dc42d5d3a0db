"""What a pesantren says of itself: at once, or once the office has looked at a claim; and its hour."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalogue.claims.models import ProposedChange
from marketplace.common.states import history
from marketplace.notices.models import Mail
from marketplace.pesantren.models import Member, Partner
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.claims import a_claim, make_claims

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def mine() -> Partner:
    make_claims()
    return make_pesantren("contoh-satu", about_ind="Kami menenun.", about_en="We weave.")


@pytest.fixture
def client(mine: Partner) -> Client:
    make_member(person := make_user("member@example.com", language="en"), mine, Member.HELPER)
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def office() -> Client:
    client = Client()
    client.force_login(make_user("office@example.com", staff_role="office", language="en"))
    return client


def url(name: str = "about") -> str:
    return reverse(f"workspace:{name}", args=["contoh-satu"])


def say(client: Client, text: str, hour: str = "14") -> str:
    return client.post(url(), {"about": text, "cut_off_hour": hour}, follow=True).content.decode()


def public(mine: Partner) -> str:
    return Client().get(mine.get_absolute_url()).content.decode()


def test_buyers_read_it_at_once_and_the_old_translation_goes(client: Client, mine: Partner) -> None:
    page = client.get(url()).content.decode()
    assert "Kami menenun." in page
    assert "Changed. Buyers see it now." in say(client, "Kami <b>menenun</b> sejak dahulu.", "16")
    mine.refresh_from_db()
    assert (mine.about_ind, mine.about_en, mine.cut_off_hour) == ("Kami menenun sejak dahulu.", "", 16)
    page = public(mine)
    assert "Kami menenun sejak dahulu." in page
    assert "Orders paid before 16:00 WIB count on the same day." in page
    assert [(row.after, row.why) for row in history(mine)] == [("cut-off", "14:00 → 16:00"), ("about", "")]
    say(client, "Kami menenun sejak dahulu.", "16")
    assert history(mine).count() == 2, "nothing changed"
    say(client, "", "")
    mine.refresh_from_db()
    assert (mine.about_ind, mine.cut_off_hour) == ("", None)


def test_an_hour_that_is_none_is_refused_and_nothing_is_lost(client: Client, mine: Partner) -> None:
    answer = client.post(url(), {"about": "Baru", "cut_off_hour": "25"})
    assert answer.context["form"].errors == {"cut_off_hour": ["Choose one of the list."]}
    assert "Baru" in answer.content.decode()
    assert history(mine).count() == 0


def test_a_claim_waits_for_the_office(client: Client, office: Client, mine: Partner) -> None:
    assert "The office looks at these words first: organik." in say(client, "Kami bertani organik.", "15")
    mine.refresh_from_db()
    assert (mine.about_ind, mine.cut_off_hour) == ("Kami menenun.", 15)
    change = ProposedChange.objects.get()
    say(client, "Kami bertani organik.", "15")
    assert ProposedChange.objects.get() == change, "the same text waits on"
    assert "<mark>organik</mark>" in client.get(url()).content.decode()
    assert "About Pesantren Contoh Satu" in office.get(reverse("office:claims")).content.decode()
    assert "About Pesantren Contoh Satu" in office.get(reverse("office:queues")).content.decode()
    assert "Kami menenun." in office.get(reverse("office:claim", args=[change.pk])).content.decode()
    assert office.post(reverse("office:confirm-claim", args=[change.pk])).status_code == 302
    assert "Kami bertani organik." in public(mine)
    mail = Mail.objects.get()
    assert "About Pesantren Contoh Satu" in mail.subject
    assert mail.text.rstrip().endswith(url())
    assert "Changed. Buyers see it now." in say(client, "Kami bertani organik di Bandung."), "said before"


def test_refused_taken_back_or_overtaken_the_text_before_stays(
    client: Client, office: Client, mine: Partner
) -> None:
    say(client, "Teh halal")
    change = ProposedChange.objects.get()
    office.post(reverse("office:refuse-claim", args=[change.pk]), {"why": "tanpa bukti"})
    assert "tanpa bukti" in client.get(url()).content.decode()
    say(client, "Teh organik")
    assert client.post(url("withdraw-about")).status_code == 302
    say(client, "Kopi organik")
    Partner.objects.filter(pk=mine.pk).update(about_ind="Dari kantor")
    last = ProposedChange.objects.latest("pk")
    office.post(reverse("office:confirm-claim", args=[last.pk]))
    states = list(ProposedChange.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["refused", "withdrawn", "outdated"]
    mine.refresh_from_db()
    assert mine.about_ind == "Dari kantor"


def test_who_works_there_does_not_confirm_it(client: Client, mine: Partner) -> None:
    say(client, "Teh organik")
    make_member(both := make_user("both@example.com", staff_role="office", language="en"), mine)
    client = Client()
    client.force_login(both)
    page = client.post(
        reverse("office:confirm-claim", args=[ProposedChange.objects.get().pk]), follow=True
    ).content.decode()
    assert "Somebody else has to look at it." in page
    mine.refresh_from_db()
    assert mine.about_ind == "Kami menenun."


def test_lists_of_both_kinds_ask_no_more_for_more(
    client: Client, office: Client, mine: Partner, django_assert_max_num_queries: Any
) -> None:
    say(client, "Teh organik")
    a_claim(make_product(mine, title="Kain"))
    address = reverse("office:claims")
    with django_assert_max_num_queries(15) as one:
        office.get(address)
    for n in range(3):
        a_claim(make_product(make_pesantren(f"contoh-{n}"), title=f"Kain {n}"))
    with django_assert_max_num_queries(len(one)):
        office.get(address)
