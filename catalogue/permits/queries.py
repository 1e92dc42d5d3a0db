"""What goods need on a day, and what they have."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from catalogue import states as listing
from catalogue.models import Product
from catalogue.permits import states
from catalogue.permits.kinds import Kind
from catalogue.permits.models import Permit, PermitRule
from marketplace.common.access import OFFICE, is_staff
from marketplace.pesantren.access import goods_kept_by, pesantren_of
from marketplace.reference.working_days import today

DISTRIBUTION = "distribution"  # the topic of papers without which goods of a kind may not be sold
# Sent for the wrong goods they would look like enough; other papers may be shown by whoever has them.
OF_SOME_GOODS = frozenset({Kind.PIRT, Kind.COSMETIC, Kind.PKRT, Kind.SHORT_LIFE, Kind.NOT_NEEDED})


@dataclass(frozen=True)
class Need:
    """One of these kinds is needed and none is there; without kinds the listing has to say which good it is."""

    topic: str
    kinds: tuple[str, ...]
    source: str

    @property
    def text(self) -> str:
        if not self.kinds:
            return _("which good it is, so that its papers can be named")
        return _(" or ").join(str(Kind(kind).label) for kind in self.kinds)


def rules_on(day: date) -> QuerySet[PermitRule]:
    """The rules that hold on this day."""
    return PermitRule.objects.filter(valid_from__lte=day).filter(
        Q(valid_until=None) | Q(valid_until__gte=day)
    )


def valid_on(day: date) -> QuerySet[Permit]:
    """Confirmed permits that are valid on this day."""
    return Permit.objects.filter(_valid(day))


def _valid(day: date) -> Q:
    begun = Q(valid_from=None) | Q(valid_from__lte=day)
    lasts = Q(expires_on=None) | Q(expires_on__gte=day)
    return begun & lasts & Q(state=states.CONFIRMED)


def lacks_unsent() -> Exists:
    """Of a set of listings: those that lack a paper today of which none was sent either."""
    there = Permit.objects.filter(
        _valid(today()) | Q(state=states.PROPOSED), products=OuterRef(OuterRef("pk"))
    )
    mine = rules_on(today()).filter(product_class=OuterRef("product_class"))
    own = rules_on(today()).filter(commodity=OuterRef(OuterRef("commodity")), topic=OuterRef("topic"))
    asked = mine.filter(Q(commodity=OuterRef("commodity")) | Q(Q(commodity=None), ~Exists(own)))
    return Exists(asked.exclude(kinds__overlap=ArraySubquery(there.order_by().values("kind"))))


def _rules_of(products: Iterable[Product], day: date) -> dict[int, list[PermitRule]]:
    """The rules of each of these, by its id: those of its good, and of its class where its good has none of that
    topic. One query."""
    known: dict[tuple[int | None, int | None], list[PermitRule]] = defaultdict(list)
    for rule in rules_on(day).order_by("topic"):
        known[rule.product_class_id, rule.commodity_id].append(rule)
    found = {}
    for one in products:
        own = known[one.product_class_id, one.commodity_id] if one.commodity_id else []
        topics = {rule.topic for rule in own}
        others = [rule for rule in known[one.product_class_id, None] if rule.topic not in topics]
        found[one.pk] = sorted([*own, *others], key=lambda rule: rule.topic)
    return found


def missing_of(products: Iterable[Product], day: date | None = None) -> dict[int, list[Need]]:
    """What each of these lacks on a day (today), by its id; two queries, however many they are."""
    day, goods = day or today(), list(products)
    rules = _rules_of(goods, day)
    has: dict[int, set[str]] = defaultdict(set)
    rows = valid_on(day).filter(products__in=[one.pk for one in goods]).values_list("products", "kind")
    for product, kind in rows:
        has[product].add(kind)
    return {
        one.pk: [
            Need(rule.topic, tuple(rule.kinds), rule.source)
            for rule in rules[one.pk]
            if not has[one.pk] & set(rule.kinds)
        ]
        for one in goods
    }


def unsaid(products: QuerySet[Product]) -> QuerySet[Product]:
    """Of these listings those that do not say which good they are, though their papers depend on it."""
    depends = rules_on(today()).exclude(commodity=None).values("product_class")
    return products.filter(commodity=None, product_class__in=depends)


def missing(product: Product, day: date | None = None) -> list[Need]:
    return missing_of([product], day)[product.pk]


def reason(needs: list[Need]) -> str:
    """What is missing, in Indonesian: it is kept with the listing and its history. Pages ask `missing` anew."""
    with translation.override("id"):
        return "; ".join(need.text for need in needs)[:300]


def asked_of(products: Iterable[Product]) -> set[str]:
    """Every kind that a rule of today asks of these goods. Two queries."""
    return {kind for rules in _rules_of(products, today()).values() for rule in rules for kind in rule.kinds}


def not_helped_by(kind: str, products: Iterable[Product]) -> list[tuple[Product, Need]]:
    """Those of these goods that a paper which is only for some goods does nothing for, with what they need instead."""
    if kind not in OF_SOME_GOODS:
        return []
    goods = list(products)
    found = []
    for one, rules in zip(goods, _rules_of(goods, today()).values(), strict=True):
        instead = [rule for rule in rules if rule.topic == DISTRIBUTION and rule.kinds]
        if instead and not any(kind in rule.kinds for rule in rules):
            rule = instead[0]
            found.append((one, Need(rule.topic, tuple(rule.kinds), rule.source)))
    return found


def kept_by(user: Any) -> QuerySet[Permit]:
    """The permits this person keeps (goods_kept_by), what waits first, then what ends first."""
    found = Permit.objects.filter(partner__in=goods_kept_by(user)).select_related("partner")
    return found.prefetch_related("products").order_by("expires_on", "-proposed_at", "pk")


def to_renew(user: Any, days: int) -> QuerySet[Permit]:
    """Permits of this person's pesantren that ended, end within so many days, or were not accepted, for goods that are
    listed, with no newer paper of the kind for any of them."""
    goods = Permit.products.through.objects.filter(permit=OuterRef("pk"))
    listed = goods.filter(product__state__in=[listing.ON_SALE, listing.STOPPED])
    newer = Permit.products.through.objects.filter(
        permit__kind=OuterRef("kind"),
        permit__proposed_at__gt=OuterRef("proposed_at"),
        permit__state__in=[states.PROPOSED, states.CONFIRMED],
        product__in=Permit.products.through.objects.filter(permit=OuterRef(OuterRef("pk"))).values("product"),
    )
    last = date.fromordinal(today().toordinal() + days)
    ends = Q(state=states.CONFIRMED, expires_on__lte=last)
    found = Permit.objects.filter(partner__in=pesantren_of(user).order_by().values("pk"))
    found = found.filter(ends | Q(state__in=[states.REFUSED, states.EXPIRED]))
    return found.filter(Exists(listed)).exclude(Exists(newer))


def for_office(user: Any, state: str = "") -> QuerySet[Permit]:
    """All permits, the oldest proposals first; one state or all."""
    if not is_staff(user, OFFICE):
        return Permit.objects.none()
    found = Permit.objects.filter(state=state) if state in states.LABELS else Permit.objects.all()
    return found.select_related("partner__regency", "proposed_by").order_by("proposed_at", "pk")


def waiting(user: Any) -> QuerySet[Permit]:
    return for_office(user, states.PROPOSED)


def ending(user: Any, days: int) -> QuerySet[Permit]:
    """Confirmed permits that end within so many days, the first to end first."""
    last = date.fromordinal(today().toordinal() + days)
    return for_office(user, states.CONFIRMED).filter(expires_on__lte=last).order_by("expires_on", "pk")
