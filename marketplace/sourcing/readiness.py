"""What a listing still lacks for a demand, who sees to it, and whether it can be answered without.

Three ask: the rules at home (catalogue/data/permit_rules.csv), the country the goods go to (export_needs.csv), and the
buyer, by the papers it named. An answer is forbidden without a permit of the rules at home, and without a paper that
the country needs by a source and that only the pesantren can have. All else is said, and puts a listing after those
that have it: what we assume of a country, facts of the listing, what the buyer wished. A paper that is made for each
consignment is the exporter's to get.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from catalogue import export
from catalogue.models import Product
from catalogue.permits import queries as permits
from catalogue.permits.kinds import Kind
from marketplace.reference.queries import country_name
from marketplace.reference.working_days import today
from marketplace.sourcing.models import Demand

HOME, COUNTRY, WISH = "home", "country", "wish"
PAPER, FIELD = "paper:", "field:"
OF_A_CONSIGNMENT = frozenset({Kind.PHYTO.value})  # abroad: made once the goods are packed, for the exporter
OF_ANY_GOODS = frozenset({Kind.SNI.value, Kind.ORGANIC.value, Kind.BRAND.value, Kind.PHYTO.value})


@dataclass(frozen=True)
class Lack:
    """One of `any_of` ("paper:halal", "field:hs6") is asked and none is there. `asked_by`: HOME, COUNTRY or WISH."""

    any_of: tuple[str, ...]
    asked_by: str
    forbids: bool = False
    by_exporter: bool = False
    country: str = ""

    @property
    def text(self) -> str:
        """The papers or facts alone, in words."""
        return _(" or ").join(_word(one) for one in self.any_of)

    @property
    def is_paper(self) -> bool:
        """A paper that the pesantren can send in, no fact of the listing."""
        return not self.by_exporter and any(one.startswith(PAPER) for one in self.any_of)

    @property
    def said(self) -> str:
        """One sentence for the pesantren: who asks for it, and what that means for its answer."""
        facts = {"what": self.text, "country": country_name(self.country) if self.country else ""}
        if self.by_exporter:
            return _("%(what)s: the exporter gets it for the consignment. You can answer.") % facts
        if self.asked_by == WISH:
            return (
                _("The buyer asks for: %(what)s. You can answer without it; say what you can show.") % facts
            )
        if self.asked_by == HOME:
            return _("Still missing: %(what)s. You can send the quote once it is confirmed.") % facts
        if self.forbids:
            text = _("%(country)s needs: %(what)s. You can send the quote once it is confirmed.")
            return text % facts
        if self.is_paper:
            return _("%(country)s may ask for: %(what)s (we assume it). You can answer without it.") % facts
        text = _(
            "For %(country)s your listing should say: %(what)s. You can answer; the exporter asks you for it."
        )
        return text % facts


def _word(one: str) -> str:
    kind, _colon, code = one.partition(":")
    return str(export.FIELDS[code]) if kind == "field" else str(Kind(code).label)


class Readiness:
    """What these listings have on a day (today); five queries, however many listings and demands."""

    def __init__(self, goods: Iterable[Product], day: date | None = None) -> None:
        rows, when = list(goods), day or today()
        self.at_home = permits.missing_of(rows, when)
        self.has = export.words_of(rows, when)
        self.asked: dict[int, set[str]] = defaultdict(set)
        for kind, kinds in permits.rules_on(when).values_list("product_class", "kinds"):
            self.asked[kind] |= set(kinds)

    def lacks(self, product: Product, demand: Demand) -> list[Lack]:
        """What forbids an answer first; nothing twice. No query, if the product's class was fetched with it."""
        found = [
            Lack(tuple(PAPER + kind for kind in need.kinds), HOME, forbids=True)
            for need in self.at_home[product.pk]
        ]
        if demand.is_abroad:
            found += self._of_country(product, demand.country)
        found += self._wished(product, demand, {word for lack in found for word in lack.any_of})
        return sorted(found, key=lambda one: not one.forbids)

    def _of_country(self, product: Product, country: str) -> list[Lack]:
        kind, has = product.product_class, self.has[product.pk]
        known = {word for need in self.at_home[product.pk] for word in (PAPER + one for one in need.kinds)}
        return [
            Lack(
                need.any_of, COUNTRY, forbids=_is_hard(need), by_exporter=_is_exporters(need), country=country
            )
            for need in export.needs()
            if kind is not None
            and (need.country, need.class_code) == (country, kind.slug)
            and not (has | known) & set(need.any_of)
        ]

    def _wished(self, product: Product, demand: Demand, known: set[str]) -> list[Lack]:
        """Of the papers the buyer named those that goods of this class can have."""
        kind = product.product_class
        fitting = set(OF_ANY_GOODS) | self.asked[kind.pk if kind else 0]
        for need in export.needs():
            if kind is not None and need.class_code == kind.slug:
                fitting |= {one.removeprefix(PAPER) for one in need.any_of}
        return [
            Lack((PAPER + paper,), WISH, by_exporter=demand.is_abroad and paper in OF_A_CONSIGNMENT)
            for paper in demand.papers
            if paper in fitting and PAPER + paper not in self.has[product.pk] | known
        ]


def _is_exporters(need: export.Need) -> bool:
    return any(one.removeprefix(PAPER) in OF_A_CONSIGNMENT for one in need.any_of)


def _is_hard(need: export.Need) -> bool:
    """A source says that the country needs a paper, and the pesantren alone can have it."""
    return not need.assumed and not _is_exporters(need) and all(one.startswith(PAPER) for one in need.any_of)
