"""A mentor helps with consent, for a while, with goods and permits alone, and under a name that tells."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.common import personal
from marketplace.common.access import MENTOR
from marketplace.common.actor import SYSTEM
from marketplace.common.states import IllegalMove, history
from marketplace.notices.models import Mail
from marketplace.people.models import User
from marketplace.pesantren import states, tasks
from marketplace.pesantren.access import actor_at, goods_kept_by, pesantren_of
from marketplace.pesantren.models import Member, Mentorship
from marketplace.pesantren.services import mentors
from tests.common.race import race
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.mentors import agreed, make_mentor

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner() -> Any:
    return make_pesantren("contoh-satu")


@pytest.fixture
def owner(partner: Any) -> Any:
    person = make_user("owner@example.com", language="en")
    make_member(person, partner)
    return person


def refused(work: Any, **kw: Any) -> str:
    try:
        work(**kw)
    except mentors.MentorError as error:
        return error.code
    return ""


def test_from_the_name_to_the_end_and_every_step_is_written(partner: Any, owner: Any) -> None:
    person = make_user("m@example.com", language="en")
    mentors.name_mentor(person=person, actor=SYSTEM)
    mentors.name_mentor(person=person, actor=SYSTEM)
    person.refresh_from_db()
    made = mentors.offer(partner=partner, mentor=person, actor=SYSTEM)
    assert list(goods_kept_by(person)) == []  # an offer opens nothing
    assert Mail.objects.get(to="owner@example.com").subject == "May M help Pesantren Contoh Satu?"
    mentors.agree(mentorship=made, days=90, person=owner)
    assert list(goods_kept_by(person)) == [partner]
    assert list(pesantren_of(person)) == []
    assert (actor_at(person, partner).name, actor_at(person, partner).id) == ("M (pendamping)", person.pk)
    mentors.withdraw(mentorship=made, person=owner)
    assert list(goods_kept_by(person)) == []
    assert [(h.before, h.after, h.actor_name) for h in history(made)] == [
        ("", "offered", "system"),
        ("offered", "running", "Owner"),
        ("running", "withdrawn", "Owner"),
    ]
    mentors.end_mentor(person=person, actor=SYSTEM)
    mentors.end_mentor(person=person, actor=SYSTEM)
    assert [h.after for h in history(person)] == ["mentor", "no mentor"]
    subjects = Mail.objects.filter(to="m@example.com").order_by("pk").values_list("subject", flat=True)
    assert list(subjects) == [
        "Pesantren Contoh Satu agrees to your help",
        "The help of M at Pesantren Contoh Satu has ended",
    ]


@pytest.mark.parametrize("days", mentors.DAYS)
def test_it_ends_by_the_clock_and_the_sweep_writes_it_once(partner: Any, owner: Any, days: int) -> None:
    mentor = make_mentor(language="en")
    made = agreed(partner, mentor, owner, days)
    with time_machine.travel(timezone.now() + timedelta(days=days, seconds=-60)):
        assert goods_kept_by(mentor).exists()
        tasks.end_mentorships()
        assert goods_kept_by(mentor).exists()
    with time_machine.travel(timezone.now() + timedelta(days=days, seconds=1)):
        assert not goods_kept_by(mentor).exists()  # before any sweep
        assert mentors.end_due() == 1
        assert mentors.end_due() == 0
    made.refresh_from_db()
    assert made.state == states.OVER
    assert [h.after for h in history(made)] == ["offered", "running", "over"]
    assert Mail.objects.filter(key__startswith=f"mentor-over/{made.pk}/").count() == 2


def test_who_may_do_what(partner: Any, owner: Any) -> None:
    mentor, helper, stranger = make_mentor(), make_user("h@example.com"), make_user("s@example.com")
    make_member(helper, partner, Member.HELPER)
    make_member(stranger, make_pesantren("contoh-dua"))
    assert (
        refused(mentors.name_mentor, person=make_user("o@example.com", staff_role="office"), actor=SYSTEM)
        == "staff"
    )
    assert refused(mentors.offer, partner=partner, mentor=stranger, actor=SYSTEM) == "mentor"
    inside = make_mentor("inside@example.com")
    make_member(inside, partner)
    assert refused(mentors.offer, partner=partner, mentor=inside, actor=SYSTEM) == "member"
    made = mentors.offer(partner=partner, mentor=mentor, actor=SYSTEM)
    assert refused(mentors.offer, partner=partner, mentor=mentor, actor=SYSTEM) == "open"
    for one in (helper, stranger, mentor):
        assert refused(mentors.agree, mentorship=made, days=30, person=one) == "role"
        assert refused(mentors.decline, mentorship=made, person=one) == "role"
    with pytest.raises(ValueError, match="10000 days"):
        mentors.agree(mentorship=made, days=10_000, person=owner)
    mentors.agree(mentorship=made, days=30, person=owner)
    assert refused(mentors.withdraw, mentorship=made, person=stranger) == "role"
    mentors.withdraw(mentorship=made, person=helper)  # to shut a door, any of its people will do
    with pytest.raises(IllegalMove):
        mentors.agree(mentorship=made, days=30, person=owner)


def test_without_the_role_nothing_is_open(partner: Any, owner: Any) -> None:
    mentor, other = make_mentor(), make_pesantren("contoh-dua")
    made = agreed(partner, mentor, owner)
    waits = mentors.offer(partner=other, mentor=mentor, actor=SYSTEM)
    User.objects.filter(pk=mentor.pk).update(staff_role="")
    assert not goods_kept_by(User.objects.get(pk=mentor.pk)).exists()
    User.objects.filter(pk=mentor.pk).update(staff_role=MENTOR)
    mentors.end_mentor(person=mentor, actor=SYSTEM)
    found = Mentorship.objects.in_bulk()
    assert (found[made.pk].state, found[waits.pk].state) == (states.STOPPED, states.TAKEN_BACK)
    assert not User.objects.filter(staff_role=MENTOR).exists()


def test_a_member_who_helps_elsewhere_is_told_apart_by_place(partner: Any, owner: Any) -> None:
    mentor, own = make_mentor(), make_pesantren("contoh-dua")
    make_member(mentor, own)
    agreed(partner, mentor, owner)
    assert list(goods_kept_by(mentor)) == [own, partner]
    assert list(pesantren_of(mentor)) == [own]
    assert actor_at(mentor, own).name == "Mentor"
    assert actor_at(mentor, partner).name == "Mentor (pendamping)"
    mentor.name = "x" * 150
    assert actor_at(mentor, partner).name.endswith("x (pendamping)")
    assert len(actor_at(mentor, partner).name) == 150


def test_the_database_wants_consent_and_an_end(partner: Any) -> None:
    mentor = make_mentor()
    for facts in ({}, {"ends_at": timezone.now()}, {"agreed_by": mentor}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mentorship.objects.create(partner=partner, mentor=mentor, state=states.RUNNING, **facts)


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_an_end_at_once(partner: Any, owner: Any) -> None:
    """Agreed and the role ended at the same moment: whichever is first, nothing stays open."""
    mentor = make_mentor()
    made = mentors.offer(partner=partner, mentor=mentor, actor=SYSTEM)
    race(
        lambda: mentors.agree(mentorship=Mentorship.objects.get(), days=30, person=owner),
        lambda: mentors.end_mentor(person=mentor, actor=SYSTEM),
    )
    made.refresh_from_db()
    assert made.state in {states.STOPPED, states.TAKEN_BACK}
    assert not goods_kept_by(User.objects.get(pk=mentor.pk)).exists()


def test_a_copy_and_an_end_of_a_mentors_data(partner: Any, owner: Any) -> None:
    mentor = make_mentor()
    made = agreed(partner, mentor, owner)
    rows = personal.copy_of(mentor)["mentorships"]
    assert [(row["pesantren"], row["state"]) for row in rows] == [("Pesantren Contoh Satu", "running")]
    next(one for one in personal.holdings() if one.code == "mentorships").erase(mentor)
    assert not Mentorship.objects.exists()
    assert history(made).count() == 2
