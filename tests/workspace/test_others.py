"""A member of one pesantren sees, guesses and changes nothing of another: every address and every form.

The addresses come from the resolver and their values from tests/access/table.py: an address whose values are missing in
tests/workspace/shops.py fails here.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from marketplace.common.models import Attempt
from tests.access.table import Row
from tests.access.test_table import names, undone
from tests.access.whole import TABLE
from tests.workspace.forms_on import Form, forms_on
from tests.workspace.rows_of import rows_of
from tests.workspace.shops import NEUTRAL, Shop, make_shop, make_shops

pytestmark = pytest.mark.django_db
# Whoever works for no exporter, or is no mentor, finds nothing there: see test_offers.py and test_mentor_pages.py.
OF_EXPORTERS = {"offers", "offer", "supply", "offer-version", "offer-costs", "move-offer", "make-up"}
OF_MENTORS = {"mentoring", "stop-mentoring"}
OF_OTHERS = {f"workspace:{name}" for name in OF_EXPORTERS | OF_MENTORS}
ADDRESSES = {
    name: TABLE[name] for name in sorted(TABLE) if name.startswith("workspace:") and name not in OF_OTHERS
}
BY_LINK = "workspace:join-team"  # whoever holds the link may open it: that is its purpose


def url_of(name: str, row: Row, *shops: Shop) -> str:
    """The address with values of these, one for each of its parts (the last for the rest)."""
    chosen = [shops[min(place, len(shops) - 1)] for place in range(len(row.args))]
    return reverse(name, args=[shop.values[key] if key in shop.values else NEUTRAL[key]
                               for shop, key in zip(chosen, row.args, strict=True)])  # fmt: skip


def owned(row: Row) -> list[str]:
    return [key for key in row.args if key not in NEUTRAL]


def of_theirs(mine: Shop, theirs: Shop) -> Iterator[tuple[str, Row, str]]:
    """Every address with something of theirs in it: all of it, or one part under one of mine."""
    for name, row in ADDRESSES.items():
        if not owned(row) or name == BY_LINK:
            continue
        yield name, row, url_of(name, row, theirs)
        if len(owned(row)) > 1:
            yield name, row, url_of(name, row, mine, theirs)
            yield name, row, url_of(name, row, theirs, mine)


def signed_in(shop: Shop) -> Client:
    client = Client()
    client.force_login(shop.member)
    return client


def test_every_address_is_walked_and_its_own_member_opens_it() -> None:
    """The control: these addresses lead somewhere, so a 404 below says who asks, not that nothing is there."""
    assert {name for name in names(get_resolver()) if name.startswith("workspace:")} == (
        set(ADDRESSES) | OF_OTHERS
    )
    theirs = make_shop("Anggrek", "ID00110000011111")
    asked = {key for row in ADDRESSES.values() for key in row.args}
    assert asked - set(NEUTRAL) == set(theirs.values)
    client, wrong = signed_in(theirs), {}
    for name, row in ADDRESSES.items():
        url = url_of(name, row, theirs)
        with undone():
            answer = client.get(url)
            if answer.status_code not in (200, 302, 405):
                wrong[f"GET {name}"] = answer.status_code
        with undone():
            answer = client.post(url, row.data)
            if answer.status_code == 404 or answer.status_code >= 500:
                wrong[f"POST {name}"] = answer.status_code
    assert wrong == {}


def test_nothing_of_theirs_is_found_or_changed_by_its_address() -> None:
    """404 for what is there as for what is not; 405 where an address takes only the other method from everybody."""
    theirs, mine = make_shops()
    client, wrong, before = signed_in(mine), {}, rows_of(theirs.partner)
    for name, row, url in of_theirs(mine, theirs):
        Attempt.objects.all().delete()  # nobody is refused for asking often
        answers = [client.get(url).status_code, client.post(url, row.data).status_code]
        if 404 not in answers or not set(answers) <= {404, 405}:
            wrong[f"{name} {url}"] = answers
    assert wrong == {}
    assert rows_of(theirs.partner) == before


def pages_of(shop: Shop) -> Iterator[tuple[str, str]]:
    """Every page that their member can read, with its address."""
    client = signed_in(shop)
    for name, row in ADDRESSES.items():
        url = url_of(name, row, shop)
        answer = client.get(url)
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            yield url, answer.content.decode()


def test_no_page_names_anything_of_theirs() -> None:
    theirs, mine = make_shops()
    addresses = {url for *_rest, url in of_theirs(mine, theirs)}
    secrets = {theirs.mark, theirs.values["member_token"], theirs.values["part"], "ID00110000011111"}
    seen, leaks = 0, []
    for url, page in pages_of(mine):
        seen += mine.mark in page
        leaks += [(url, secret) for secret in secrets if secret in page]
        leaks += [(url, link) for link in addresses if f'"{link}"' in page]
    assert leaks == []
    assert seen > 20  # the control: the pages do name what is mine


def swaps(form: Form, mine: Shop, theirs: Shop) -> Iterator[dict[str, Any]]:
    """What the form would send, with one value of mine put in the place of each one of theirs."""
    pairs = {str(mine.values[key]): str(theirs.values[key]) for key in mine.values}
    pairs |= {str(mine.more[key]): str(theirs.more[key]) for key in mine.more}
    pairs = {own: other for own, other in pairs.items() if own != other}
    for name, values in form.options.items():
        for value in values:
            if value in pairs:
                yield {**form.data, name: [pairs[value]]}
                yield {**form.data, name: [value, pairs[value]]}


def test_no_form_takes_anything_of_theirs() -> None:
    theirs, mine = make_shops()
    client, before, tried, wrong = signed_in(mine), rows_of(theirs.partner), set(), []
    # A number of one or two digits may be a day or a quantity that a form proposes; what is sent of it is tried below.
    ids = {str(value) for value in [*theirs.values.values(), *theirs.more.values()] if len(str(value)) > 2}
    for url, page in pages_of(mine):
        for form in forms_on(url, page):
            offered = {(name, one) for name, values in form.options.items() for one in values if one in ids}
            wrong += [(url, "offers", *one) for one in offered]
            if form.method != "post":
                continue
            for data in swaps(form, mine, theirs):
                tried.add(next(name for name in data if data[name] != form.data.get(name)))
                with undone():
                    answer = client.post(form.action, data)
                    if answer.status_code >= 500 or rows_of(theirs.partner) != before:
                        wrong.append((form.action, "takes", data))
    assert wrong == []
    assert tried >= {"products", "open"}
    # The key of their draft, which their phone made, in my form for a new one.
    kind = mine.partner.products.exclude(product_class=None).first().product_class.slug  # type: ignore[union-attr]
    for code in (mine.partner.code, theirs.partner.code):
        sent = {"key": theirs.more["draft_key"], "pesantren": code, "kind": kind}
        assert client.post(reverse("workspace:new-listing"), sent).status_code == 200
    assert rows_of(theirs.partner) == before
