"""What was recorded wrongly as given is taken back: it stays in sight with the reason and who, and counts nowhere."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from marketplace.common.actor import SYSTEM
from marketplace.common.states import history
from marketplace.programme.models import Award, Grant, Participation
from marketplace.programme.public.history import winners
from marketplace.programme.services import giving
from tests.factories.programme import make_participation, make_year

pytestmark = pytest.mark.django_db
BASE = "/en/office/programme/"
NBSP = "\N{NO-BREAK SPACE}"


def a_grant(found: Participation, amount: int, what_for: str = "Modal usaha") -> Grant:
    facts = {"amount": amount, "given_on": date(2026, 1, 5), "what_for": what_for, "decree": ""}
    return giving.record_grant(participation=found, facts=facts, actor=SYSTEM)


def an_award(found: Participation) -> Award:
    facts = {"title": "Juara OPOP", "level": "province", "what": "roti", "amount": None}
    return giving.give_award(participation=found, facts=facts, actor=SYSTEM)


def text(client: Client, path: str) -> str:
    answer = client.get(f"{BASE}{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_grant_is_taken_back_with_a_reason_and_leaves_the_sum(officer: Client):
    found = make_participation()
    wrong, right = a_grant(found, 250_000_000), a_grant(found, 25_000_000, "Mesin")
    page = f"participants/{found.pk}/"
    assert f"Rp{NBSP}275.000.000" in text(officer, page)
    back = f"grants/{wrong.pk}/back/"
    assert f"/en/office/programme/{back}" in text(officer, page)
    assert f"Rp{NBSP}250.000.000, Modal usaha" in text(officer, back)
    missing = officer.post(f"{BASE}{back}", {"why": " "})
    assert missing.status_code == 200
    assert "Write why." in missing.content.decode()
    assert Grant.objects.filter(taken_back_at=None).count() == 2
    said = officer.post(f"{BASE}{back}", {"why": "Salah satu nol"}, follow=True).content.decode()
    assert "Taken back. It counts no more." in said
    assert f"<s><bdi>Rp{NBSP}250.000.000</bdi></s>" in said
    assert f"<strong><bdi>Rp{NBSP}25.000.000</bdi></strong>" in said  # together
    assert f"Rp{NBSP}275.000.000" not in said
    assert "Contoh Petugas</bdi>: <bdi>Salah satu nol</bdi>" in said
    assert f"/en/office/programme/{back}" not in said
    wrong.refresh_from_db()
    right.refresh_from_db()
    assert (wrong.taken_back_why, str(wrong.taken_back_by)) == ("Salah satu nol", "Contoh Petugas")
    assert right.taken_back_at is None
    last = history(found)[len(history(found)) - 1]
    assert (last.after, last.actor_name) == ("grant back", "Contoh Petugas")
    assert last.why == f"Rp{NBSP}250.000.000, Modal usaha: Salah satu nol"
    assert "Grant taken back" in said


def test_the_second_time_changes_nothing(officer: Client):
    found = make_participation()
    given = a_grant(found, 1_000_000)
    back = f"{BASE}grants/{given.pk}/back/"
    officer.post(back, {"why": "pertama"})
    rows = len(history(found))
    said = officer.post(back, {"why": "kedua"}, follow=True).content.decode()
    assert "Nothing was changed: somebody was first." in said
    assert Grant.objects.get().taken_back_why == "pertama"
    assert len(history(found)) == rows
    assert "It was taken back already." in text(officer, f"grants/{given.pk}/back/")


def test_the_right_one_can_be_recorded_after_the_wrong_one():
    found = make_participation()
    giving.take_back(given=a_grant(found, 1_000_000), why="salah SK", actor=SYSTEM)
    a_grant(found, 1_000_000)
    with pytest.raises(giving.GivingError, match="twice"):
        a_grant(found, 1_000_000)
    giving.take_back(given=an_award(found), why="salah nama", actor=SYSTEM)
    an_award(found)
    with pytest.raises(giving.GivingError, match="twice"):
        an_award(found)
    assert (found.grants.count(), found.awards.count()) == (2, 2)


def test_an_award_that_was_taken_back_is_shown_to_nobody_but_the_office(officer: Client):
    found = make_participation(state="audition_3")
    given = an_award(found)
    assert [one.title for one in winners(found.province)] == ["Juara OPOP"]
    assert "Juara OPOP" in text(officer, "2026/")
    officer.post(f"{BASE}awards/{given.pk}/back/", {"why": "Pesantren lain"})
    assert winners(found.province) == []
    assert "Juara OPOP" not in text(officer, "2026/")
    page = text(officer, f"participants/{found.pk}/")
    assert "<s>Juara OPOP</s>" in page
    assert "Contoh Petugas</bdi>: <bdi>Pesantren lain</bdi>" in page
    assert "Award taken back" in page


def test_what_a_source_tells_is_not_taken_back(officer: Client):
    """Awards of history belong to no participant: they come from the published record."""
    year = make_year(2019, is_historic=True)
    told = Award.objects.create(year=year, title="Juara", name="Pesantren Lama", source="Antara")
    assert officer.post(f"{BASE}awards/{told.pk}/back/", {"why": "x"}).status_code == 404
    with pytest.raises(giving.GivingError, match="gone"):
        giving.take_back(given=told, why="x", actor=SYSTEM)
    told.refresh_from_db()
    assert told.taken_back_at is None


def test_another_province_takes_nothing_back(stranger: Client):
    found = make_participation()
    for path in (f"grants/{a_grant(found, 5).pk}/back/", f"awards/{an_award(found).pk}/back/"):
        assert stranger.get(f"{BASE}{path}").status_code == 404
        assert stranger.post(f"{BASE}{path}", {"why": "x"}).status_code == 404
    rows: list[Any] = [Grant.objects.get(), Award.objects.get()]
    assert [one.taken_back_at for one in rows] == [None, None]


@pytest.mark.parametrize("make", [lambda found: a_grant(found, 5), an_award])
def test_the_database_takes_nothing_back_without_a_reason(make: Any):
    given = make(make_participation())
    with pytest.raises(IntegrityError), transaction.atomic():
        type(given).objects.filter(pk=given.pk).update(taken_back_at=timezone.now())
