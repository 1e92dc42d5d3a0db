"""A pesantren writes a claim on its phone, the office compares and confirms; later it stops the pesantren's sales."""

from typing import Any

import pytest

from catalogue.claims.models import ProposedChange
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.claims import make_claims
from tests.journeys.conftest import DESKTOP, PHONE, screen

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["id", "ar"])
def test_a_claim_is_believed_by_the_office_first(transactional_db: None, person: Any, language: str) -> None:
    make_claims()
    mine = make_pesantren("contoh-satu", phone="+6281234567890")
    goods = make_product(mine, title="Beras merah", description="Beras merah dari sawah kami.")
    make_member(make_user("member@example.com"), mine)
    make_user("office@example.com", staff_role="office")
    member, office, buyer = person(language, PHONE), person(language, DESKTOP), person(language, PHONE)
    member.sign_in("member@example.com")
    member.open(f"/workspace/products/{goods.pk}/change/texts/")
    member.fill(description="Beras merah organik dari sawah kami, bebas pestisida.")
    member.press("main")
    member.page.screenshot(path=screen(f"claim-waits-{language}"), full_page=True)
    office.sign_in("office@example.com")
    office.open("/office/queues/?queue=claims")
    office.page.screenshot(path=screen(f"office-queue-{language}"), full_page=True)
    office.follow(f"/claims/{ProposedChange.objects.get().pk}/")
    office.page.screenshot(path=screen(f"office-claim-{language}"), full_page=True)
    office.press("/confirm/")
    buyer.open(goods.get_absolute_url())
    buyer.sees("organik")
    office.open(f"/office/pesantren/{mine.code}/suspend/")
    office.fill(why="Tiga pesanan tidak dijawab.")
    office.page.screenshot(path=screen(f"office-suspend-{language}"), full_page=True)
    office.press("main")
    office.page.screenshot(path=screen(f"office-suspended-{language}"), full_page=True)
    member.open("/workspace/")
    member.sees("Tiga pesanan tidak dijawab.")
    member.page.screenshot(path=screen(f"suspended-home-{language}"), full_page=True)
    buyer.open(f"/pesantren/{mine.code}/")
    buyer.page.screenshot(path=screen(f"suspended-public-{language}"), full_page=True)
    office.press("/lift/")
    buyer.open(goods.get_absolute_url())
    buyer.sees("organik")
    office.open("/office/claims/?state=confirmed")
    office.page.screenshot(path=screen(f"office-claims-{language}"), full_page=True)
