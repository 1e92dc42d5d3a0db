"""Plain GET filters of a list. Unknown values are ignored: an old link still shows something.

Each filter is a condition on catalogue.search.models.Entry; facets.py counts what each of its values would show.
"""

import re
from dataclasses import asdict, dataclass, replace

from django.db.models import F, Q
from django.db.models.lookups import Exact
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import queries
from catalogue.models import DeliveryKind
from marketplace.reference.working_days import today

NOW = "now"
# What buyers choose by. Bit i of a search entry is the i-th, as the view search_facts counts them: add only at the end.
USUAL_PAPERS = ["halal", "pirt", "organic", "phyto", "gap", "brand"]
RARE_PAPERS = [
    "md",
    "skp",
    "cosmetic",
    "pkrt",
    "fertiliser",
    "sni",
]  # offered only where some goods have them
CERTIFICATES = [*USUAL_PAPERS, *RARE_PAPERS]
KINDS = list(DeliveryKind.values)
MINIMUMS = [10, 100, 500]  # "up to", in the unit of each listing
PRICES = [25_000, 100_000, 500_000]  # rupiah a unit; both sides of a bound belong to it
SORTS = {
    "": gettext_lazy("Can be ordered first"),
    "newest": gettext_lazy("Newest"),
    "price": gettext_lazy("Lowest price"),
    "minimum": gettext_lazy("Lowest minimum order"),
}
ORDERS = {
    "": ["-sells", "-created", "product_id"],
    "newest": ["-created", "-product_id"],
    "price": ["-sells", "price", "product_id"],
    "minimum": ["-sells", "minimum", "product_id"],
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
    minimum: str = ""
    price_from: str = ""
    price_to: str = ""
    delivery: str = ""
    export: str = ""
    orderable: str = ""
    sort: str = ""

    @classmethod
    def of(cls, query: QueryDict, q: str = "") -> "Filters":
        wanted = {name: query.get(name, "")[:40] for name in cls.__dataclass_fields__}
        known = {
            "sector": {sector.code for sector in queries.sectors()},
            "place": {place.code for place in queries.places()},
            "month": {NOW, *map(str, range(1, 13))},
            "certificate": set(CERTIFICATES),
            "minimum": set(map(str, MINIMUMS)),
            "delivery": set(KINDS),
            "export": set(queries.export_countries()),
            "orderable": {"1"},
            "sort": set(SORTS),
        }
        for name, values in known.items():
            wanted[name] = wanted[name] if wanted[name] in values else ""
        for name in ("price_from", "price_to"):
            wanted[name] = _rupiah(wanted[name])
        return cls(**(wanted | {"q": q}))

    def url(self, **changes: str) -> str:
        """The query string of these filters with some of them changed; "?" where nothing is left."""
        return query_string(**asdict(replace(self, **changes)))

    @property
    def any(self) -> bool:
        return bool(self.conditions())

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What a form that changes only the sorting has to carry along."""
        return [(name, value) for name, value in asdict(self).items() if value and name != "sort"]

    def conditions(self) -> dict[str, Q]:
        """One condition for each facet in use."""
        found = {
            "sector": Q(sector_id=_id_of(self.sector, queries.sectors())) if self.sector else None,
            "place": Q(regency_id=_id_of(self.place, queries.places())) if self.place else None,
            "month": has_bit("months", month_bit(self.month)) if self.month else None,
            "certificate": has_bit("certificates", CERTIFICATES.index(self.certificate))
            if self.certificate
            else None,
            "minimum": Q(minimum__lte=int(self.minimum)) if self.minimum else None,
            "price": self._price(),
            "delivery": has_bit("kinds", KINDS.index(self.delivery)) if self.delivery else None,
            "export": Q(export_to__contains=[self.export]) if self.export else None,
            "orderable": Q(orderable=True) if self.orderable else None,
        }
        return {name: condition for name, condition in found.items() if condition is not None}

    def _price(self) -> Q | None:
        bounds = {"price__gte": self.price_from, "price__lte": self.price_to}
        given = {name: int(value) for name, value in bounds.items() if value}
        return Q(**given) if given else None


def _rupiah(typed: str) -> str:
    """ "25.000" as "25000"; nothing for what is no amount, or zero."""
    plain = re.sub(r"[.\s]|^Rp", "", typed, flags=re.IGNORECASE)
    return str(int(plain)) if re.fullmatch(r"\d{1,12}", plain, re.ASCII) and int(plain) else ""


def _id_of(code: str, rows: list[queries.Sector] | list[queries.Place]) -> int | None:
    return next((row.pk for row in rows if row.code == code), None)


def month_bit(month: str) -> int:
    return (today().month if month == NOW else int(month)) - 1


def has_bit(column: str, bit: int) -> Q:
    return Q(Exact(F(column).bitand(1 << bit), 1 << bit))


def sorts(q: str) -> dict[str, str]:
    """How a list can be sorted; a search begins with what fits best."""
    return {key: str(_("Best match") if q and not key else label) for key, label in SORTS.items()}
