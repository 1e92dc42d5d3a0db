"""What composer and pesantren read, in three languages; and that nobody reads the other's."""

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from marketplace.pooling import queries, services, words
from marketplace.pooling.models import Offer, PoolRun, Share
from marketplace.pooling.terms import Bottleneck, Limit, Reason
from tests.factories.catalogue import make_member, make_user
from tests.factories.pooling import COMPOSER, SELLER, compose, confirm, make_pool, offer, three

pytestmark = pytest.mark.django_db
LANGUAGES = ["id", "en", "ar"]


@pytest.fixture
def office() -> Any:
    return make_user("kantor@example.com", staff_role="office")


def member(offer: Offer) -> Any:
    """Somebody who works for the pesantren of this offer."""
    person = make_user(f"orang-{offer.pk}@example.com")
    make_member(person, offer.partner)
    return person


def plain(html: str) -> str:
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words(language: str) -> None:
    with translation.override(language):
        for texts in (words.TO_COMPOSER, words.TO_PESANTREN):
            assert set(texts) == set(Reason)
            said = [words._say(texts, reason, 1_250, "kg") for reason in Reason]
            assert len(set(said)) == len(Reason)
            assert "1.250" in said[list(Reason).index(Reason.DEARER)]
        limits = [words.of_bottleneck(Bottleneck(limit, 75), "kg") for limit in Limit]
        assert len(set(limits)) == len(Limit)
        assert all("75" in text for text in limits)


def test_the_composer_reads_who_gets_what_and_why(office: Any, django_assert_num_queries: Any) -> None:
    pool = make_pool(per_stretch=500)
    three(pool)
    compose(pool)
    run = PoolRun.objects.select_related("pool").get()
    with translation.override("en"):
        with django_assert_num_queries(1):
            found = queries.explained(office, run)
        text = plain(render_to_string("pooling/_explained.html", {"explained": found}))
    assert "60 kg" in text
    assert "All that it committed is taken." in text
    assert "500\N{POP DIRECTIONAL ISOLATE} a kg dearer" in text
    assert "Rp\N{NO-BREAK SPACE}1.040.000" in text
    assert queries.explained(make_user("lain@example.com"), PoolRun.objects.get()) is None
    assert queries.preview(make_user("lain2@example.com"), pool) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unreached_quantity_says_what_is_missing(language: str, office: Any) -> None:
    pool = make_pool(250, cap_permille=200)
    three(pool)
    with translation.override(language):
        explained, _ = queries.preview(office, pool)
        html = render_to_string("pooling/_explained.html", {"explained": explained})
        assert explained.obstacles[0] == words.of_bottleneck(Bottleneck(Limit.OFFERED, 190), "kg")
    assert html.count("<tr") == 3 + 4
    assert "100 kg" in plain(html)
    assert explained.obstacles[0] in html
    assert explained.obstacles[1] in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pesantren_reads_its_own_share(language: str) -> None:
    pool = make_pool(per_stretch=500)
    first, second, third = three(pool)
    share, _ = compose(pool)
    people = {one: member(one) for one in (first, second, third)}
    with translation.override(language):
        own = queries.mine(people[first], first.pk)
        assert own.waits
        text = plain(render_to_string("pooling/_my_share.html", {"mine": own}))
        assert "60 kg" in text
        assert words.to_pesantren(Reason.ALL) in text
        stretched = plain(
            render_to_string("pooling/_my_share.html", {"mine": queries.mine(people[second], second.pk)})
        )
        assert "40 kg" in stretched
        assert "30 + 20 kg" in stretched
        nothing = queries.mine(people[third], third.pk)
        assert nothing.share is None
        assert nothing.why == words.to_pesantren(Reason.DEARER, 500)
        assert nothing.why in plain(render_to_string("pooling/_my_share.html", {"mine": nothing}))
        assert queries.mine(people[first], second.pk) is None
        confirm(share)
        services.deliver_share(share=share, actor=COMPOSER, quantity=20)
        text = plain(
            render_to_string("pooling/_my_share.html", {"mine": queries.mine(people[first], first.pk)})
        )
        assert str(Share.objects.get(pk=share.pk).get_state_display()) in text
        assert "20 kg" in text


def test_sharing_anew_is_explained_by_what_was_missing(office: Any) -> None:
    pool = make_pool()
    three(pool)
    first, _ = compose(pool)
    services.decline_share(share=first, actor=SELLER, why="x")
    services.repool(pool=pool, actor=COMPOSER)
    runs = PoolRun.objects.select_related("pool").order_by("pk")
    assert [queries.explained(office, run).wanted for run in runs] == [100, 60]
    assert [row.got for row in queries.explained(office, runs.last()).rows] == [10, 50]


def test_lists_hold_only_ones_own(office: Any) -> None:
    pool = make_pool()
    first, second, _ = three(pool)
    mine, _ = compose(pool)
    person = member(first)
    assert list(queries.shares_of(person)) == [mine]
    assert list(queries.offers_of(person)) == [first]
    assert list(queries.pools(person)) == []
    assert list(queries.pools(office)) == [pool]
    assert queries.mine(person, second.pk) is None


def test_a_run_that_proposed_nothing_decides_nothing() -> None:
    pool = make_pool(500)
    one = offer(pool, "contoh-a")
    person = member(one)
    services.compose(pool=pool, actor=COMPOSER)
    assert queries.mine(person, one.pk).why == ""
    with translation.override("en"):
        text = render_to_string("pooling/_my_share.html", {"mine": queries.mine(person, one.pk)})
    assert "Nothing is decided yet." in text
    (share,) = compose(pool, partly=True)
    services.decline_share(share=share, actor=SELLER, why="x")
    with translation.override("en"):
        text = render_to_string("pooling/_my_share.html", {"mine": queries.mine(person, one.pk)})
    assert "The pesantren cannot supply it" in text
