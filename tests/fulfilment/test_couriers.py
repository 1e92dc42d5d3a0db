"""Changing couriers and tariffs: one at a time, no two prices on one day, all of it kept; and the first data."""

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from marketplace.common.actor import Actor
from marketplace.fulfilment import preview
from marketplace.fulfilment.models import Courier, CourierChange, Tariff, Zone
from marketplace.fulfilment.services import couriers as services
from tests.common.race import race
from tests.factories.catalogue import make_courier, make_tariff, make_zone

ADA, BEN = Actor(1, "Ada"), Actor(2, "Ben")
DAY = date(2026, 12, 1)
PRICES = {"base": 1_000, "per_kg": 0, "minimum": 0, "days_least": 1, "days_most": 3}


def change(courier: Courier, actor: Actor = ADA, version: int = 1, **facts: Any) -> None:
    services.change_courier(courier=courier, facts=facts, version=version, actor=actor)


def reprice(tariff: Tariff, first: date, version: int, **facts: Any) -> Tariff:
    found = {**PRICES, **facts}
    return services.change_tariff(tariff=tariff, facts=found, first=first, version=version, actor=ADA)


@pytest.mark.django_db
def test_an_old_version_is_refused_and_nothing_written() -> None:
    courier = make_courier()
    change(courier, divisor=5000)
    with pytest.raises(services.Stale):
        change(courier, BEN, minimum_kg=9)
    courier.refresh_from_db()
    assert (courier.divisor, courier.minimum_kg, courier.version) == (5000, 1, 2)
    assert [one.actor_name for one in CourierChange.objects.all()] == ["Ada"]


@pytest.mark.django_db
def test_the_same_again_counts_for_nothing() -> None:
    tariff = make_tariff(make_courier(), **PRICES)
    change(tariff.courier, divisor=None)
    assert reprice(tariff, DAY, 1) == tariff
    tariff.courier.refresh_from_db()
    assert tariff.courier.version == 1
    assert Tariff.objects.count() == 1
    assert not CourierChange.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_told() -> None:
    courier = make_courier()
    results = race(
        lambda: change(courier, ADA, divisor=4000),
        lambda: change(courier, BEN, divisor=5000),
    )
    assert sorted(type(one).__name__ for one in results) == ["NoneType", "Stale"]
    courier.refresh_from_db()
    assert courier.version == 2
    assert courier.changes.get().after == {"divisor": courier.divisor}


@pytest.mark.django_db(transaction=True)
def test_of_two_new_tariffs_at_once_one_holds() -> None:
    courier, zone = make_courier(), make_zone()

    def add(actor: Actor) -> Any:
        return services.add_tariff(
            courier=courier, zone=zone, facts=PRICES, first=DAY, version=1, actor=actor
        )

    results = race(lambda: add(ADA), lambda: add(BEN))
    assert sorted(type(one).__name__ for one in results) == ["Stale", "Tariff"]
    assert courier.tariffs.count() == 1


@pytest.mark.django_db
def test_a_chain_of_prices_has_no_gap_and_no_overlap() -> None:
    tariff = make_tariff(make_courier(), **PRICES)
    second = reprice(tariff, DAY, 1, base=2_000)
    third = reprice(second, DAY + timedelta(days=9), 2, base=3_000)
    reprice(third, DAY + timedelta(days=9), 3, base=4_000)
    rows = list(Tariff.objects.order_by("valid_from").values_list("base", "valid_from", "valid_to"))
    assert rows == [
        (1_000, date(2020, 1, 1), date(2026, 11, 30)),
        (2_000, date(2026, 12, 1), date(2026, 12, 9)),
        (4_000, date(2026, 12, 10), None),
    ]
    changes = CourierChange.objects.order_by("pk").values_list("before", "after")
    assert [one["base"] for pair in changes for one in pair] == [1_000, 2_000, 2_000, 3_000, 3_000, 4_000]
    with pytest.raises(services.Overlap):  # backwards over the second
        reprice(third, DAY, 4, base=5_000)
    with pytest.raises(services.Overlap):  # the first held again while the second does
        services.end_tariff(tariff=tariff, last=DAY, version=4, actor=ADA)
    with pytest.raises(ValueError, match="on or after"):
        services.end_tariff(tariff=third, last=DAY, version=4, actor=ADA)


@pytest.mark.django_db
def test_the_database_refuses_what_the_code_should_have() -> None:
    tariff = make_tariff(make_courier(), **PRICES)
    wrong = (
        {"valid_from": DAY},
        {"zone": make_zone("lain"), "days_least": 5},
        {"zone": make_zone("lain"), "base": -1},
        {"zone": make_zone("lain"), "valid_to": date(2019, 1, 1)},
    )
    for facts in wrong:
        with pytest.raises(DatabaseError), transaction.atomic():
            make_tariff(tariff.courier, **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_courier("Longgar", tolerance_g=1000)


@pytest.mark.django_db
def test_the_history_is_append_only() -> None:
    change(make_courier(), divisor=5000)
    for work in (CourierChange.objects.all().delete, lambda: CourierChange.objects.update(actor_name="x")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            work()


@pytest.mark.django_db
def test_a_rehearsal_leaves_nothing_behind() -> None:
    tariff = make_tariff(make_courier(), **PRICES)
    courier = tariff.courier

    def work() -> Courier:
        reprice(tariff, DAY, 1, base=2_000)
        return courier

    found = preview.rehearse(work, courier, DAY)
    assert [[row.base for row in rows] for rows in (found.before, found.after)] == [[1_000], [2_000]]
    assert found.change is not None
    assert found.change.after == {"base": 2_000, "valid_from": "2026-12-01"}
    courier.refresh_from_db()
    assert (courier.version, courier.tariffs.get().valid_to, CourierChange.objects.count()) == (1, None, 0)


@pytest.mark.django_db
def test_loading_twice_changes_nothing_and_keeps_what_the_office_edited() -> None:
    call_command("load_tariffs", verbosity=0)
    counts = [model.objects.count() for model in (Courier, Zone, Tariff)]
    assert counts == [7, 5, 16]
    fast = Courier.objects.get(code="kurir-contoh-kilat")
    assert (fast.divisor, fast.step_g, fast.tolerance_g, fast.max_kg) == (6000, 1000, 300, 50)
    assert Zone.objects.get(code="pulau-jawa").provinces == ["31", "32", "33", "34", "35", "36"]
    Courier.objects.filter(pk=fast.pk).update(divisor=5000)
    Tariff.objects.filter(courier=fast).update(base=1)
    before = list(Courier.objects.order_by("pk").values()) + list(Tariff.objects.order_by("pk").values())
    call_command("load_tariffs", verbosity=0)
    after = list(Courier.objects.order_by("pk").values()) + list(Tariff.objects.order_by("pk").values())
    assert after == before


@pytest.mark.django_db
def test_every_invented_courier_says_so() -> None:
    call_command("load_tariffs", verbosity=0)
    assert not Courier.objects.filter(is_example=False).exists()
    own = Courier.objects.filter(kind__in=["vehicle", "pickup"])  # no company: the seller or the buyer
    assert own.count() == 2
    assert all("Contoh" in one.name for one in Courier.objects.exclude(pk__in=own))


class Old:
    """A row of the table as it was before couriers, for the migration's function."""

    def __init__(self, **facts: Any) -> None:
        self.__dict__ |= {"pk": 1, "minimum_kg": 1, "divisor": None, "within_km": None, "is_example": True}
        self.__dict__ |= {"same_regency_only": False} | facts

    def save(self) -> None: ...


@pytest.mark.django_db
def test_old_tariffs_become_couriers_with_one_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    migration = import_module("marketplace.fulfilment.migrations.0003_couriers")
    rows = [
        Old(kind="cargo", name="Truk kargo", divisor=4000, minimum_kg=50),
        Old(pk=2, kind="vehicle", name="Truk kargo", within_km=60, is_example=False),
        Old(pk=3, kind="vehicle", name="Dekat", same_regency_only=True),
    ]
    past = type("Past", (), {"objects": type("All", (), {"order_by": staticmethod(lambda key: rows)})})
    models = {"Tariff": past}

    class Registry:
        @staticmethod
        def get_model(app: str, name: str) -> Any:
            return models.get(name) or apps.get_model(app, name)

    with connection.schema_editor() as editor:
        migration.give_couriers(Registry, editor)
    truck, van, near = (row.courier for row in rows)
    assert (truck.code, truck.kind, truck.divisor, truck.minimum_kg) == ("truk-kargo", "cargo", 4000, 50)
    assert (van.code, van.is_example, van.carries_perishables) == ("truk-kargo-2", False, True)
    assert [row.zone.code for row in rows] == ["everywhere", "everywhere-60-km", "regency"]
    assert (rows[1].zone.within_km, near.code) == (60, "dekat")
    assert rows[2].zone.order < rows[1].zone.order < rows[0].zone.order
