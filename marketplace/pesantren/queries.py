"""Reading sellers. Members' own views start from access.pesantren_of(user)."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import QuerySet

from marketplace.pesantren import capacity, weeks
from marketplace.pesantren.models import Partner, StockRecord
from marketplace.reference.models import Regency


def public(viewer: object, code: str) -> Partner | None:
    """The pesantren with this code, for anybody."""
    return Partner.objects.select_related("regency").filter(code=code).first()


def places(viewer: object) -> QuerySet[Regency]:
    """Kabupaten and kota that have a pesantren, for anybody."""
    return Regency.objects.filter(pesantren__isnull=False).distinct().order_by("kind", "name")


def free_in(viewer: object, records: Iterable[int], first: date, last: date) -> dict[int, int | None]:
    """How many units each of these listings (ids of stock records) can still promise in a window, both days included.

    Made to order: what is free in the weeks that touch the window, from the first in which something ordered now can be
    ready; not only the weeks that a basket may take. Sold by count: what lies there now. None: not counted (services).
    Pesantren that do not sell here are left out. At most three queries, however many listings.
    """
    asked = StockRecord.objects.filter(pk__in=list(records), partner__sells=True)
    found = list(asked.select_related("product__product_class", "partner"))
    capacity.prepare(found)
    begin, end = weeks.monday(first), weeks.monday(last)
    window = weeks.following(begin, (end - begin).days // 7 + 1) if end >= begin else []
    return {record.pk: _free_in(record, window) for record in found}


def free_by_week(records: Iterable[int], mondays: Sequence[date]) -> dict[int, list[int | None]]:
    """As free_in(), for each of these weeks by itself; at most three queries, however many weeks."""
    asked = StockRecord.objects.filter(pk__in=list(records), partner__sells=True)
    found = list(asked.select_related("product__product_class", "partner"))
    capacity.prepare(found)
    return {record.pk: [_free_in(record, [week]) for week in mondays] for record in found}


def _free_in(record: StockRecord, window: list[date]) -> int | None:
    if not record.is_made_to_order:
        return capacity.free(record)
    earliest = weeks.monday(capacity.earliest(record))
    possible = [week for week in window if week >= earliest]
    return sum(week.free for week in capacity.in_weeks(record, possible))
