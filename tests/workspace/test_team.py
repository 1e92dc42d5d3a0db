"""Invited by a link, once, for a week; removed by whoever is responsible, who is never removed last."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from marketplace.common.states import history
from marketplace.notices.models import Mail
from marketplace.people.tasks import retain
from marketplace.pesantren.models import Member, MemberInvitation
from marketplace.pesantren.services import team
from tests.common.race import race
from tests.factories.catalogue import make_member, make_pesantren, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def mine() -> Any:
    return make_pesantren("contoh-satu")


@pytest.fixture
def owner(mine: Any) -> Any:
    person = make_user("owner@example.com", language="en")
    make_member(person, mine)
    return person


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_invited_by_whatsapp_and_at_work(mine: Any, owner: Any) -> None:
    url = reverse("workspace:team", args=[mine.code])
    assert signed_in(owner).post(url, {"role": "helper", "note": "Ust. Contoh"}).status_code == 302
    invitation = MemberInvitation.objects.get()
    page = signed_in(owner).get(url).content.decode()
    assert f"/workspace/people/join/{invitation.token}/" in page
    assert "https://wa.me/?text=Assalamu" in page
    helper = make_user("helper@example.com", language="en")
    join = reverse("workspace:join-team", args=[invitation.token])
    assert Client().get(join).url.startswith("/en/sign-in/")
    assert "Work for Pesantren Contoh Satu?" in signed_in(helper).get(join).content.decode()
    assert signed_in(helper).post(join).url == reverse("workspace:home")
    assert Member.objects.get(user=helper).role == Member.HELPER
    assert [(h.before, h.after) for h in history(mine)] == [("", "invited"), ("invited", "helper")]
    assert signed_in(make_user("late@example.com")).get(join).status_code == 410


def test_too_old_or_taken_back_is_gone(mine: Any, owner: Any) -> None:
    old, back = (team.invite(partner=mine, role="helper", note="", person=owner) for _ in range(2))
    MemberInvitation.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    url = reverse("workspace:take-back-invitation", args=[mine.code, back.pk])
    assert signed_in(owner).post(url).status_code == 302
    person = make_user("x@example.com")
    for invitation in (old, back):
        with pytest.raises(team.TeamError, match="gone"):
            team.accept(token=invitation.token, person=person)
    assert not Member.objects.filter(user=person).exists()


def test_a_helper_neither_invites_nor_removes_nor_sees_links(mine: Any, owner: Any) -> None:
    invitation = team.invite(partner=mine, role="helper", note="", person=owner)
    helper = make_user("helper@example.com", language="en")
    make_member(helper, mine, Member.HELPER)
    client, url = signed_in(helper), reverse("workspace:team", args=[mine.code])
    page = client.get(url).content.decode()
    assert invitation.token not in page
    assert "Only who is responsible" in page
    client.post(url, {"role": "owner", "note": ""})
    client.post(reverse("workspace:take-back-invitation", args=[mine.code, invitation.pk]))
    client.post(reverse("workspace:remove-member", args=[mine.code, Member.objects.get(user=owner).pk]))
    assert list(MemberInvitation.objects.all()) == [invitation]
    assert Member.objects.count() == 2


def test_somebody_responsible_stays(mine: Any, owner: Any) -> None:
    member = Member.objects.get()
    url = reverse("workspace:remove-member", args=[mine.code, member.pk])
    assert "Somebody responsible has to stay." in signed_in(owner).post(url, follow=True).content.decode()
    second = make_user("second@example.com")
    make_member(second, mine)
    assert signed_in(owner).post(url).url == reverse("catalogue:home")
    assert Member.objects.get().user == second


def test_another_pesantren_is_not_there(mine: Any, owner: Any) -> None:
    theirs = make_pesantren("contoh-dua")
    member = make_member(make_user("y@example.com"), theirs)
    client = signed_in(owner)
    assert client.get(reverse("workspace:team", args=["contoh-dua"])).status_code == 404
    for code in ("contoh-satu", "contoh-dua"):
        url = reverse("workspace:remove-member", args=[code, member.pk])
        assert client.post(url).status_code == 404
    assert Member.objects.filter(pk=member.pk).exists()


def test_ten_links_at_most(mine: Any, owner: Any) -> None:
    for _ in range(10):
        team.invite(partner=mine, role="helper", note="", person=owner)
    with pytest.raises(team.TeamError, match="many"):
        team.invite(partner=mine, role="helper", note="", person=owner)


def test_invited_by_mail_as_well(mine: Any, owner: Any) -> None:
    url = reverse("workspace:team", args=[mine.code])
    client = signed_in(owner)
    wrong = client.post(url, {"role": "helper", "note": "Ust.", "email": "x@"}).context["form"]
    assert wrong.errors == {"email": ["Write an e-mail address, for example name@example.com."]}
    sent = {"role": "helper", "note": "Ust. Contoh", "email": "Baru@example.com"}
    assert "The link goes to Baru@example.com." in client.post(url, sent, follow=True).content.decode()
    mail, invitation = Mail.objects.get(), MemberInvitation.objects.get()
    assert mail.to == "Baru@example.com"
    assert f"/en/workspace/people/join/{invitation.token}/" in mail.text
    assert "Owner invites you to help Pesantren Contoh Satu, Kab. Bandung" in mail.text


def test_used_and_old_invitations_go_at_night(mine: Any, owner: Any) -> None:
    used, old, kept = (team.invite(partner=mine, role="helper", note="", person=owner) for _ in range(3))
    team.accept(token=used.token, person=make_user("h@example.com"))
    MemberInvitation.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    for _ in range(2):
        retain()
    assert list(MemberInvitation.objects.all()) == [kept]
    assert Member.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_use_one_link_at_once() -> None:
    mine, first = make_pesantren("contoh-satu"), make_user("owner@example.com")
    make_member(first, mine)
    token = team.invite(partner=mine, role="helper", note="", person=first).token
    people = [make_user(f"p{n}@example.com") for n in range(2)]
    found = race(*[lambda one=one: team.accept(token=token, person=one) for one in people])  # type: ignore[misc]
    assert sorted(type(one).__name__ for one in found) == ["Member", "TeamError"]


@pytest.mark.django_db(transaction=True)
def test_two_owners_remove_each_other_and_one_stays() -> None:
    mine = make_pesantren("contoh-satu")
    people = [make_user(f"p{n}@example.com") for n in range(2)]
    members = [make_member(one, mine) for one in people]
    race(
        lambda: team.remove(member=members[0], person=people[1]),
        lambda: team.remove(member=members[1], person=people[0]),
    )
    assert Member.objects.count() == 1
