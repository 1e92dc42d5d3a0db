"""What is bought is what was agreed; an agreement is never asked for more; nobody declines what is ordered; and whoever
cancels while others confirm waits for them."""

import time
from typing import Any

import pytest
from django.db import transaction

from marketplace.common.actor import SYSTEM
from marketplace.common.states import IllegalMove
from marketplace.fulfilment.services import Buyer
from marketplace.pooling import services as pooling
from marketplace.pooling import tasks as pooling_tasks
from marketplace.pooling.audit import differences
from marketplace.pooling.exceptions import Bound, PoolError
from marketplace.pooling.models import Pool, Share
from marketplace.sourcing import references, states
from marketplace.sourcing.models import CallOff, Contract, PurchaseAgreement
from marketplace.sourcing.services import call_offs, composing, contracts, quotes, sharing
from marketplace.sourcing.services.composing import Rules
from tests.common.race import race
from tests.factories.catalogue import make_pesantren
from tests.factories.companies import admin_of
from tests.factories.sourcing import (
    BUYER,
    SELLER,
    a_good,
    goods_of,
    make_commodity,
    make_contract,
    make_demand,
    make_exporter,
    make_quote,
    offer_terms,
)
from tests.sourcing.test_composing import confirm_all
from tests.sourcing.test_contracts import asking

pytestmark = pytest.mark.django_db


def signed_offer(cap: int = 1_000, late: dict[str, tuple[int, int]] | None = None, **supply: Any) -> Contract:
    """1,000 kg are asked abroad; of each pesantren what it offers and at which price. All of it is offered, signed, and
    not bought yet. `late`: who quotes between the offer and its award."""
    manggis, rules = make_commodity(), Rules(cap_permille=cap)
    rows = {**supply, **(late or {})}
    products = {name: goods_of(make_pesantren(f"contoh-{name}"), manggis) for name in rows}
    demand = make_demand([a_good(manggis)], country="AE", regency=None, currency="USD", mode="air")
    for name, (quantity, price) in supply.items():
        make_quote(demand, products[name], quantity, price, kind="supply")
    exporter = make_exporter()
    planned = composing.plan(demand=demand, composer=exporter, rules=rules, actor=SELLER)
    made = composing.offer(
        demand=demand,
        composer=exporter,
        planned=planned,
        rules=rules,
        costs={"packing": 1_000_000},
        terms=offer_terms(),
        actor=SELLER,
    )
    quotes.send(quote=made, person=None, actor=SELLER)
    for name, (quantity, price) in (late or {}).items():
        make_quote(demand, products[name], quantity, price, kind="supply")
    return make_contract(made)


def bought() -> dict[str, int]:
    return dict(PurchaseAgreement.objects.values_list("partner__code", "quantity"))


def of_six_hundred() -> Contract:
    """Of the 1,000 kg that are asked 600 were offered; another pesantren quotes 400 before the award."""
    return signed_offer(late={"dua": (400, 21_000)}, satu=(600, 20_000))


def test_as_much_is_bought_as_was_agreed_not_as_was_asked() -> None:
    contract = of_six_hundred()
    assert contract.lines.get().quantity == 600
    composing.agree(contract=contract, actor=SELLER)
    assert bought() == {"contoh-satu": 600}


def test_an_amendment_before_buying_counts() -> None:
    contract = of_six_hundred()
    contract.lines.update(quantity=700)
    composing.agree(contract=contract, actor=SELLER)
    assert bought() == {"contoh-satu": 600, "contoh-dua": 100}


def test_a_plan_under_a_cap_is_bought_as_it_was_planned() -> None:
    """40 % of the 1,000 that were asked are 400, though only 700 were offered."""
    contract = signed_offer(400, satu=(600, 20_000), dua=(300, 21_000))
    assert contract.lines.get().quantity == 700
    composing.agree(contract=contract, actor=SELLER)
    assert bought() == {"contoh-satu": 400, "contoh-dua": 300}


def two_agreements() -> Contract:
    """A and B agreed to 100 each, A the cheaper one."""
    contract = signed_offer(a=(100, 20_000), b=(100, 21_000))
    composing.agree(contract=contract, actor=SELLER)
    assert bought() == {"contoh-a": 100, "contoh-b": 100}
    return contract


def ask(contract: Contract, quantity: int) -> CallOff:
    made = call_offs.ask(**asking(contract, quantity))
    sharing.share_out(call_off=made, rules=Rules(), actor=SELLER)
    return made


def shares_of(call_off: CallOff) -> dict[str, int]:
    pool = references.of_line(call_off.lines.get().pk)
    found = Share.objects.filter(pool__reference=pool).exclude(state="released")
    return dict(found.values_list("offer__partner__code", "quantity"))


@pytest.mark.parametrize("by_itself", [True, False])
def test_an_agreement_is_never_asked_for_more_than_it_says(by_itself: bool) -> None:
    contract = two_agreements()
    first, second = ask(contract, 60), ask(contract, 120)
    assert (shares_of(first), shares_of(second)) == ({"contoh-a": 60}, {"contoh-a": 40, "contoh-b": 80})
    share = Share.objects.get(pool__reference=references.of_line(first.lines.get().pk))
    pooling.decline_share(share=share, actor=SELLER, why="Panen sedikit")
    if by_itself:
        pooling_tasks.repool_due()
    else:
        sharing.share_out(call_off=first, rules=Rules(), actor=SELLER)
    assert shares_of(first) == {"contoh-b": 20}
    assert shares_of(second) == {"contoh-a": 40, "contoh-b": 80}
    assert list(differences()) == []


def test_what_another_delivery_gave_back_can_be_asked_again() -> None:
    contract = two_agreements()
    first, second = ask(contract, 100), ask(contract, 100)
    assert (shares_of(first), shares_of(second)) == ({"contoh-a": 100}, {"contoh-b": 100})
    sharing.cancel(call_off=first, actor=SELLER, why="Kapal batal")
    share = Share.objects.get(pool__reference=references.of_line(second.lines.get().pk))
    pooling.decline_share(share=share, actor=SELLER, why="Panen sedikit")
    pooling_tasks.repool_due()
    assert shares_of(second) == {"contoh-a": 100}


def test_who_declined_is_not_asked_again_though_its_offer_was_put_anew() -> None:
    """A's offer was counted anew while its share stood."""
    contract = two_agreements()
    first, second = ask(contract, 150), ask(contract, 30)
    assert (shares_of(first), shares_of(second)) == ({"contoh-a": 100, "contoh-b": 50}, {"contoh-b": 30})
    sharing.cancel(call_off=second, actor=SELLER, why="Kapal batal")
    ofa, ofb = Share.objects.filter(pool__reference=references.of_line(first.lines.get().pk)).order_by(
        "offer"
    )
    PurchaseAgreement.objects.filter(partner__code="contoh-a").update(
        quantity=120
    )  # as if it had agreed to more
    pooling.decline_share(share=ofb, actor=SELLER, why="Panen sedikit")
    pooling_tasks.repool_due()
    assert sorted(
        Share.objects.filter(offer__partner__code="contoh-a").values_list("quantity", flat=True)
    ) == [20, 100]
    pooling.decline_share(share=ofa, actor=SELLER, why="Panen sedikit")
    pooling_tasks.repool_due()
    assert shares_of(first) == {"contoh-a": 20}


def ordered(contract: Contract) -> CallOff:
    made = ask(contract, 60)
    confirm_all()
    made.refresh_from_db()
    buyer = Buyer(contract.company.name, "a@example.com", "", "en", admin_of(contract.company))
    call_offs.order(call_off=made, shares=sharing.confirmed_shares(made), buyer=buyer, actor=BUYER)
    return made


def test_what_is_ordered_is_not_declined_as_a_share() -> None:
    contract = two_agreements()
    made = ordered(contract)
    share = Share.objects.get()
    for step in (pooling.decline_share, pooling.take_back):
        with pytest.raises(Bound), transaction.atomic():
            step(share=share, actor=SELLER, why="Panen sedikit")
    pooling_tasks.repool_due()
    share.refresh_from_db()
    assert (share.state, shares_of(made)) == ("committed", {"contoh-a": 60})
    assert not Pool.objects.filter(repool_due=True).exists()


def test_names_of_pools_and_offers_are_read_as_they_are_written() -> None:
    assert references.line_of(references.of_line(7)) == 7
    assert references.purchase_of(references.of_purchase(7)) == 7
    assert [references.line_of(one) for one in ("O-1/2", "M-1-1", "C-", "C-x", "contoh/1")] == [None] * 5
    assert references.purchase_of("sourcing.quoteline/7") is None


def test_of_a_contract_that_is_over_nothing_more_is_made_up() -> None:
    contract = of_six_hundred()
    contracts.terminate(contract=contract, actor=SELLER, why="Gagal panen")
    row = contract.lines.get()
    assert composing.make_up(line=row, viewer=None, actor=SELLER) == []


@pytest.mark.django_db(transaction=True)
def test_a_double_press_makes_up_once() -> None:
    late = {"dua": (100, 21_000), "tiga": (100, 22_000)}
    contract = signed_offer(late=late, satu=(600, 20_000))
    composing.agree(contract=contract, actor=SELLER)
    contract.lines.update(quantity=700)  # an amendment: 100 are missing now
    row = contract.lines.get()
    assert None not in race(*[lambda: composing.make_up(line=row, viewer=None, actor=SELLER)] * 2)
    assert sum(bought().values()) == 700


def waits_after(step: Any, seconds: float = 0.6) -> Any:
    """The step, and then a moment in which others come to their locks."""

    def slowly(**kw: Any) -> Any:
        done = step(**kw)
        time.sleep(seconds)
        return done

    return slowly


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("whole", [False, True])
def test_who_cancels_while_the_last_one_confirms(monkeypatch: pytest.MonkeyPatch, whole: bool) -> None:
    contract = two_agreements()
    made = ask(contract, 60)
    share = Share.objects.get()
    monkeypatch.setattr(call_offs, "cancel", waits_after(call_offs.cancel))

    def cancel() -> None:
        if whole:
            sharing.end(contract=contract, actor=SELLER, why="Kapal batal")
        else:
            sharing.cancel(call_off=made, actor=SELLER, why="Kapal batal")

    def confirm() -> None:
        time.sleep(0.2)
        pooling.confirm_share(share=Share.objects.get(pk=share.pk), actor=SELLER)

    done, late = race(cancel, confirm)
    assert done is None
    assert isinstance(late, IllegalMove)
    made.refresh_from_db()
    assert (made.state, contract.lines.get().called_off) == (states.CANCELLED, 0)
    assert shares_of(made) == {}


@pytest.mark.django_db(transaction=True)
def test_nobody_is_asked_for_a_delivery_that_is_cancelled_at_that_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contract = two_agreements()
    made = call_offs.ask(**asking(contract, 60))
    monkeypatch.setattr(pooling, "open_pool", waits_after(pooling.open_pool))

    def cancel() -> None:
        time.sleep(0.2)
        try:
            sharing.cancel(call_off=CallOff.objects.get(pk=made.pk), actor=SELLER, why="Kapal batal")
        except PoolError:  # pressed once more, as the page asks
            sharing.cancel(call_off=CallOff.objects.get(pk=made.pk), actor=SELLER, why="Kapal batal")

    results = race(lambda: sharing.share_out(call_off=made, rules=Rules(), actor=SYSTEM), cancel)
    assert not [one for one in results if isinstance(one, Exception)]
    made.refresh_from_db()
    assert (made.state, shares_of(made)) == (states.CANCELLED, {})
