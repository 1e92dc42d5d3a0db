"""The programme of the demonstration: this year in West Java and in an invented province, with fictional pesantren at
several stages. Everything is made through the services that the pages use."""

from django.utils import timezone

from marketplace.common.actor import SYSTEM
from marketplace.people.models import User
from marketplace.pesantren.models import Partner
from marketplace.programme import demo_province, states
from marketplace.programme.models import Participation, ProgrammeYear
from marketplace.programme.services import giving, participations, years
from marketplace.reference.models import Province, Regency
from marketplace.reference.working_days import today

# How many stand at each stage, the first the least far; and how many of each stage left.
AT = {
    states.REGISTERED: 10,
    states.CHECKED: 8,
    states.AUDITION_1: 7,
    states.INTERNSHIP: 6,
    states.AUDITION_2: 4,
    states.AUDITION_3: 3,
}
LEFT = {states.CHECKED: 2, states.AUDITION_1: 3}
IN_SECOND = 9
SECTORS = (
    ("makanan", "Keripik pisang"), ("pertanian", "Sayuran"), ("peternakan", "Telur"), ("perikanan", "Lele"),
    ("fesyen", "Sarung"), ("minuman", "Teh herbal"), ("kerajinan", "Anyaman bambu"), ("perdagangan", "Toko santri"),
    ("jasa", "Binatu"), ("lainnya", "Pupuk"),
)  # fmt: skip
NAMES = (
    "Nurul", "Bahrul", "Miftahul", "Darul", "Riyadlul", "Manbaul", "Baitul", "Raudlatul",
)  # fmt: skip
ENDS = ("Contoh", "Misal", "Teladan", "Percobaan", "Peraga", "Umpama")
SELLING = ("contoh-kebun", "contoh-tenun", "contoh-kopi")


def put() -> bool:
    """Make both years unless they are there; false if they are."""
    home = Province.objects.get(code="32")
    if ProgrammeYear.objects.filter(is_fictional=True, province=home).exists():
        return False
    made = _in_home(_year(home, target=200, value=60_000_000_000))
    _give(made)
    second = demo_province.put()
    year = _year(second, target=40, value=5_000_000_000)
    for place in range(IN_SECOND):
        one = _register(year, list(second.regencies.order_by("code")), place, "98")
        _lead(one, states.ORDER[place % 3])
    return True


def _year(province: Province, *, target: int, value: int) -> ProgrammeYear:
    day = today()
    facts = {
        "year": day.year,
        "target": target,
        "target_value": value,
        "opens_on": day.replace(month=1, day=5),
        "closes_on": day.replace(month=12, day=31),
        "note": "Tahun ini rekaan, untuk mencoba program.",
        "is_fictional": True,
    }
    made = years.add_year(province=province, facts=facts, actor=SYSTEM)
    years.move_year(year=made, to=states.OPEN, actor=SYSTEM)
    return made


def _in_home(year: ProgrammeYear) -> list[Participation]:
    """The fictional sellers first: they have come the furthest."""
    places = list(Regency.objects.filter(province=year.province).order_by("code"))
    sellers = list(Partner.objects.filter(code__in=SELLING, is_fictional=True).select_related("regency"))
    found, place = [], 0
    for stage in reversed(states.ORDER):
        for number in range(AT[stage] + LEFT.get(stage, 0)):
            seller = sellers.pop() if sellers else None
            one = _register(year, places, place, "32", seller)
            _lead(one, stage)
            if number >= AT[stage]:
                participations.leave(participation=one, why="Contoh: belum terpilih tahun ini.", actor=SYSTEM)
            found.append(one)
            place += 1
    return found


def _register(
    year: ProgrammeYear, places: list[Regency], place: int, code: str, seller: Partner | None = None
) -> Participation:
    """A seller that has no NSPP yet gets an invented one, so that its participation is linked."""
    nspp = f"0000{code}{place:06d}"
    if seller and not seller.nspp:
        Partner.objects.filter(pk=seller.pk).update(nspp=nspp)
    sector, product = SECTORS[place % len(SECTORS)]
    name = f"Pesantren {NAMES[place % len(NAMES)]} {ENDS[place % len(ENDS)]} {place + 1} (fiktif)"
    facts = {
        "nspp": (seller.nspp or nspp) if seller else nspp,
        "name": seller.name if seller else name,
        "regency": seller.regency if seller else places[place * 7 % len(places)],
        "district": "",
        "category": Participation.SCALE_UP if place % 3 == 0 else Participation.START_UP,
        "sector": sector,
        "product": product,
        "contact": "Contoh Pengurus",
        "phone": "",
    }
    return participations.register(year=year, facts=facts, actor=SYSTEM)


def _lead(one: Participation, stage: str) -> None:
    while one.state != stage:
        participations.advance(participation=one, actor=SYSTEM)


def _give(made: list[Participation]) -> None:
    mentor = User.objects.filter(staff_role="mentor", email__endswith="@example.com").first()
    for one in made[:3]:
        facts = {
            "amount": 25_000_000,
            "given_on": timezone.localdate(),
            "what_for": "Contoh: modal usaha tahap pertama",
            "decree": "CONTOH/001",
        }
        giving.record_grant(participation=one, facts=facts, actor=SYSTEM)
        if mentor:
            participations.set_mentor(participation=one, mentor=mentor, actor=SYSTEM)
