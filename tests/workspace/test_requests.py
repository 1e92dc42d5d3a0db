"""A pesantren reads what is asked, quotes it on its phone, and confirms its part; nothing of it is another's."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from catalogue.permits.models import PermitRule
from marketplace.common.states import history
from marketplace.notices.models import Mail
from marketplace.pooling.models import Share
from marketplace.reference.working_days import JAKARTA, today
from marketplace.sourcing import signals
from marketplace.sourcing.models import Counter, Demand, Invited, Negotiation, Quote, Remark
from marketplace.sourcing.services import contracts, quotes
from marketplace.sourcing.services import demand as demands
from marketplace.workspace import inbox
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.pooling import SELLER, compose, make_pool, offer
from tests.factories.sourcing import BUYER, a_good, goods_of, make_commodity, make_demand, make_quote

pytestmark = pytest.mark.django_db


class Shop:
    """Two pesantren with mangosteen, a member of each, and an open demand for 1,000 kg in Bandung."""

    def __init__(self) -> None:
        self.manggis = make_commodity()
        self.mine, self.theirs = make_pesantren("contoh-a"), make_pesantren("contoh-b")
        self.member = make_user("anggota@example.com", language="en")
        self.stranger = make_user("lain@example.com", language="en")
        make_member(self.member, self.mine)
        make_member(self.stranger, self.theirs)
        self.goods = goods_of(self.mine, self.manggis, stock=600)
        self.their_goods = goods_of(self.theirs, self.manggis)
        self.demand = make_demand([a_good(self.manggis, target_price=21_000)])

    @property
    def line(self) -> Any:
        return self.demand.lines.get()

    def answers(self, **changed: Any) -> dict[str, Any]:
        """What is typed for the one line, field names without its number."""
        line = {
            "product": self.goods.pk,
            "quantity": "400",
            "stretch": "50",
            "unit_price": "Rp 1.500.000",
            "pack": "10",
            "grade": "A",
            "ready_from": (today() + timedelta(days=15)).isoformat(),
            "ready_to": "",
            "basis": "",
        }
        common = {"kind": "direct", "valid_days": "7", "lead_days": "3", "terms": "Peti 10 kg"}
        typed = {**line, **common, **changed}
        return {f"{key}_{self.line.pk}" if key in line else key: value for key, value in typed.items()}


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop()


@pytest.fixture
def client(shop: Shop) -> Client:
    client = Client()
    client.force_login(shop.member)
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"workspace:{name}", args=args)


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def kinds(person: Any) -> list[str]:
    return [row[0] for row in inbox.waiting(person)]


def form_of(shop: Shop) -> str:
    return url("quote-request", shop.demand.number, shop.mine.code)


def test_the_list_says_why_it_fits(client: Client, shop: Shop) -> None:
    text = text_of(client.get(url("requests")))
    told = Invited.objects.get(partner=shop.mine)
    assert "1,000 kg Manggis" in text
    assert f"{told.score} of 1000 points" in text
    assert "Free in these days: 600 of 1,000 kg." in text
    assert "Deliveries so far: 0. Your record counts from 3 on." in text
    assert "Still missing" not in text
    page = text_of(client.get(url("request", shop.demand.number)))
    assert "21.000" in page
    told.refresh_from_db()
    assert told.seen_at is not None
    assert Invited.objects.get(partner=shop.theirs).seen_at is None


def test_the_list_costs_the_same_however_many(client: Client, shop: Shop) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(url("requests"))
        return len(found)

    def more() -> None:
        made = make_demand([a_good(shop.manggis)], company=shop.demand.company)
        make_quote(made, shop.goods)

    more()
    client.get(url("requests"))
    few = cost()
    for _ in range(3):
        more()
    assert cost() == few


def test_how_we_match_shows_the_figures_of_the_program(client: Client) -> None:
    text = text_of(client.get(url("how-we-match")))
    for said in (
        "up to 300 points",
        "up to 250 points",
        "up to 200 points",
        "1000 points",
        "none from 300 km on",
    ):
        assert said in text


def test_a_quote_is_drafted_looked_over_and_sent(client: Client, shop: Shop) -> None:
    shown = client.get(form_of(shop)).content.decode()
    assert 'value="20.000"' in shown  # the price of the listing
    response = client.post(form_of(shop), shop.answers())
    made = Quote.objects.get()
    assert response["Location"] == url("quote", made.number)
    preview = text_of(client.get(response["Location"]))
    assert "600.000.000" in preview
    assert made.state == "draft"
    response = client.post(url("send-quote", made.number))
    assert response["Location"] == url("talk", made.negotiation_id)
    made.refresh_from_db()
    assert (made.state, made.total, made.sent_by) == ("sent", 600_000_000, shop.member)
    assert made.valid_until.astimezone(JAKARTA).date() == today() + timedelta(days=7)
    line = made.lines.get()
    found = (line.quantity, line.stretch, line.unit_price, line.pack, line.grade, line.basis, line.product)
    assert found == (400, 50, 1_500_000, 10, "A", "", shop.goods)
    client.post(url("send-quote", made.number))  # a second tap
    assert history(made).filter(after="sent").count() == 1
    assert "Sent" in text_of(client.get(url("talk", made.negotiation_id)))


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"quantity": ""}, "quantity", "Write how much you promise."),
        ({"quantity": "banyak"}, "quantity", "Write a whole number in digits"),
        ({"quantity": "99.999.999.999"}, "quantity", "This can be at most 10,000,000."),
        ({"unit_price": ""}, "unit_price", "Write your price of one unit."),
        ({"unit_price": "0"}, "unit_price", "This must be at least 1."),
        (
            {"pack": "30"},
            "pack",
            "400 is not a whole number of packs of 30. Write 390 or 420, or another pack.",
        ),
        ({"pack": "500"}, "pack", "400 is less than one pack of 500. Write 500, or another pack."),
        ({"stretch": "55"}, "stretch", "55 is not a whole number of packs of 10. Write 50 or 60"),
        ({"ready_from": "2020-01-01"}, "ready_from", "This day is over."),
        ({"ready_from": ""}, "ready_from", "Choose a day."),
        ({"ready_to": "2020-01-01"}, "ready_to", "This is before the first day."),
        ({"kind": "supply"}, "basis", "Choose where you hand it over."),
        ({"kind": "offer"}, "", "Select a valid choice."),
        ({"valid_days": "91"}, "", "This can be at most 90."),
        ({"product": "999999999"}, "product", "Select a valid choice."),
    ],
)
def test_errors_stand_beside_the_field_and_nothing_is_lost(
    client: Client, shop: Shop, changed: dict[str, str], field: str, said: str
) -> None:
    response = client.post(form_of(shop), shop.answers(**changed))
    assert said in text_of(response)
    assert "Peti 10 kg" in response.content.decode()
    if field:
        assert f"{field}_{shop.line.pk}" in response.context["form"].errors
    assert not Quote.objects.exists()


def test_anothers_listing_cannot_be_chosen(client: Client, shop: Shop) -> None:
    client.post(form_of(shop), shop.answers(product=shop.their_goods.pk))
    assert not Quote.objects.exists()


def test_abroad_a_pesantren_supplies_and_does_not_read_the_buyer(client: Client, shop: Shop) -> None:
    company = shop.demand.company
    terms = {"country": "AE", "regency": None, "currency": "USD", "mode": "air", "place": "Dubai (AEDXB)"}
    abroad = make_demand([a_good(shop.manggis, target_price=333)], company=company, **terms)
    text = text_of(client.get(url("request", abroad.number)))
    assert company.name not in text
    assert "3.33" not in text
    assert "Dubai (AEDXB)" in text
    shop.demand = abroad
    client.post(form_of(shop), shop.answers(kind="direct", basis="franko"))
    made = Quote.objects.get()
    assert (made.negotiation.kind, made.lines.get().basis) == (Negotiation.SUPPLY, "franko")


def test_a_missing_permit_is_named_and_stops_the_sending(client: Client, shop: Shop) -> None:
    client.post(form_of(shop), shop.answers())
    made = Quote.objects.get()
    PermitRule.objects.create(
        product_class=shop.goods.product_class,
        topic="halal",
        kinds=["halal"],
        valid_from=today() - timedelta(days=9),
        source="Contoh",
    )
    page = client.get(url("request", shop.demand.number))
    assert "Still missing: Halal" in text_of(page)
    assert f"{url('add-permit')}?product={shop.goods.pk}" in page.content.decode()
    preview = client.get(url("quote", made.number)).content.decode()
    assert url("send-quote", made.number) not in preview
    response = client.post(url("send-quote", made.number), follow=True)
    assert "A permit is still missing." in text_of(response)
    made.refresh_from_db()
    assert made.state == "draft"


def test_what_takes_no_answers_says_so(client: Client, shop: Shop) -> None:
    client.post(form_of(shop), shop.answers())
    made = Quote.objects.get()
    demands.close(demand=shop.demand, actor=BUYER)
    assert "takes no more answers" in text_of(client.post(form_of(shop), shop.answers()))
    assert "takes no more answers" in text_of(client.post(url("send-quote", made.number), follow=True))
    assert "takes no more answers" in text_of(client.get(url("request", shop.demand.number)))
    assert kinds(shop.member) == []


def test_a_full_demand_says_so(client: Client, shop: Shop) -> None:
    Demand.objects.update(most_answers=1)
    make_quote(shop.demand, shop.their_goods)
    client.post(form_of(shop), shop.answers())
    made = Quote.objects.get(negotiation__partner=shop.mine)
    assert "as many answers as it takes" in text_of(client.post(url("send-quote", made.number), follow=True))


def test_a_counter_offer_fills_the_next_version(client: Client, shop: Shop) -> None:
    first = make_quote(shop.demand, shop.goods, quantity=400, grade="A")
    lines = {first.lines.get().pk: (300, 19_000)}
    made = quotes.counter(quote=first, key=uuid4(), lines=lines, note="Lebih murah?", person=None)
    assert kinds(shop.member) == ["counter"]
    talk = client.get(url("talk", first.negotiation_id)).content.decode()
    address = f"{form_of(shop)}?kind=direct&counter={made.pk}"
    assert address.replace("&", "&amp;") in talk
    page = client.get(address)
    assert "Lebih murah?" in text_of(page)
    assert page.context["form"][f"quantity_{shop.line.pk}"].value() == "300"
    assert page.context["form"][f"unit_price_{shop.line.pk}"].value() == "19.000"
    assert page.context["form"][f"grade_{shop.line.pk}"].value() == "A"
    client.post(address, shop.answers(quantity="300", unit_price="19.500"))
    second = Quote.objects.get(version=2)
    assert second.answers == made
    client.post(url("send-quote", second.number))
    assert kinds(shop.member) == []
    first.refresh_from_db()
    assert first.state == "sent"  # both stand until one is accepted
    client.post(url("withdraw-quote", first.number))
    first.refresh_from_db()
    assert first.state == "withdrawn"
    foreign = make_quote(shop.demand, shop.their_goods)
    other = quotes.counter(
        quote=foreign, key=uuid4(), lines={foreign.lines.get().pk: (1, 7)}, note="rahasia", person=None
    )
    assert "rahasia" not in text_of(client.get(f"{form_of(shop)}?counter={other.pk}"))
    assert client.get(f"{form_of(shop)}?counter=x9").status_code == 200


def test_questions_are_answered_in_the_thread(client: Client, shop: Shop) -> None:
    talk = make_quote(shop.demand, shop.goods).negotiation
    ask = {"negotiation": talk, "side": Remark.BUYER, "person": None}
    quotes.remark(key=uuid4(), text="Ukuran berapa?", **ask)
    assert kinds(shop.member) == ["remark"]
    assert "Ukuran berapa?" in text_of(client.get(reverse("workspace:home")))
    answer = {"key": str(uuid4()), "text": "10 per kg"}
    for _ in range(2):
        assert client.post(url("talk", talk.pk), answer).status_code == 302
    assert list(Remark.objects.values_list("side", "text")) == [
        ("buyer", "Ukuran berapa?"),
        ("seller", "10 per kg"),
    ]
    assert kinds(shop.member) == []
    empty = client.post(url("talk", talk.pk), {"text": " "})
    assert "Write your question or answer." in text_of(empty)


def test_not_this_time_takes_one_tap(client: Client, shop: Shop) -> None:
    assert kinds(shop.member) == ["request"]
    for _ in range(2):
        client.post(url("refuse-request", shop.demand.number, shop.mine.code))
    assert kinds(shop.member) == []
    assert kinds(shop.stranger) == ["request"]
    assert history(shop.demand).filter(why="not this time: contoh-a").count() == 1
    client.post(form_of(shop), shop.answers())  # a change of mind
    assert Quote.objects.count() == 1


def test_nothing_of_another_pesantren(client: Client, shop: Shop) -> None:
    theirs = make_quote(shop.demand, shop.their_goods, send=False)
    own = make_commodity("rambutan")
    goods_of(shop.theirs, own)
    untold = make_demand([a_good(own)], company=shop.demand.company)
    number, code = shop.demand.number, shop.theirs.code
    pool = make_pool()
    offer(pool, code, partner=shop.theirs, committed=100)
    share = compose(pool)[0]
    for address in (
        url("request", untold.number),
        url("quote-request", untold.number, shop.mine.code),
        url("quote-request", number, code),
        url("quote", theirs.number),
        url("talk", theirs.negotiation_id),
        url("share", share.pk),
    ):
        assert client.get(address).status_code == 404, address
    for address in (
        url("refuse-request", number, code),
        url("send-quote", theirs.number),
        url("withdraw-quote", theirs.number),
        url("talk", theirs.negotiation_id),
        url("share", share.pk),
    ):
        assert client.post(address, {"confirm": "1", "text": "x"}).status_code == 404, address
    theirs.refresh_from_db()
    assert (theirs.state, Share.objects.get().state, Remark.objects.count()) == ("draft", "proposed", 0)


def a_share(shop: Shop) -> Share:
    pool = make_pool(reference="C-1")  # of a call-off: those of an offer only reckon
    offer(pool, shop.mine.code, partner=shop.mine, committed=100)
    return compose(pool)[0]


def test_a_share_is_confirmed_in_two_taps_or_declined_with_a_reason(client: Client, shop: Shop) -> None:
    make_share = a_share(shop)
    assert set(kinds(shop.member)) == {"request", "share"}
    page = client.get(url("shares")).content.decode()
    assert url("share", make_share.pk) in page
    assert "Please answer by" in text_of(client.get(url("share", make_share.pk)))
    client.post(url("share", make_share.pk), {"confirm": "1"})
    make_share.refresh_from_db()
    assert make_share.state == "committed"
    again = client.post(url("share", make_share.pk), {"confirm": "1"}, follow=True)
    assert "this was answered already" in text_of(again)
    assert "Write why" in text_of(client.post(url("share", make_share.pk), {"why": " "}))
    client.post(url("share", make_share.pk), {"why": "Panen <b>gagal</b>"})
    make_share.refresh_from_db()
    assert (make_share.state, make_share.ended, make_share.why) == ("released", "declined", "Panen gagal")
    assert "share" not in kinds(shop.member)


def test_after_the_deadline_a_share_is_refused_politely(client: Client, shop: Shop) -> None:
    late = a_share(shop)
    Share.objects.update(confirm_by=timezone.now() - timedelta(minutes=1))
    assert "share" not in kinds(shop.member)
    page = client.get(url("share", late.pk))
    assert "The time to answer is over." in text_of(page)
    assert 'name="confirm"' not in page.content.decode()
    assert "The time to answer is over." in text_of(
        client.post(url("share", late.pk), {"confirm": "1"}, follow=True)
    )
    late.refresh_from_db()
    assert late.state == "proposed"


def subjects(person: Any) -> list[str]:
    return list(Mail.objects.filter(to=person.email).order_by("pk").values_list("subject", flat=True))


def test_members_get_mails(shop: Shop) -> None:
    assert subjects(shop.member) == ["Asked for: 1,000 kg Manggis"]
    signals.demand_opened.send(Demand, demand=shop.demand)  # told once
    first = make_quote(shop.demand, shop.goods)
    lines = {first.lines.get().pk: (300, 19_000)}
    quotes.counter(quote=first, key=uuid4(), lines=lines, note="", person=None)
    ask = {"negotiation": first.negotiation, "person": None}
    quotes.remark(key=uuid4(), text="?", side=Remark.BUYER, **ask)
    quotes.remark(key=uuid4(), text="!", side=Remark.SELLER, **ask)
    a_share(shop)
    contracts.award(quote=first, actor=BUYER)
    number = first.number
    assert subjects(shop.member)[1:] == [
        f"Counter-offer to {number}",
        f"Question about {shop.demand.number}",
        "Your part: 100 kg Manggis contoh",
        f"Your quote {number} is accepted",
    ]
    assert subjects(shop.stranger) == ["Asked for: 1,000 kg Manggis"]


def test_mails_of_declined_and_expired_quotes(shop: Shop) -> None:
    declined, expired = make_quote(shop.demand, shop.goods), make_quote(shop.demand, shop.their_goods)
    quotes.decline(quote=declined, actor=BUYER, why="Terlalu mahal")
    quotes.expire(quote=expired, now=timezone.now() + timedelta(days=8), actor=SELLER)
    assert subjects(shop.member)[1:] == [f"Your quote {declined.number} was not taken"]
    assert "Terlalu mahal" in Mail.objects.filter(to=shop.member.email).latest("pk").text
    assert subjects(shop.stranger)[1:] == [f"Your quote {expired.number} has expired"]


def test_at_most_thirty_ready_pesantren_are_told_by_mail(shop: Shop, monkeypatch: Any) -> None:
    monkeypatch.setattr("marketplace.workspace.sourcing_mails.MOST_TOLD", 1)
    Mail.objects.all().delete()
    make_demand([a_good(shop.manggis), a_good(shop.manggis, 10)], company=shop.demand.company)
    assert Mail.objects.count() == 1
    assert subjects(shop.stranger) == ["Asked for: 1,000 kg Manggis"]  # it has more free


def test_the_inbox_and_its_count_cost_the_same(client: Client, shop: Shop) -> None:
    first = make_quote(shop.demand, shop.goods)
    lines = {first.lines.get().pk: (300, 19_000)}
    quotes.counter(quote=first, key=uuid4(), lines=lines, note="x", person=None)
    quotes.remark(key=uuid4(), text="?", side=Remark.BUYER, negotiation=first.negotiation, person=None)
    a_share(shop)
    make_demand([a_good(shop.manggis), a_good(shop.manggis, 9)], company=shop.demand.company)
    assert sorted(kinds(shop.member)) == ["counter", "remark", "request", "share"]
    page = client.get(reverse("workspace:home"))
    assert len(page.context["rows"]) == 4
    for row in page.context["rows"]:
        assert client.get(row.url).status_code == 200
    with CaptureQueriesContext(connection) as counted:
        assert inbox.count(shop.member) == 4
    assert len(counted) == 1


def test_the_office_sees_first_what_nobody_answers(shop: Shop) -> None:
    answered = make_demand([a_good(shop.manggis)], company=shop.demand.company, days=2)
    make_quote(answered, shop.goods)
    make_quote(answered, shop.goods, kind=Negotiation.SUPPLY, basis="loco")
    Demand.objects.update(opened_at=timezone.now() - timedelta(days=3))
    fresh = make_demand([a_good(shop.manggis)], company=shop.demand.company, days=1)
    office, client = make_user("kantor@example.com", staff_role="office"), Client()
    client.force_login(office)
    page = client.get(reverse("office:demands"))
    rows = [(row, row.told, row.answered, row.is_silent) for row in page.context["page_obj"]]
    assert rows == [(shop.demand, 2, 0, True), (fresh, 2, 0, False), (answered, 2, 1, False)]
    assert shop.demand.company.name in text_of(page)
    client.force_login(make_user("ekspor@example.com", staff_role="export"))
    assert shop.demand.company.name not in text_of(client.get(reverse("office:demands")))


def test_bent_addresses_are_not_found(client: Client) -> None:
    for address in (
        url("request", "x" * 50),
        url("quote", "P26-%00"),
        url("share", 10**9),
        url("talk", 10**9),
    ):
        assert client.get(address).status_code == 404
    assert Counter.objects.count() == 0
