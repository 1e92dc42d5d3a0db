"""The credit note as PDF: what goes back and where to; only for those whose order it is."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from marketplace.common.actor import Actor
from marketplace.fulfilment import services
from marketplace.fulfilment.documents import credit_note as paper
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.money import Money
from marketplace.orders.queries import link_token
from marketplace.payments.models import CreditNote, LineTerms
from tests.factories.catalogue import make_member, make_user
from tests.factories.companies import make_company
from tests.factories.fees import fee_rule
from tests.fulfilment.steps import bring, one_seller, paid, sign

pytestmark = pytest.mark.django_db


def note_of(placed: Any, what: Any = 3) -> CreditNote:
    part = placed.order.fulfilments.get()
    sign(bring(part, "delivered"))
    part = Fulfilment.objects.get(pk=part.pk)
    actor = Actor.of(make_user("kantor@example.com", staff_role="office"))
    lines = {part.lines.get().pk: what}
    return services.issue_credit_note(fulfilment=part, lines=lines, why="Tiga *busuk*", actor=actor)


def test_units_reason_and_where_it_goes() -> None:
    fee_rule(rate_bp=300)
    placed = one_seller()
    paid(placed)
    LineTerms.objects.update(tax_bp=1_200, tax_parts=11, tax_of=12)
    note = note_of(placed)
    with translation.override("en"):
        found = paper.data(note, "en")
    assert found["lines"] == [{"title": "Sarung uji", "quantity": "3 potong", "sum": "Rp\u00a0150.000"}]
    assert found["sums"] == [["of which PPN in the goods' price", "Rp\u00a014.864"]]  # 11/111 of it
    assert found["goes"] == [["Paid back to the buyer", "Rp\u00a0150.000"]]
    assert found["facts"][-1] == ["Reason", "Tiga *busuk*"]
    for language in ("id", "en", "ar"):
        assert paper.credit_note(note, language).startswith(b"%PDF-")


def test_by_amount_and_off_the_bill() -> None:
    note = note_of(one_seller(company=make_company()), Money(25_000))
    found = paper.data(note, "id")
    assert found["lines"][0]["quantity"] == ""
    assert [row[1] for row in found["goes"]] == ["Rp\u00a025.000"]
    assert found["sums"] == []


def test_linked_from_every_page_and_hidden_from_others(client: Client) -> None:
    placed = one_seller()
    paid(placed)
    note = note_of(placed)
    token = link_token(placed.order)
    mine = reverse("account:credit-note", args=[token, note.number])
    assert mine in client.get(reverse("account:guest-order", args=[token])).content.decode()
    answer = client.get(mine)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    other = link_token(one_seller().order)
    assert client.get(reverse("account:credit-note", args=[other, note.number])).status_code == 404
    part = placed.order.fulfilments.get()
    member = make_user("anggota@example.com")
    make_member(member, part.partner)
    client.force_login(member)
    theirs = reverse("workspace:credit-note", args=[part.number, note.number])
    assert theirs in client.get(reverse("workspace:fulfilment", args=[part.number])).content.decode()
    assert client.get(theirs).status_code == 200
