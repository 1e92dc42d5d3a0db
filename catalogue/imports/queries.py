"""Files of listings and their rows; the first argument is who asks."""

from typing import Any

from django.db.models import Count, QuerySet

from catalogue.imports import states
from catalogue.imports.models import ImportRow, ListingImport
from catalogue.models import ProductClass
from marketplace.pesantren.access import pesantren_of
from marketplace.pesantren.models import Partner


def of_members(user: Any) -> QuerySet[ListingImport]:
    """What was sent for this person's pesantren, the newest first."""
    found = ListingImport.objects.filter(partner__in=pesantren_of(user)).select_related("partner")
    return found.order_by("-uploaded_at", "-pk")


def to_take(run: ListingImport) -> QuerySet[ImportRow]:
    """The rows that would write something and have not yet."""
    return run.lines.filter(outcome__in=[states.NEW, states.CHANGED], result="")


def lines(user: Any, run: ListingImport, *, outcome: str = "", result: str = "") -> QuerySet[ImportRow]:
    """The rows of a file in their order; of one kind, or all."""
    found = ImportRow.objects.filter(run=run, run__in=of_members(user).order_by())
    if outcome:
        found = found.filter(outcome=outcome)
    if result:
        found = found.filter(result=result)
    return found.select_related("product").order_by("place")


def counts(run: ListingImport) -> tuple[dict[str, int], dict[str, int]]:
    """How many rows would do what, and did what. One query."""
    outcomes: dict[str, int] = dict.fromkeys(dict(states.OUTCOMES), 0)
    results: dict[str, int] = dict.fromkeys(dict(states.RESULTS), 0)
    for outcome, result, count in run.lines.order_by().values_list("outcome", "result").annotate(Count("pk")):
        if outcome:
            outcomes[outcome] += count
        if result:
            results[result] += count
    return outcomes, results


def kinds_listed(partner: Partner) -> QuerySet[ProductClass]:
    """The kinds of goods that this pesantren, already found for its member, lists; each with `count`."""
    found = ProductClass.objects.filter(products__partner=partner)
    return found.annotate(count=Count("products")).order_by("name", "pk")
