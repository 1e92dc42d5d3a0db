"""Places, pesantren, goods and people for tests. Everything is made on the spot; nothing is read from CSV."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.text import slugify
from oscar.apps.address.models import Country

from catalogue.models import Category, Product, ProductClass, Unit
from marketplace.fulfilment.models import Courier, Tariff, Zone
from marketplace.people.models import User
from marketplace.pesantren import capacity
from marketplace.pesantren.models import Member, Partner, PriceTier, StockRecord
from marketplace.reference.models import District, Province, Regency

# Centroids of places the tests use: (kind, name, latitude, longitude).
PLACES = {
    "32.73": (Regency.KOTA, "Bandung", -6.919, 107.637),
    "32.04": (Regency.KABUPATEN, "Bandung", -7.098, 107.609),
    "32.05": (Regency.KABUPATEN, "Garut", -7.359, 107.788),
    "32.06": (Regency.KABUPATEN, "Tasikmalaya", -7.497, 108.142),
    "32.01": (Regency.KABUPATEN, "Bogor", -6.560, 106.767),
}
# Some of their kecamatan, with the real codes.
DISTRICTS = {
    "32.73": {"Coblong": "32.73.02", "Lengkong": "32.73.13"},
    "32.04": {"Soreang": "32.04.37"},
    "32.05": {"Garut Kota": "32.05.01"},
    "32.06": {"Singaparna": "32.06.24"},
}


def make_country() -> Country:
    names = {"name": "Republic of Indonesia", "printable_name": "Indonesia"}
    defaults = {**names, "iso_3166_1_a3": "IDN", "iso_3166_1_numeric": "360", "is_shipping_country": True}
    return Country.objects.get_or_create(iso_3166_1_a2="ID", defaults=defaults)[0]


def make_regency(code: str = "32.73", **kw: Any) -> Regency:
    """A kabupaten or kota of West Java; the known codes have their real names and centroids."""
    province, _ = Province.objects.get_or_create(code="32", defaults={"name": "Jawa Barat"})
    kind, name, latitude, longitude = PLACES.get(code, (Regency.KABUPATEN, f"Uji {code}", -7.0, 107.5))
    facts = {"kind": kind, "name": name, "latitude": latitude, "longitude": longitude, "province": province}
    regency = Regency.objects.get_or_create(code=code, defaults=facts | kw)[0]
    for district, number in DISTRICTS.get(code, {"Kecamatan Uji": f"{code}.01"}).items():
        District.objects.get_or_create(code=number, defaults={"regency": regency, "name": district})
    return regency


def make_pesantren(code: str = "contoh-uji", sells: bool = True, **kw: Any) -> Partner:
    """A fictional pesantren in Kabupaten Bandung; `regency` and every other field may be given."""
    facts = {
        "name": f"Pesantren {code.replace('-', ' ').title()}",
        "regency": kw.pop("regency", None) or make_regency("32.04"),
        "sells": sells,
        "is_fictional": True,
        "cut_off_hour": 14,
    }
    return Partner.objects.get_or_create(code=code, defaults=facts | kw)[0]


def make_unit(code: str = "pcs", name: str = "potong") -> Unit:
    return Unit.objects.get_or_create(code=code, defaults={"name": name})[0]


def make_class(
    delivery_kinds: Iterable[str], perishable: bool, requires_shipping: bool, claim_hours: int
) -> ProductClass:
    """The commodity class with exactly these rules; one row for each combination."""
    kinds = list(delivery_kinds)
    name = f"uji {'-'.join(kinds)} {perishable:d}{requires_shipping:d} {claim_hours}"
    rules = {
        "name": name,
        "requires_shipping": requires_shipping,
        "track_stock": True,
        "perishable": perishable,
        "delivery_kinds": kinds,
        "claim_hours": claim_hours,
    }
    return ProductClass.objects.get_or_create(slug=slugify(name), defaults=rules)[0]


def make_sector(code: str = "fesyen", name: str = "Fesyen") -> Category:
    found = Category.objects.filter(code=code).first()
    return found or Category.objects.add_root(instance=Category(name=name, slug=code, code=code))


def make_product(
    partner: Partner | None = None,
    title: str = "Sarung uji",
    price: int = 150000,
    stock: int | None = 100,
    minimum: int = 1,
    multiple: int = 1,
    tiers: Iterable[tuple[int, int]] = (),
    delivery_kinds: Iterable[str] = ("courier", "vehicle", "pickup"),
    perishable: bool = False,
    requires_shipping: bool = True,
    claim_hours: int | None = None,
    lead_days: int = 2,
    sector: Category | None = None,
    weekly: int | None = None,
    off_season: int = 0,
    **kw: Any,
) -> Product:
    """One listing with its stock record (`product.stockrecords.get()`); with `weekly` it is made to order.

    `price` and `tiers` ((quantity, price), …) are whole rupiah a unit; other keywords are fields of Product.
    """
    partner = partner or make_pesantren()
    hours = claim_hours or (48 if perishable else 120)
    commodity_class = make_class(delivery_kinds, perishable, requires_shipping, hours)
    facts = {"unit": kw.pop("unit", None) or make_unit(), "net_weight_g": 350, "gross_weight_g": 400}
    facts |= {"title_ind": title, "description_ind": kw.pop("description", "")}
    product = Product.objects.create(
        slug=slugify(title), product_class=commodity_class, partner=partner, **(facts | kw)
    )
    product.categories.add(sector or make_sector())
    record = StockRecord.objects.create(
        product=product,
        partner=partner,
        partner_sku=f"uji-{product.pk}",
        price_currency="IDR",
        price=price,
        num_in_stock=stock,
        minimum=minimum,
        multiple=multiple,
        lead_days=lead_days,
        weekly_capacity=weekly,
        off_season_capacity=off_season,
    )
    capacity.refresh(record)
    PriceTier.objects.bulk_create(
        PriceTier(stockrecord=record, quantity=quantity, price=amount) for quantity, amount in tiers
    )
    return product


def make_zone(code: str = "semua", scope: str = Zone.EVERYWHERE, **kw: Any) -> Zone:
    facts = {"name": f"Zona {code}", "scope": scope, "order": 90}
    return Zone.objects.get_or_create(code=code, defaults=facts | kw)[0]


def make_courier(name: str = "Kurir", kind: str = "courier", **kw: Any) -> Courier:
    """A courier without tariffs; every field of Courier may be given."""
    code = kw.pop("code", slugify(name))
    return Courier.objects.get_or_create(code=code, defaults={"name": name, "kind": kind} | kw)[0]


def make_tariff(courier: Courier, zone: Zone | None = None, **kw: Any) -> Tariff:
    """What this courier charges (everywhere, unless a zone is given), since long ago."""
    facts = {"zone": zone or make_zone(), "valid_from": date(2020, 1, 1)}
    return Tariff.objects.create(courier=courier, **(facts | kw))


def make_tariffs() -> list[Tariff]:
    """Courier, cargo truck, seller's vehicle within 60 km, and pick-up, with round figures."""
    near = make_zone("dekat", within_km=60, order=20)
    cargo = {"divisor": 4000, "minimum_kg": 50, "carries_perishables": True}
    return [
        make_tariff(make_courier("Kurir", divisor=6000), base=5000, per_kg=9000, days_most=3),
        make_tariff(make_courier("Truk kargo", "cargo", **cargo), per_kg=2500, days_most=4),
        make_tariff(
            make_courier("Kendaraan penjual", "vehicle", carries_perishables=True),
            near,
            base=50000,
            per_kg=500,
            days_least=0,
            days_most=1,
        ),
        make_tariff(
            make_courier("Ambil sendiri", "pickup", carries_perishables=True), days_least=0, days_most=0
        ),
    ]


def make_user(email: str = "buyer@example.com", **kw: Any) -> User:
    """A person; the password is "demo-only" unless another is given."""
    password = kw.pop("password", "demo-only")
    return User.objects.create_user(email, password, **({"name": email.split("@")[0].title()} | kw))


def make_member(user: User, partner: Partner, role: str = Member.OWNER) -> Member:
    return Member.objects.create(user=user, partner=partner, role=role)
