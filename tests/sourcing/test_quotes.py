"""Demands and quotes: who may, versions that never change, ends by the clock, and races."""

from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from marketplace.account.demand_forms import end_of
from marketplace.common.actor import SYSTEM
from marketplace.common.states import IllegalMove, history
from marketplace.reference.working_days import today
from marketplace.sourcing import queries, signals, states, tasks
from marketplace.sourcing.models import Demand, Invited, Negotiation, Quote
from marketplace.sourcing.services import demand as demands
from marketplace.sourcing.services import quotes
from marketplace.sourcing.services.demand import DemandError, Slot
from marketplace.sourcing.services.quotes import QuoteError
from offtakers import states as companies
from offtakers.models import Company
from tests.common.race import race
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.companies import admin_of, make_company
from tests.factories.sourcing import BUYER, SELLER, a_good, goods_of, make_commodity, make_demand, make_quote
from tests.sourcing.steps import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def manggis() -> Any:
    return make_commodity()


@pytest.fixture
def product(manggis: Any) -> Any:
    return goods_of(make_pesantren("contoh-satu"), manggis)


def test_a_draft_is_made_once_and_corrected_until_it_is_open(manggis: Any) -> None:
    company = make_company()
    key, terms = uuid4(), {"answers_until": timezone.now() + timedelta(days=3)}
    call = {"company": company, "person": admin_of(company), "key": key, "terms": terms, "actor": BUYER}
    made = demands.draft(goods=[a_good(manggis, 700)], **call)
    assert demands.draft(goods=[a_good(manggis, 900)], **call).pk == made.pk
    assert made.lines.get().quantity == 700
    demands.correct(demand=made, terms=terms, goods=[a_good(manggis, 900)], actor=BUYER)
    assert made.lines.get().quantity == 900
    demands.open_(demand=made, actor=BUYER)
    fixed = {"demand": made, "terms": terms, "goods": [a_good(manggis)], "actor": BUYER}
    assert refused(DemandError, demands.correct, **fixed) == "fixed"
    foreign = {**call, "company": make_company(make_user("lain@example.com"))}
    assert refused(Demand.DoesNotExist, demands.draft, goods=[a_good(manggis)], **foreign) == ""


def test_what_does_not_add_up_is_refused(manggis: Any) -> None:
    company = make_company()
    call = {"company": company, "person": None, "key": uuid4(), "terms": {}, "actor": BUYER}
    assert refused(DemandError, demands.draft, goods=[], **call) == "lines"
    good = a_good(manggis, 100)
    short = type(good)(**{**vars(good), "slots": [Slot(good.slots[0].first, good.slots[0].last, 99)]})
    assert refused(DemandError, demands.draft, goods=[short], **call) == "slots"
    assert not Demand.objects.exists()


def test_only_a_verified_company_opens_and_only_ahead_of_its_end(manggis: Any) -> None:
    made = make_demand([a_good(manggis)], open_it=False, days=-1)
    assert refused(DemandError, demands.open_, demand=made, actor=BUYER) == "until"
    Company.objects.update(state=companies.SUSPENDED)
    assert refused(DemandError, demands.open_, demand=made, actor=BUYER) == "company"
    assert Demand.objects.get().state == states.DRAFT


def test_who_may_answer_how(manggis: Any, product: Any) -> None:
    stranger = goods_of(make_pesantren("contoh-lain"), make_commodity("salak", []))
    home = make_demand([a_good(manggis)])
    abroad = make_demand([a_good(manggis)], company=home.company, country="AE", regency=None)
    may = quotes.may_answer
    assert may(home, product.seller, Negotiation.DIRECT)
    assert may(abroad, product.seller, Negotiation.SUPPLY)
    assert not may(abroad, product.seller, Negotiation.DIRECT), (
        "an exporter alone stands before a buyer abroad"
    )
    assert not may(home, stranger.seller, Negotiation.DIRECT), "nobody asked it"
    assert not may(home, product.seller, Negotiation.OFFER)
    exporter = make_pesantren("contoh-eksportir", is_exporter=True)
    assert may(abroad, exporter, Negotiation.OFFER)
    call = {"demand": home, "product": stranger, "kind": Negotiation.DIRECT}
    assert refused(QuoteError, make_quote, **call) == "kind"


def test_a_version_that_was_sent_is_never_edited(manggis: Any, product: Any) -> None:
    demand = make_demand([a_good(manggis)])
    first = make_quote(demand, product, 500, 20_000)
    assert (first.total, first.version, first.state) == (10_000_000, 1, states.SENT)
    line = first.lines.get()
    for change in (
        lambda: Quote.objects.filter(pk=first.pk).update(terms="other"),
        lambda: first.lines.update(unit_price=1),
        line.delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    second = make_quote(demand, product, 500, 19_000)
    first.refresh_from_db()
    assert (second.version, first.state) == (2, states.SENT), "the earlier one stands until one is accepted"
    quotes.accept(quote=second, actor=BUYER)
    first.refresh_from_db()
    assert (first.state, second.state) == (states.SUPERSEDED, states.ACCEPTED)
    assert [row.after for row in history(first)] == ["draft", "sent", "superseded"]


def test_a_counter_offer_once_and_only_to_what_stands(manggis: Any, product: Any) -> None:
    demand = make_demand([a_good(manggis)])
    quote, key = make_quote(demand, product), uuid4()
    lines = {quote.lines.get().pk: (400, 18_000)}
    made = quotes.counter(quote=quote, key=key, lines=lines, note="", person=None)
    assert quotes.counter(quote=quote, key=key, lines=lines, note="", person=None) == made
    assert [(row.quantity, row.unit_price) for row in made.lines.all()] == [(400, 18_000)]
    call = {"quote": quote, "key": uuid4(), "note": "", "person": None}
    assert refused(QuoteError, quotes.counter, lines={0: (1, 1)}, **call) == "lines"
    quotes.withdraw(quote=quote, actor=SELLER)
    assert refused(QuoteError, quotes.counter, lines=lines, **call) == "over"


def test_a_cap_on_answers(manggis: Any, product: Any) -> None:
    demand = make_demand([a_good(manggis)])
    Demand.objects.update(most_answers=1)
    second = goods_of(make_pesantren("contoh-dua"), manggis)
    Invited.objects.create(
        demand=demand, line=demand.lines.get(), partner=second.seller, product=second, score=1
    )
    make_quote(demand, product)
    make_quote(demand, product, unit_price=19_000)  # its own second version is no second answer
    assert refused(QuoteError, make_quote, demand=demand, product=second) == "full"
    assert make_quote(demand, second, kind=Negotiation.SUPPLY).state == states.SENT, "supply does not count"


def test_the_clock_ends_quotes_then_the_demand(manggis: Any, product: Any) -> None:
    demand = make_demand([a_good(manggis)], days=2)
    quote = make_quote(demand, product, days=5)
    start = timezone.now()
    assert refused(QuoteError, make_quote, demand=demand, product=product, days=181) == "valid"
    with time_machine.travel(start + timedelta(days=3), tick=False):
        tasks.sweep()
        assert refused(QuoteError, make_quote, demand=demand, product=product) == "closed"
    quote.refresh_from_db()
    demand.refresh_from_db()
    assert (quote.state, demand.state) == (states.SENT, states.OPEN), "a quote stands that can be accepted"
    with time_machine.travel(start + timedelta(days=6), tick=False):
        assert refused(QuoteError, quotes.accept, quote=quote, actor=BUYER) == "over"
        tasks.sweep()
    quote.refresh_from_db()
    demand.refresh_from_db()
    assert (quote.state, demand.state) == (states.EXPIRED, states.EXPIRED)


def test_the_last_day_is_a_moment_in_west_java_wherever_the_reader_is(manggis: Any, product: Any) -> None:
    """Until 23:59:59 in West Java: in Dubai it is 20:59:59 of the same day, in Tokyo 01:59:59 of the next."""
    demand = make_demand([a_good(manggis)], days=60)
    made = make_quote(demand, product, send=False)
    last = end_of(today() + timedelta(days=7))
    Quote.objects.filter(pk=made.pk).update(valid_until=last)
    made.refresh_from_db()
    quotes.send(quote=made, person=None, actor=SELLER)
    for zone in ("Asia/Dubai", "Asia/Tokyo", "America/New_York"):
        with timezone.override(ZoneInfo(zone)):
            with time_machine.travel(last - timedelta(seconds=1), tick=False):
                quotes.check_standing(made)
                assert not quotes.expire(quote=made, now=timezone.now(), actor=SYSTEM)
            with time_machine.travel(last, tick=False):
                assert refused(QuoteError, quotes.accept, quote=made, actor=BUYER) == "over"
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert quotes.expire(quote=made, now=last, actor=SYSTEM)


def test_the_buyer_is_told_once_before_a_quote_ends(manggis: Any, product: Any) -> None:
    other = goods_of(make_pesantren("contoh-dua"), manggis)
    demand = make_demand([a_good(manggis)], days=60)
    first = make_quote(demand, product, days=7)
    second = make_quote(demand, product, days=8)
    supply = make_quote(demand, product, days=7, kind=Negotiation.SUPPLY, basis="loco")
    short = make_quote(demand, other, days=2)  # its mail said so just now
    assert supply.state == short.state == states.SENT
    until = second.valid_until
    assert until is not None
    heard: list[Quote] = []

    def hear(quote: Quote, **kwargs: Any) -> None:
        heard.append(quote)

    signals.quote_ending.connect(hear)
    try:
        for moment in (until - timedelta(days=2, seconds=1), until - timedelta(days=2), until):
            with time_machine.travel(moment, tick=False):
                tasks.sweep()
        with time_machine.travel(until - timedelta(days=1), tick=False):
            tasks.sweep()
            assert not quotes.remind(quote=second, now=timezone.now())
    finally:
        signals.quote_ending.disconnect(hear)
    assert heard == [second], "of two versions the last, once; not the supply, not what ended"
    assert first.pk != second.pk


def test_a_lost_task_is_made_up_for(manggis: Any, product: Any) -> None:
    demand = make_demand([a_good(manggis)], open_it=False)
    demands.open_(demand=demand, actor=BUYER)
    assert not Invited.objects.exists()
    tasks.sweep()
    assert Invited.objects.get().partner == product.seller
    tasks.match(demand.pk)
    tasks.match(0)
    assert Invited.objects.count() == 1


def test_cancelling_ends_open_quotes(manggis: Any, product: Any) -> None:
    demand = make_demand([a_good(manggis)])
    quote = make_quote(demand, product)
    demands.cancel(demand=demand, actor=BUYER, why="Batal")
    quote.refresh_from_db()
    assert quote.state == states.DECLINED
    with pytest.raises(IllegalMove):
        demands.cancel(demand=demand, actor=BUYER)


def test_each_sees_its_own(manggis: Any, product: Any) -> None:
    demand = make_demand([a_good(manggis)])
    hidden = make_demand([a_good(manggis)], company=demand.company, open_it=False)
    seller, stranger = make_user("penjual@example.com"), make_user("asing@example.com")
    exporter = make_user("eksportir@example.com")
    make_member(seller, product.seller)
    make_member(stranger, make_pesantren("contoh-asing"))
    make_member(exporter, make_pesantren("contoh-eksportir", is_exporter=True))
    assert list(queries.demands_of_buyer(admin_of(demand.company))) == [hidden, demand]
    assert list(queries.demands_of_buyer(seller)) == []
    assert list(queries.demands_for_sellers(seller)) == [demand]
    assert list(queries.demands_for_sellers(exporter)) == [demand]
    assert list(queries.demands_for_sellers(stranger)) == []
    assert list(queries.demands_for_staff(stranger)) == []
    assert list(queries.demands_for_staff(make_user("x@example.com", staff_role="export"))) == [demand]


@pytest.mark.django_db(transaction=True)
def test_accepting_while_it_is_withdrawn() -> None:
    product = goods_of(make_pesantren("contoh-satu"), make_commodity())
    demand = make_demand([a_good(product.commodity)])
    quote = make_quote(demand, product)

    def step(call: Any) -> str:
        try:
            call(quote=Quote.objects.get(pk=quote.pk), actor=SYSTEM)
        except (QuoteError, IllegalMove):
            return "refused"
        return "done"

    outcomes = race(lambda: step(quotes.accept), lambda: step(quotes.withdraw))
    assert sorted(outcomes) == ["done", "refused"]
    quote.refresh_from_db()
    assert quote.state == (states.ACCEPTED if outcomes[0] == "done" else states.WITHDRAWN)
