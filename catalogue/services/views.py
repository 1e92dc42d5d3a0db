"""How often the page of a listing was looked at: a number for each day, and nothing of who looked."""

from datetime import timedelta

from django.db import connection

from catalogue.models import ListingViews
from marketplace.reference.working_days import today

KEPT_DAYS = 400
COUNT = """
INSERT INTO catalogue_listingviews (product_id, day, count)
SELECT id, %s, 1 FROM catalogue_product WHERE id = %s AND is_public
ON CONFLICT (product_id, day) DO UPDATE SET count = catalogue_listingviews.count + 1
"""


def count_view(*, product_id: int) -> None:
    """One more look at a public listing today (Jakarta); of anything else nothing is kept. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [today(), product_id])


def purge_views() -> None:
    """Forget counts older than 400 days."""
    ListingViews.objects.filter(day__lt=today() - timedelta(days=KEPT_DAYS)).delete()
