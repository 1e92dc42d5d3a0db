"""Plain GET filters of a list. Unknown values are ignored: an old link still shows something."""

import re
from dataclasses import asdict, dataclass, replace

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.dates import MONTHS
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import queries
from catalogue.models import Certificate, Product
from marketplace.reference.models import Regency
from marketplace.reference.working_days import today

NOW = "now"
SORTS = {
    "": gettext_lazy("Can be ordered first"),
    "newest": gettext_lazy("Newest"),
    "price": gettext_lazy("Lowest price"),
    "minimum": gettext_lazy("Lowest minimum order"),
}


def query_string(**values: str) -> str:
    """ "?name=value" of those that are not empty; "?" where none is."""
    return "?" + urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True)
class Filters:
    """What the reader asked for; "" means everything. `q` are the words of a search, kept along."""

    q: str = ""
    sector: str = ""
    place: str = ""
    month: str = ""
    certificate: str = ""
    orderable: str = ""
    sort: str = ""

    @classmethod
    def of(cls, query: QueryDict, q: str = "") -> "Filters":
        wanted = {name: query.get(name, "")[:40] for name in cls.__dataclass_fields__}
        known = {
            "sector": {sector.code for sector in queries.sectors()},
            "month": {NOW, *map(str, range(1, 13))},
            "certificate": set(dict(Certificate.KINDS)),
            "orderable": {"1"},
            "sort": set(SORTS),
        }
        if not re.fullmatch(r"\d\d\.\d\d", wanted["place"], re.ASCII):
            wanted["place"] = ""
        for name, values in known.items():
            wanted[name] = wanted[name] if wanted[name] in values else ""
        return cls(**(wanted | {"q": q}))

    def url(self, **changes: str) -> str:
        """The query string of these filters with some of them changed; "?" where nothing is left."""
        return query_string(**asdict(replace(self, **changes)))

    @property
    def any(self) -> bool:
        return any(value for name, value in asdict(self).items() if name not in ("q", "sort"))


def sorts(q: str) -> dict[str, str]:
    """How a list can be sorted; a search begins with what fits best."""
    return {key: str(_("Best match") if q and not key else label) for key, label in SORTS.items()}


@dataclass(frozen=True)
class Choice:
    """One option of one filter, with the number of goods it would show."""

    value: str
    label: str
    count: int
    chosen: bool


def valid_certificates() -> Q:
    return Q(expires_on=None) | Q(expires_on__gte=today())


def apply(products: QuerySet[Product], filters: Filters, skip: str = "") -> QuerySet[Product]:
    """The listings that pass every filter, but the one named by `skip`."""
    if filters.sector and skip != "sector":
        products = products.filter(categories__code=filters.sector)
    if filters.place and skip != "place":
        products = products.filter(partner__regency__code=filters.place)
    if filters.month and skip != "month":
        products = queries.in_season(products, None if filters.month == NOW else int(filters.month))
    if filters.certificate and skip != "certificate":
        papers = Certificate.objects.filter(
            valid_certificates(), product=OuterRef("pk"), kind=filters.certificate
        )
        products = products.filter(Exists(papers))
    if filters.orderable:
        products = queries.orderable(products)
    return products


def sort(products: QuerySet[Product], filters: Filters) -> QuerySet[Product]:
    if filters.sort == "newest":
        return products.order_by("-date_created", "-pk")
    if filters.sort in ("price", "minimum"):
        return queries.with_price(products).order_by(f"first_{filters.sort}", "pk")
    return queries.can_order_first(products)


def _counts(products: QuerySet[Product], column: str) -> dict[str, int]:
    rows = products.order_by().values(column).annotate(n=Count("pk", distinct=True)).values_list(column, "n")
    return {str(value): number for value, number in rows if value}


def sector_choices(products: QuerySet[Product], filters: Filters) -> list[Choice]:
    counts = _counts(apply(products, filters, skip="sector"), "categories__code")
    return [
        Choice(sector.code, sector.name, counts.get(sector.code, 0), sector.code == filters.sector)
        for sector in queries.sectors()
    ]


def place_choices(products: QuerySet[Product], filters: Filters) -> list[Choice]:
    """Kabupaten and kota with goods; the chosen one stays even without any."""
    counts = _counts(apply(products, filters, skip="place"), "partner__regency__code")
    found = Regency.objects.filter(code__in={*counts, filters.place})
    return [Choice(r.code, str(r), counts.get(r.code, 0), r.code == filters.place) for r in found]


def certificate_choices(products: QuerySet[Product], filters: Filters) -> list[Choice]:
    papers = Certificate.objects.filter(
        valid_certificates(), product__in=apply(products, filters, skip="certificate").order_by().values("pk")
    )
    counts = dict(papers.values_list("kind").annotate(n=Count("product", distinct=True)))
    return [
        Choice(code, str(label), counts.get(code, 0), code == filters.certificate)
        for code, label in Certificate.KINDS
    ]


def month_choices(filters: Filters) -> list[tuple[str, str, bool]]:
    options = [("", _("Any month")), (NOW, _("In season now"))]
    options += [(str(number), str(name)) for number, name in MONTHS.items()]
    return [(value, label, value == filters.month) for value, label in options]


def applied(filters: Filters, choices: dict[str, list[Choice]]) -> list[tuple[str, str]]:
    """Each filter in use as (label, address without it)."""
    found = []
    for name, options in choices.items():
        found += [(option.label, filters.url(**{name: ""})) for option in options if option.chosen]
    if filters.month:
        months = {value: label for value, label, chosen in month_choices(filters)}
        label = months[filters.month]
        text = label if filters.month == NOW else _("Harvest in %(month)s") % {"month": label}
        found.append((text, filters.url(month="")))
    if filters.orderable:
        found.append((_("Can be ordered now"), filters.url(orderable="")))
    return found
