"""Background work: shares nobody answered for, and what fell away. Each is due in the database, safe to run twice."""

from celery import shared_task
from django.utils import timezone

from marketplace.common.actor import SYSTEM
from marketplace.common.sweeping import each
from marketplace.pooling import services, states
from marketplace.pooling.exceptions import PoolEnded
from marketplace.pooling.models import Pool, Share

MOST = 500


@shared_task(name="pooling.expire_shares")
def expire_shares() -> None:
    """Release shares whose time to answer is over."""
    late = Share.objects.filter(state=states.PROPOSED, confirm_by__lte=timezone.now()).order_by("confirm_by")
    each(
        late.values_list("pk", flat=True)[:MOST],
        lambda pk: services.expire_share(share=Share.objects.get(pk=pk)),
    )


@shared_task(name="pooling.repool")
def repool(pool_id: int) -> None:
    """Share anew what fell away from this pool."""
    if pool := Pool.objects.filter(pk=pool_id, repool_due=True).first():
        try:
            services.repool(pool=pool, actor=SYSTEM)
        except PoolEnded:  # a person was faster; ending it has cleared the mark
            return


@shared_task(name="pooling.repool_due")
def repool_due() -> None:
    """Pools whose task was lost."""
    each(Pool.objects.filter(repool_due=True).order_by("pk").values_list("pk", flat=True)[:MOST], repool)
