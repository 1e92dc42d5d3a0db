"""Ways to deliver and what they cost, to the rupiah."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.models import Product
from marketplace.fulfilment.delivery import Load, charge, options
from marketplace.fulfilment.models import Tariff
from marketplace.ledger.money import Money
from marketplace.pesantren.models import Closure
from tests.factories.catalogue import make_pesantren, make_product, make_regency
from tests.factories.orders import way

JAKARTA = ZoneInfo("Asia/Jakarta")


def carton(**kw: object) -> Product:
    """40 × 30 × 20 cm of ten pieces at 400 g: 4 kg to the courier by volume (÷ 6000), 6 kg to cargo (÷ 4000)."""
    return Product(**{"gross_weight_g": 400, "carton_quantity": 10, "carton_cm": "40x30x20", **kw})


def loads(quantity: int, **kw: object) -> list[Load]:
    return [Load(carton(**kw), quantity, lead_days=1)]


COURIER = Tariff(kind="courier", divisor=6000, base=5_000, per_kg=9_000)
CARGO = Tariff(kind="cargo", divisor=4000, minimum_kg=50, per_kg=2_500)


@pytest.mark.parametrize(
    ("tariff", "quantity", "product", "rupiah"),
    [
        (COURIER, 10, {}, 5_000 + 4 * 9_000),  # 4.0 kg real, 4.0 kg by volume
        (COURIER, 11, {}, 5_000 + 8 * 9_000),  # a second, nearly empty carton has its volume too
        (COURIER, 10, {"gross_weight_g": 401}, 5_000 + 5 * 9_000),  # 4,010 g: the fifth kilo is started
        (COURIER, 10, {"carton_cm": "40X30X21"}, 5_000 + 5 * 9_000),  # 4.2 kg by volume
        (COURIER, 1, {"carton_cm": ""}, 5_000 + 9_000),  # 400 g is one started kilo
        (COURIER, 10, {"carton_quantity": None}, 5_000 + 4 * 9_000),
        (COURIER, 5, {"gross_weight_g": None, "net_weight_g": 350, "carton_cm": ""}, 5_000 + 2 * 9_000),
        (COURIER, 3, {"gross_weight_g": None, "carton_cm": ""}, 5_000 + 3 * 9_000),  # unknown: 1 kg each
        (CARGO, 10, {}, 50 * 2_500),  # the truck's least weight
        (CARGO, 90, {}, 54 * 2_500),  # nine cartons of 6 kg by volume
        (Tariff(kind="vehicle", base=50_000, per_kg=500), 10, {}, 52_000),  # no divisor: real weight
        (Tariff(kind="courier", per_kg=1_000, minimum=20_000), 10, {}, 20_000),
        (Tariff(kind="courier", per_kg=1_000, minimum=20_000), 60, {}, 24_000),
        (Tariff(kind="pickup"), 500, {}, 0),
    ],
)
def test_charge(tariff: Tariff, quantity: int, product: dict, rupiah: int) -> None:
    assert charge(tariff, loads(quantity, **product)) == Money(rupiah)


def test_lines_are_weighed_together_before_the_kilo_is_started() -> None:
    half = {"gross_weight_g": 500, "carton_cm": ""}
    assert charge(COURIER, loads(1, **half) + loads(1, **half)) == Money(14_000)


@given(st.integers(min_value=1, max_value=10_000), st.integers(min_value=1, max_value=50_000))
def test_more_never_costs_less(quantity: int, grams: int) -> None:
    for tariff in (COURIER, CARGO):
        less = charge(tariff, loads(quantity, gross_weight_g=grams))
        more = charge(tariff, loads(quantity + 1, gross_weight_g=grams))
        assert less.minor <= more.minor


def tariffs() -> list[Tariff]:
    return [
        Tariff(pk=1, kind="courier", name="Kurir", base=5_000, per_kg=9_000, days_most=3),
        Tariff(pk=2, kind="cargo", name="Truk", minimum_kg=50, per_kg=2_500, days_most=4),
        Tariff(pk=3, kind="vehicle", name="Dalam kota", same_regency_only=True, base=20_000),
        Tariff(pk=4, kind="vehicle", name="Kendaraan", within_km=60, base=50_000),
        Tariff(pk=5, kind="pickup", name="Ambil"),
    ]


def codes(*products: tuple[Product, int], to: str | None = "32.73") -> list[str]:
    chosen = [Load(product, quantity, 1) for product, quantity in products]
    destination = make_regency(to) if to else None
    return [found.code for found in options(products[0][0].partner, chosen, destination, tariffs())]


EVERY = ("courier", "cargo", "vehicle", "pickup")


@pytest.mark.django_db
def test_cheapest_first_and_by_distance() -> None:
    sarong = (make_product(delivery_kinds=EVERY), 10)  # from Kabupaten Bandung, 4 kg
    assert codes(sarong, to="32.73") == ["tariff-5", "tariff-1", "tariff-4", "tariff-2"]  # 20 km
    assert codes(sarong, to="32.04") == ["tariff-5", "tariff-3", "tariff-1", "tariff-4", "tariff-2"]  # same
    assert codes(sarong, to="32.01") == ["tariff-5", "tariff-1", "tariff-2"]  # Bogor: too far for the seller
    assert codes(sarong, to=None) == ["tariff-5"]


@pytest.mark.django_db
def test_perishables_travel_only_by_kinds_that_fit() -> None:
    partner = make_pesantren()
    fruit = (make_product(partner, "Manggis", delivery_kinds=("vehicle", "pickup"), perishable=True), 5)
    sarong = (make_product(partner, delivery_kinds=("courier", "vehicle")), 5)
    coffee = (make_product(partner, "Kopi", delivery_kinds=("courier",)), 5)
    assert codes(fruit) == ["tariff-5", "tariff-4"]
    assert codes(fruit, sarong) == ["tariff-4"]  # together: only what fits both
    assert codes(fruit, coffee) == []


@pytest.mark.django_db
def test_services_ship_nothing_and_cost_nothing() -> None:
    partner = make_pesantren()
    course = make_product(partner, "Pelatihan", requires_shipping=False, delivery_kinds=(), claim_hours=24)
    sarong = make_product(partner)
    (only,) = options(partner, [Load(course, 3, 5)], None, tariffs())
    assert (only.code, only.kind, only.fee, only.lead_days, only.claim_hours) == ("none", "", Money(0), 5, 24)
    together = options(partner, [Load(course, 3, 5), Load(sarong, 1, 2)], make_regency("32.73"), tariffs())
    assert {found.lead_days for found in together} == {5}  # the slowest line
    assert {found.claim_hours for found in together} == {24}  # the shortest time to complain
    assert [found.fee for found in together if found.kind == "courier"] == [
        Money(14_000)
    ]  # 400 g, not the course


@pytest.mark.django_db
def test_dates_follow_cut_off_working_days_and_closures() -> None:
    partner = make_pesantren(cut_off_hour=14)
    chosen = way(partner, lead_days=2, road_least=1, road_most=3)
    before, after = (
        datetime(2026, 11, 23, 13, 59, tzinfo=JAKARTA),
        datetime(2026, 11, 23, 14, 0, tzinfo=JAKARTA),
    )
    assert [f"{day:%d.%m.}" for day in chosen.dates(before)] == ["25.11.", "26.11.", "28.11."]
    assert [f"{day:%d.%m.}" for day in chosen.dates(after)] == ["26.11.", "27.11.", "29.11."]
    Closure.objects.create(partner=partner, first="2026-11-24", last="2026-11-28")
    partner.refresh_from_db()
    assert [f"{day:%d.%m.}" for day in chosen.dates(before)] == ["01.12.", "02.12.", "04.12."]
