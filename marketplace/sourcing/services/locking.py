"""What is locked before deliveries are shared out, cancelled or ended: their pools, then the contract (LOCKS.md)."""

from django.db.models import QuerySet

from marketplace.pooling.exceptions import ChangedMeanwhile
from marketplace.pooling.models import Pool
from marketplace.sourcing import references
from marketplace.sourcing.models import CallOff, CallOffLine, Contract


def hold(call_offs: QuerySet[CallOff], contract_id: int) -> Contract:
    """The contract as it is now, locked after the pools of these call-offs, each in the order of their ids.

    A share that is confirmed locks its pool first and then moves its call-off, so the pools come first here, too.
    Raises ChangedMeanwhile if a pool was opened while the contract was waited for.
    """
    before = [pool.pk for pool in _pools(call_offs).select_for_update(of=("self",), no_key=True)]
    contract = Contract.objects.select_for_update(of=("self",), no_key=True).get(pk=contract_id)
    if list(_pools(call_offs).values_list("pk", flat=True)) != before:
        raise ChangedMeanwhile(contract.number)
    return contract


def _pools(call_offs: QuerySet[CallOff]) -> QuerySet[Pool]:
    lines = CallOffLine.objects.filter(call_off__in=call_offs.order_by()).values_list("pk", flat=True)
    return Pool.objects.filter(reference__in=[references.of_line(pk) for pk in lines]).order_by("pk")
