"""Nightly tidying of baskets."""

from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from checkout.basket.models import Basket, Line

FORGOTTEN_DAYS = 60  # Oscar's cookie forgets a guest's basket after 7; what is left is nobody's
BATCH = 500


@shared_task(name="checkout.tidy_baskets")
def tidy_baskets() -> int:
    """Delete guests' baskets that nobody touched for 60 days; returns how many. Those of people stay.

    In batches of short transactions. A basket that somebody holds at this moment is left for the next night.
    """
    deleted = 0
    while found := _delete_batch():
        deleted += found
    return deleted


@transaction.atomic
def _delete_batch() -> int:
    before = timezone.now() - timedelta(days=FORGOTTEN_DAYS)
    old = Basket.objects.filter(owner=None, status__in=[Basket.OPEN, Basket.MERGED], date_created__lt=before)
    touched = Line.objects.filter(date_updated__gte=before).values("basket_id")
    free = old.exclude(pk__in=touched).select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    ids = list(free.values_list("pk", flat=True)[:BATCH])
    Basket.objects.filter(pk__in=ids).delete()
    return len(ids)
