"""What a participant and its mentor read of the programme in their own rooms."""

import pytest
from django.test import Client

from marketplace.common.actor import SYSTEM
from marketplace.programme.services import participations
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.mentors import make_mentor
from tests.factories.programme import make_participation, make_year

pytestmark = pytest.mark.django_db


def test_a_pesantren_reads_its_own_stage_and_no_other(client: Client):
    mine, other = make_pesantren("contoh-satu"), make_pesantren("contoh-dua")
    person = make_user("a@example.com", language="en")
    make_member(person, mine)
    found = make_participation(partner=mine, state="audition_2")
    participations.set_mentor(participation=found, mentor=make_mentor(name="Contoh Pendamping"), actor=SYSTEM)
    make_participation(partner=other, state="checked")
    client.force_login(person)
    page = client.get("/en/workspace/insights/contoh-satu/").content.decode()
    assert "Audition II (kabupaten/kota)" in page
    assert "Mentor: Contoh Pendamping" in page
    assert "Administrative check" not in page


def test_a_mentor_reads_whom_it_accompanies_now(client: Client):
    mentor, running, over = make_mentor(language="en"), make_year(2026), make_year(2025, state="closed")
    make_participation(running, name="Pesantren Ini", mentor=mentor, state="checked")
    make_participation(over, name="Pesantren Lama", mentor=mentor)
    make_participation(running, name="Pesantren Keluar", mentor=mentor, state="left")
    make_participation(running, name="Pesantren Lain")
    client.force_login(mentor)
    page = client.get("/en/workspace/mentoring/").content.decode()
    assert "Pesantren Ini" in page
    assert "OPOP 2026: Administrative check" in page
    for name in ("Lama", "Keluar", "Lain"):
        assert f"Pesantren {name}" not in page
