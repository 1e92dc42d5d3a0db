"""Which words are a claim, what waits for the office, and what becomes of it."""

import csv
from typing import Any
from uuid import uuid4

import pytest

from catalogue import states as listing
from catalogue.claims import queries, reading, services, states
from catalogue.claims.models import Claim, ProposedChange, Sign
from catalogue.loading import claims as loading
from catalogue.loading.rows import DATA, Tally
from catalogue.models import Product, ProductImage
from catalogue.permits import services as permits
from catalogue.services import listings
from catalogue.services.listings import Terms
from catalogue.services.writing import texts_of
from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.states import IllegalMove, history
from marketplace.notices.models import Mail
from tests.common.race import race
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.claims import a_claim, facts_of, make_claims, make_grade
from tests.factories.permits import a_permit, a_rule

pytestmark = pytest.mark.django_db
TERMS = Terms(price=10_000, stock=5, minimum=1, multiple=1, lead_days=None)


@pytest.fixture
def goods() -> Product:
    make_claims()
    return make_product(make_pesantren("contoh-satu"), title="Sarung", description="Sarung katun")


def say(product: Product, **texts: Any) -> ProposedChange | None:
    return listings.change(product=product, facts=facts_of(product, **texts), actor=SYSTEM)


def publish(goods: Product, **texts: Any) -> Product:
    """A new listing of the same pesantren."""
    kind, facts = goods.product_class, facts_of(goods, **texts)
    draft = listings.start(partner=goods.seller, kind=kind, key=uuid4(), answers={}, actor=SYSTEM)
    ProductImage.objects.create(product=draft.product, original="products/none.webp")
    assert listings.publish(product=draft.product, facts=facts, terms=TERMS, actor=SYSTEM)
    return draft.product


def said(product: Product) -> tuple[str, str]:
    product.refresh_from_db()
    return product.title_ind, product.description_ind


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Sarung katun", []),
        ("Sarung HALAL.", [("halal", "HALAL")]),
        ("halalan", []),
        ("Beras organik, bebas pestisida", [("organic", "organik"), ("free-from", "bebas pestisida")]),
        ("bebas", []),
        ("Nomor-1 di Jawa", [("best", "Nomor-1")]),
        ("أرز العُضوي وحلال", [("organic", "العُضوي"), ("halal", "وحلال")]),
        ("\0\ud800 bebas 日本", [("free-from", "bebas 日本")]),
    ],
)
def test_words_in_any_language(goods: Product, text: str, claims: list[Any]) -> None:
    found = [(one.code, one.text) for *_, one in reading.in_text(text, reading.signs())]
    assert found == claims


def test_the_data_is_whole_and_read() -> None:
    loading.load(tally := Tally())
    assert (tally.new["claim"], tally.new["sign"]) == (Claim.objects.count(), Sign.objects.count())
    rows = list(csv.DictReader((DATA / "claim_signs.csv").read_text().splitlines()))
    assert {row["claim"] for row in rows} == set(Claim.objects.values_list("code", flat=True))
    known = reading.signs()
    missing = [row["text"] for row in rows if row["kind"] == "word"
               and not reading.in_text(row["text"].replace("*", "kata"), known)]  # fmt: skip
    assert missing == []
    loading.load(again := Tally())
    assert not again.new
    assert not again.changed


def test_the_old_text_stays_and_the_rest_holds_at_once(goods: Product) -> None:
    change = say(
        goods, name="Sarung merah", description="Sarung katun halal", columns={"gross_weight_g": 700}
    )
    assert change is not None
    assert said(goods) == ("Sarung merah", "Sarung katun")
    assert (goods.gross_weight_g, goods.is_public) == (700, True)
    assert (change.before, change.after) == (
        {"description": "Sarung katun"},
        {"description": "Sarung katun halal"},
    )
    assert change.claims == [{"code": "halal", "text": "halal"}]
    assert services.confirm(change=change, actor=SYSTEM)
    assert said(goods) == ("Sarung merah", "Sarung katun halal")
    assert say(goods, description="Sarung halal, katun merah") is None  # the same claim in other words
    assert say(goods, description="Sarung halal bebas kimia") is not None


def test_an_answer_can_be_a_claim(goods: Product) -> None:
    make_grade(goods)
    change = say(goods, attributes={"grade": "A"})
    assert change
    assert change.after == {"a_grade": "A"}
    assert texts_of(goods).get("a_grade", "") == ""
    services.confirm(change=change, actor=SYSTEM)
    assert texts_of(goods)["a_grade"] == "A"
    assert say(goods, attributes={"grade": "A"}) is None
    assert say(goods, attributes={"grade": "B"}) is not None


def test_a_permit_proves_it(goods: Product) -> None:
    permits.confirm(permit=a_permit(goods, make_user("x@example.com")), actor=SYSTEM)
    assert say(goods, description="Sarung halal") is None
    assert say(goods, description="Sarung halal organik") is not None


def test_what_waits_is_said_once_its_permit_is_confirmed(goods: Product) -> None:
    change, other = say(goods, description="Sarung halal"), make_product(goods.seller, title="Lain")
    say(other, description="Lain halal")
    permits.confirm(permit=a_permit(goods, make_user("x@example.com")), actor=SYSTEM)
    assert said(goods)[1] == "Sarung halal"
    assert change
    change.refresh_from_db()
    assert (change.state, change.why) == (states.CONFIRMED, "proven by a permit")
    assert said(other)[1] == ""


def test_a_new_listing_waits_and_comes_by_itself(goods: Product) -> None:
    product = publish(goods, name="Kopi organik")
    assert (product.state, product.is_public, product.claims_open) == (listing.STOPPED, False, True)
    assert product.stopped_why == "klaim yang belum dibenarkan kantor"
    [change] = ProposedChange.objects.all()
    assert (change.is_first, change.before, change.after) == (True, {}, {"name": "Kopi organik"})
    services.confirm(change=change, actor=SYSTEM)
    product.refresh_from_db()
    assert (product.state, product.is_public, product.claims_open) == (listing.ON_SALE, True, False)


def test_a_new_listing_without_the_words_is_on_sale_at_once(goods: Product) -> None:
    product = publish(goods, name="Kopi organik")
    services.refuse(change=ProposedChange.objects.get(), actor=SYSTEM, why="Tidak ada sertifikat")
    product.refresh_from_db()
    assert (product.state, product.claims_open) == (listing.STOPPED, True)
    assert say(product, name="Kopi sangat organik") is not None  # may propose again
    assert say(product, name="Kopi") is None
    product.refresh_from_db()
    assert (product.state, product.is_public, product.claims_open) == (listing.ON_SALE, True, False)
    kept = ProposedChange.objects.order_by("pk").values_list("state", flat=True)
    assert list(kept) == [states.REFUSED, states.WITHDRAWN]


def test_claims_and_permits_are_both_asked(goods: Product) -> None:
    a_rule(goods, "halal")
    product = publish(goods, name="Kopi organik halal")
    services.confirm(change=ProposedChange.objects.get(), actor=SYSTEM)
    product.refresh_from_db()
    assert (product.state, product.claims_open) == (listing.STOPPED, False)
    permits.confirm(permit=a_permit(product, make_user("x@example.com")), actor=SYSTEM)
    product.refresh_from_db()
    assert product.state == listing.ON_SALE


def test_a_permit_alone_lets_a_refused_listing_go(goods: Product) -> None:
    product = publish(goods, name="Kopi halal")
    services.refuse(change=ProposedChange.objects.get(), actor=SYSTEM, why="?")
    assert permits.confirm(permit=a_permit(product, make_user("x@example.com")), actor=SYSTEM) == 1
    product.refresh_from_db()
    assert (product.state, product.claims_open) == (listing.ON_SALE, False)


def test_taken_off_sale_and_back_a_claim_still_waits(goods: Product) -> None:
    product = publish(goods, name="Kopi organik")
    listings.pause(product=product, actor=SYSTEM)
    listings.relist(product=product, actor=SYSTEM)
    assert (product.state, product.is_public) == (listing.STOPPED, False)


def test_what_waits_goes_on_waiting_unless_it_is_said_anew(goods: Product) -> None:
    first = say(goods, description="Sarung halal")
    assert say(goods, name="Sarung biru", description="Sarung halal") == first
    assert said(goods) == ("Sarung biru", "Sarung katun")
    second = say(goods, name="Sarung organik", description="Sarung halal")
    assert second
    assert second.after == {"name": "Sarung organik", "description": "Sarung halal"}
    assert say(goods, description="Sarung katun tebal") is None
    assert said(goods) == ("Sarung biru", "Sarung katun tebal")
    ended = list(ProposedChange.objects.order_by("pk").values_list("state", flat=True))
    assert ended == [states.WITHDRAWN, states.WITHDRAWN]


def test_overtaken_by_another_text_it_ends_with_a_mail(goods: Product) -> None:
    make_member(make_user("m@example.com", language="en"), goods.seller)
    change = say(goods, description="Sarung halal")
    assert change
    Product.objects.filter(pk=goods.pk).update(description_ind="Dimuat ulang")
    assert services.confirm(change=change, actor=SYSTEM) is False
    change.refresh_from_db()
    assert (change.state, said(goods)[1]) == (states.OUTDATED, "Dimuat ulang")
    assert "it says something else by now" in Mail.objects.get().text


def test_refused_with_a_reason_that_its_people_read(goods: Product) -> None:
    make_member(make_user("m@example.com", language="en"), goods.seller)
    change = say(goods, description="Sarung halal")
    assert change
    services.refuse(change=change, actor=SYSTEM, why="Kirim sertifikat dulu")
    assert said(goods)[1] == "Sarung katun"
    assert "Kirim sertifikat dulu" in Mail.objects.get().text
    assert [row.after for row in history(change)] == [states.WAITS, states.REFUSED]
    with pytest.raises(IllegalMove):
        services.withdraw(change=change, actor=SYSTEM)


def test_nobody_decides_on_their_own_pesantren(goods: Product) -> None:
    person = make_user("both@example.com", staff_role="office")
    make_member(person, goods.seller)
    change = say(goods, description="Sarung halal")
    assert change
    for work in (
        lambda: services.confirm(change=change, actor=Actor.of(person)),
        lambda: services.refuse(change=change, actor=Actor.of(person), why="x"),
    ):
        with pytest.raises(services.OwnClaim):
            work()
    assert list(queries.waiting(person)) == [change]


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_and_the_pesantren_too() -> None:
    goods = make_product(make_pesantren("contoh-satu"), description="Sarung katun")
    change = a_claim(goods)
    found = race(
        lambda: services.confirm(change=ProposedChange.objects.get(), actor=SYSTEM),
        lambda: services.refuse(change=ProposedChange.objects.get(), actor=SYSTEM, why="x"),
        lambda: services.withdraw(change=ProposedChange.objects.get(), actor=SYSTEM),
        lambda: say(goods, description="Sarung organik merah"),
    )
    assert sum(isinstance(one, IllegalMove) for one in found[:3]) in (2, 3)
    assert not [one for one in found if isinstance(one, Exception) and not isinstance(one, IllegalMove)]
    change.refresh_from_db()
    expected = {states.CONFIRMED: {"Sarung organik", "Sarung organik merah"}}
    assert said(goods)[1] in expected.get(change.state, {"Sarung katun"})
