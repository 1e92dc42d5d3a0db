"""Ways to deliver and what they cost, to the rupiah."""

from datetime import date, datetime
from fractions import Fraction
from math import ceil
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.models import Product, ProductClass
from marketplace.fulfilment.delivery import Load, arrival, fee, options, weigh
from marketplace.fulfilment.models import Courier, Tariff, Zone
from marketplace.ledger.money import Money
from marketplace.pesantren.models import Closure, Partner
from marketplace.reference.models import Province, Regency
from tests.factories.catalogue import (
    PLACES,
    make_courier,
    make_pesantren,
    make_product,
    make_regency,
    make_tariff,
    make_zone,
)
from tests.factories.orders import way

JAKARTA = ZoneInfo("Asia/Jakarta")


def carton(**kw: object) -> Product:
    """40 × 30 × 20 cm of ten pieces at 400 g: 4 kg to the courier by volume (÷ 6000), 6 kg to cargo (÷ 4000)."""
    return Product(**{"gross_weight_g": 400, "carton_quantity": 10, "carton_cm": "40x30x20", **kw})


def loads(quantity: int, **kw: object) -> list[Load]:
    return [Load(carton(**kw), quantity, lead_days=1)]


def charge(tariff: Tariff, asked: list[Load]) -> Money:
    return fee(tariff, weigh(tariff.courier, asked))


def tariff(base: int = 0, per_kg: int = 0, minimum: int = 0, **courier: object) -> Tariff:
    """A tariff that is not saved, of a courier with these facts."""
    return Tariff(
        courier=Courier(**{"kind": "courier", "carries_perishables": True, **courier}),
        zone=Zone(),
        base=base,
        per_kg=per_kg,
        minimum=minimum,
    )


COURIER = tariff(5_000, 9_000, divisor=6000)
CARGO = tariff(0, 2_500, kind="cargo", divisor=4000, minimum_kg=50)


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
        (tariff(50_000, 500, kind="vehicle"), 10, {}, 52_000),  # no divisor: real weight
        (tariff(0, 1_000, 20_000), 10, {}, 20_000),
        (tariff(0, 1_000, 20_000), 60, {}, 24_000),
        (tariff(kind="pickup"), 500, {}, 0),
    ],
)
def test_charge(tariff: Tariff, quantity: int, product: dict, rupiah: int) -> None:
    assert charge(tariff, loads(quantity, **product)) == Money(rupiah)


# Charged grams by hand: weight of the parcel, step, tolerance, least weight in kg.
@pytest.mark.parametrize(
    ("grams", "step", "tolerance", "least", "charged"),
    [
        (1, 1000, 300, 1, 1000),
        (1000, 1000, 300, 1, 1000),
        (1300, 1000, 300, 1, 1000),  # exactly the tolerance is not counted
        (1301, 1000, 300, 1, 2000),
        (2299, 1000, 300, 1, 2000),
        (9301, 1000, 300, 10, 10_000),
        (10_300, 1000, 300, 10, 10_000),
        (10_301, 1000, 300, 10, 11_000),
        (1001, 1000, 0, 1, 2000),
        (1001, 500, 0, 1, 1500),
        (1500, 500, 100, 1, 1500),
        (1601, 500, 100, 1, 2000),
        (1101, 100, 0, 1, 1200),
        (1109, 100, 10, 1, 1100),
    ],
)
def test_steps_tolerance_and_least_weight(
    grams: int, step: int, tolerance: int, least: int, charged: int
) -> None:
    courier = Courier(step_g=step, tolerance_g=tolerance, minimum_kg=least)
    weight = weigh(courier, loads(1, gross_weight_g=grams, carton_cm=""))
    assert (weight.real, weight.counted, weight.charged) == (grams, grams, charged)


def test_what_the_weight_is_due_to() -> None:
    courier = Courier(divisor=6000, minimum_kg=10)
    light, bulky = {"gross_weight_g": 100, "carton_cm": ""}, {"gross_weight_g": 1_200}
    found = [weigh(courier, loads(quantity, **product)) for quantity, product in ((1, light), (11, bulky))]
    assert [(one.is_minimum, one.by_volume, one.charged) for one in found] == [
        (True, False, 10_000),
        (False, False, 14_000),
    ]
    assert weigh(courier, loads(21)).by_volume  # three cartons of 4 kg, 8.4 kg real


def test_a_started_rupiah_counts() -> None:
    """2,501 rupiah a kilogram for half a kilogram more: 3,751.5 is 3,752."""
    half = tariff(0, 2_501, step_g=500)
    assert charge(half, loads(1, gross_weight_g=1_500, carton_cm="")) == Money(3_752)


def test_each_line_weighs_by_what_is_more() -> None:
    """Feathers by volume, iron by weight, both in one part: 4 kg + 10 kg, not 10.4 kg."""
    feathers, iron = loads(1, gross_weight_g=400), loads(1, gross_weight_g=10_000)
    weight = weigh(COURIER.courier, feathers + iron)
    assert (weight.real, weight.counted, weight.by_volume) == (10_400, 14_000, True)


def test_lines_are_weighed_together_before_the_kilo_is_started() -> None:
    half = {"gross_weight_g": 500, "carton_cm": ""}
    assert charge(COURIER, loads(1, **half) + loads(1, **half)) == Money(14_000)


COURIERS = st.builds(
    Courier,
    divisor=st.none() | st.integers(1, 10_000),
    minimum_kg=st.integers(0, 200),
    step_g=st.sampled_from([1000, 500, 100]),
    tolerance_g=st.integers(0, 99),
)
CARTONS = st.fixed_dictionaries(
    {
        "gross_weight_g": st.none() | st.integers(1, 50_000),
        "net_weight_g": st.none() | st.integers(1, 50_000),
        "carton_cm": st.just("") | st.builds("{}x{}x{}".format, *[st.integers(1, 150)] * 3),
        "carton_quantity": st.none() | st.integers(1, 100),
    }
)
AMOUNTS = st.integers(0, 10_000_000)
QUANTITIES = st.integers(1, 100_000)


@given(COURIERS, st.lists(st.tuples(CARTONS, QUANTITIES), min_size=1, max_size=4), AMOUNTS, AMOUNTS, AMOUNTS)
def test_charge_equals_its_definition(
    courier: Courier, lines: list, base: int, per_kg: int, least: int
) -> None:
    """Against fractions: whole rupiah, never below the minimum, whole steps, no more than one step too much."""
    asked = [Load(Product(**product), quantity, 0) for product, quantity in lines]
    weight = weigh(courier, asked)
    exact = sum((_heavier(product, quantity, courier.divisor) for product, quantity in lines), Fraction())
    assert 0 <= weight.counted - exact <= sum(quantity for _product, quantity in lines)  # a gram a carton
    assert weight.charged % courier.step_g == 0
    assert weight.charged >= courier.minimum_kg * 1000
    over = weight.charged - max(weight.counted, courier.minimum_kg * 1000)
    assert -courier.tolerance_g <= over < courier.step_g - courier.tolerance_g or weight.is_minimum
    rupiah = charge(Tariff(courier=courier, base=base, per_kg=per_kg, minimum=least), asked).minor
    assert type(rupiah) is int
    assert rupiah >= least
    assert rupiah == max(least, ceil(base + Fraction(per_kg * weight.charged, 1000)))


def _heavier(product: dict, quantity: int, divisor: int | None) -> Fraction:
    unit = product["gross_weight_g"] or product["net_weight_g"] or 1000
    if not (divisor and product["carton_cm"] and product["carton_quantity"]):
        return Fraction(unit * quantity)
    long, wide, high = map(int, product["carton_cm"].split("x"))
    cartons = ceil(Fraction(quantity, product["carton_quantity"]))
    return max(Fraction(unit * quantity), Fraction(long * wide * high * 1000, divisor) * cartons)


@given(COURIERS, CARTONS, QUANTITIES, st.integers(0, 1_000), AMOUNTS, AMOUNTS, AMOUNTS)
def test_more_never_costs_less(
    courier: Courier, product: dict, quantity: int, more: int, base: int, per_kg: int, least: int
) -> None:
    asked = Tariff(courier=courier, base=base, per_kg=per_kg, minimum=least)
    few, many = (
        charge(asked, [Load(Product(**product), count, 0)]).minor for count in (quantity, quantity + more)
    )
    assert few <= many


@given(st.permutations(range(8)), st.sampled_from(["32.73", "32.04", "32.01", None]))
def test_the_order_of_tariffs_does_not_matter(order: list[int], to: str | None) -> None:
    """Two couriers with three zones each, and picking up twice at the same price: always the same list."""
    places = {
        code: Regency(pk=number, code=code, province_id=32, latitude=lat, longitude=long)
        for number, (code, (_kind, _name, lat, long)) in enumerate(PLACES.items(), start=1)
    }
    zones = [
        Zone(pk=1, order=1, scope=Zone.SAME_REGENCY),
        Zone(pk=2, order=2, within_km=60),
        Zone(pk=3, order=2),  # the same order: the older one counts
    ]
    couriers = [Courier(pk=pk, kind="courier", name=str(pk)) for pk in (1, 2)]
    pickups = [Courier(pk=pk, kind="pickup", name=str(pk)) for pk in (3, 4)]
    rows = [
        Tariff(courier=courier, zone=zone, base=1_000 * zone.pk, per_kg=1_000)
        for courier in couriers
        for zone in zones
    ]
    rows += [Tariff(courier=courier, zone=zones[2]) for courier in pickups]
    kind = ProductClass(delivery_kinds=["courier", "pickup"], requires_shipping=True)
    load = Load(Product(product_class=kind, gross_weight_g=400), 1, 0)
    partner = Partner(regency=places["32.04"])
    found = options(partner, [load], places[to] if to else None, [rows[index] for index in order])
    price = {"32.04": 2_000, "32.73": 3_000, "32.01": 4_000}.get(to or "")
    bringing = [("courier-1", price), ("courier-2", price)] if price else []
    assert [(way.code, way.fee.minor) for way in found] == [("courier-3", 0), ("courier-4", 0), *bringing]


def couriers() -> list[Tariff]:
    """Five couriers; the names are the codes of `codes`."""
    courier, cargo = make_courier("Kurir", max_kg=30), make_courier("Truk", "cargo", minimum_kg=50)
    fresh = {"carries_perishables": True}
    within, own = make_courier("Dalam kota", "vehicle"), make_courier("Kendaraan", "vehicle", **fresh)
    rows = [
        make_tariff(courier, base=5_000, per_kg=9_000, days_most=3),
        make_tariff(cargo, per_kg=2_500, days_most=4),
        make_tariff(within, make_zone("kota", Zone.SAME_REGENCY), base=20_000),
        make_tariff(own, make_zone("dekat", within_km=60), base=50_000),
        make_tariff(make_courier("Ambil", "pickup", **fresh)),
    ]
    assert len(rows) == 5
    return list(Tariff.objects.in_force(date(2026, 11, 23)))


def names(*products: tuple[Product, int], to: str | None = "32.73") -> list[str]:
    chosen = [Load(product, quantity, 1) for product, quantity in products]
    destination = make_regency(to) if to else None
    tariffs = Tariff.objects.in_force(date(2026, 11, 23))
    return [found.name for found in options(products[0][0].partner, chosen, destination, tariffs)]


EVERY = ("courier", "cargo", "vehicle", "pickup")


@pytest.mark.django_db
def test_cheapest_first_and_by_distance() -> None:
    couriers()
    sarong = (make_product(delivery_kinds=EVERY), 10)  # from Kabupaten Bandung, 4 kg
    assert names(sarong, to="32.73") == ["Ambil", "Kurir", "Kendaraan", "Truk"]  # 20 km
    assert names(sarong, to="32.04") == ["Ambil", "Dalam kota", "Kurir", "Kendaraan", "Truk"]  # same
    assert names(sarong, to="32.01") == ["Ambil", "Kurir", "Truk"]  # Bogor: too far for the seller
    assert names(sarong, to=None) == ["Ambil"]


@pytest.mark.django_db
def test_an_unknown_distance_is_within_nothing() -> None:
    couriers()
    sarong = (make_product(delivery_kinds=EVERY), 10)
    make_regency("32.99", latitude=None, longitude=None)
    assert names(sarong, to="32.99") == ["Ambil", "Kurir", "Truk"]


@pytest.mark.django_db
def test_the_first_zone_that_covers_the_way_counts() -> None:
    courier = make_courier("Kurir")
    outside = Province.objects.get_or_create(code="31", defaults={"name": "DKI Jakarta"})[0]
    elsewhere = Province.objects.get_or_create(code="73", defaults={"name": "Sulawesi Selatan"})[0]
    make_regency("31.71", province=outside), make_regency("73.71", province=elsewhere)
    zones = [
        make_zone("kota", Zone.SAME_REGENCY, order=10),
        make_zone("jabar", Zone.SAME_PROVINCE, order=20),
        make_zone("jawa", Zone.PROVINCES, provinces=["31", "33"], order=30),
        make_zone("semua", order=40),
    ]
    for price, zone in enumerate(reversed(zones), start=1):
        make_tariff(courier, zone, base=price * 1_000)
    load = Load(make_product(), 1, 1)
    tariffs = list(Tariff.objects.in_force(date(2026, 11, 23)))
    for to, rupiah in {"32.04": 4_000, "32.01": 3_000, "31.71": 2_000, "73.71": 1_000}.items():
        (only,) = options(load.product.partner, [load], make_regency(to), tariffs)
        assert only.fee == Money(rupiah), to


@pytest.mark.django_db
def test_a_courier_takes_no_more_than_it_can() -> None:
    couriers()
    sarong = make_product(delivery_kinds=EVERY)  # 400 g
    assert "Kurir" in names((sarong, 75), to="32.01")  # exactly 30 kg
    assert "Kurir" not in names((sarong, 76), to="32.01")


@pytest.mark.django_db
def test_only_tariffs_of_the_day_and_active_couriers() -> None:
    courier = make_courier("Kurir")
    make_tariff(courier, base=1_000, valid_to=date(2026, 11, 30))
    make_tariff(courier, base=2_000, valid_from=date(2026, 12, 1), valid_to=date(2026, 12, 31))
    found = [[row.base for row in Tariff.objects.in_force(date(2026, *day))] for day in ((11, 30), (12, 1))]
    assert found == [[1_000], [2_000]]
    assert not Tariff.objects.in_force(date(2027, 1, 1)).exists()
    Courier.objects.update(is_active=False)
    assert not Tariff.objects.in_force(date(2026, 11, 30)).exists()


@pytest.mark.django_db
def test_perishables_travel_only_by_kinds_and_couriers_that_fit() -> None:
    couriers()
    partner = make_pesantren()
    fruit = (make_product(partner, "Manggis", delivery_kinds=("vehicle", "pickup"), perishable=True), 5)
    bread = (make_product(partner, "Roti", delivery_kinds=EVERY, perishable=True), 5)
    sarong = (make_product(partner, delivery_kinds=("courier", "vehicle")), 5)
    coffee = (make_product(partner, "Kopi", delivery_kinds=("courier",)), 5)
    assert names(fruit) == ["Ambil", "Kendaraan"]
    assert names(bread) == ["Ambil", "Kendaraan"]  # a courier by kind, but none carries perishables
    assert names(fruit, sarong) == ["Kendaraan"]  # together: only what fits both
    assert names(bread, coffee) == []
    assert names(fruit, coffee) == []
    Courier.objects.filter(name="Kurir").update(carries_perishables=True)
    assert names(bread) == ["Ambil", "Kurir", "Kendaraan"]
    assert names(bread, coffee) == ["Kurir"]


@pytest.mark.parametrize(
    ("days", "sundays", "day"),
    [
        (0, False, "2026-11-27"),
        (1, True, "2026-11-28"),
        (1, False, "2026-11-28"),
        (2, True, "2026-11-29"),  # a Sunday
        (2, False, "2026-11-30"),
        (8, True, "2026-12-05"),
        (8, False, "2026-12-07"),  # two Sundays later
    ],
)
def test_sundays_are_no_days_on_the_road_of_some(days: int, sundays: bool, day: str) -> None:
    friday = date(2026, 11, 27)
    assert arrival(friday, days, sundays=sundays).isoformat() == day


@pytest.mark.django_db
def test_services_ship_nothing_and_cost_nothing() -> None:
    couriers()
    tariffs = list(Tariff.objects.in_force(date(2026, 11, 23)))
    partner = make_pesantren()
    course = make_product(partner, "Pelatihan", requires_shipping=False, delivery_kinds=(), claim_hours=24)
    sarong = make_product(partner)
    (only,) = options(partner, [Load(course, 3, 5)], None, tariffs)
    assert (only.code, only.kind, only.fee, only.lead_days, only.claim_hours) == ("none", "", Money(0), 5, 24)
    together = options(partner, [Load(course, 3, 5), Load(sarong, 1, 2)], make_regency("32.73"), tariffs)
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
