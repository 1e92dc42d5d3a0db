"""Who is removed from a pesantren knows its old badge and calendar: those of events that are not over are renewed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from marketplace.common.states import history
from marketplace.programme import states
from marketplace.programme.events.badges import exhibitor_of, key_of
from marketplace.programme.models import Exhibitor
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.programme import make_event, make_exhibitor

pytestmark = pytest.mark.django_db
SAID = "Badge and calendar of your coming events have a new link"


def exhibiting(partner, days, **event):
    day = timezone.localdate() + timedelta(days=days)
    return make_exhibitor(make_event(**{"starts_on": day, "ends_on": day} | event), partner)


def removed(partner, member, owner):
    client = Client()
    client.force_login(owner)
    with translation.override("en"):
        address = reverse("workspace:remove-member", args=[partner.code, member.pk])
    return client.post(address, follow=True).content.decode()


@pytest.fixture
def team():
    partner, owner = (
        make_pesantren("contoh-tim"),
        make_user("pemilik@example.com", language="en", name="Pemilik"),
    )
    make_member(owner, partner, role="owner")
    return partner, owner, make_member(make_user("anggota@example.com"), partner, role="helper")


def test_coming_and_running_events_have_a_new_link_and_others_keep_theirs(team, client):
    partner, owner, helper = team
    renewed = [
        exhibiting(partner, 9),
        exhibiting(partner, 0, state=states.RUNNING),
        exhibiting(partner, 5, state=states.PLANNED, starts_on=None, ends_on=None),
    ]
    kept = [
        exhibiting(partner, -1),  # nobody closed it
        exhibiting(partner, -9, state=states.CLOSED),
        exhibiting(partner, 9, state=states.CANCELLED),
        exhibiting(partner, 9, is_historic=True),
        exhibiting(make_pesantren("contoh-lain"), 9),
    ]
    keys = {row.pk: key_of(row) for row in renewed}
    assert SAID in removed(partner, helper, owner)
    now = Exhibitor.objects.in_bulk()
    for row in renewed:
        assert now[row.pk].token != row.token
        assert exhibitor_of(keys[row.pk]) is None
        assert client.get(reverse("events:badge", args=[row.token])).status_code == 404
        assert client.get(reverse("events:agenda", args=[keys[row.pk]])).status_code == 404
        assert client.get(reverse("events:badge", args=[now[row.pk].token])).status_code == 200
        found = [(one.after, one.why, one.actor_name) for one in history(row)]
        assert found == [("new_link", "member", "Pemilik")]
    assert [now[row.pk].token for row in kept] == [row.token for row in kept]
    assert not any(history(row) for row in kept)


def test_who_is_not_removed_changes_no_link(team):
    partner, owner, helper = team
    row = exhibiting(partner, 9)
    assert SAID not in removed(partner, helper, helper.user)  # a helper removes nobody
    assert SAID not in removed(partner, owner.memberships.get(), owner)  # somebody responsible has to stay
    assert Exhibitor.objects.get(pk=row.pk).token == row.token


def test_without_a_coming_event_nothing_is_said(team):
    partner, owner, helper = team
    exhibiting(partner, -9, state=states.CLOSED)
    assert SAID not in removed(partner, helper, owner)
    assert list(partner.members.values_list("user", flat=True)) == [owner.pk]
