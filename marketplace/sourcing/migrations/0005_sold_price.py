"""Lines of goods that an exporter sold learn the contract's price a unit (decision 0047).

Of an order of which something fell away already the old reckoning stays: its buyer was told those amounts.
"""

from django.db import migrations
from django.db.models import F

from marketplace.ledger.money import Money

LOST = ["declined", "rejected"]


def fill(apps, schema_editor):
    CallOff = apps.get_model("sourcing", "CallOff")
    found = CallOff.objects.filter(order__sold_by__isnull=False).select_related("order", "contract")
    for call_off in found.order_by("pk"):
        if not _fell_away(apps, call_off.order):
            _fill(apps, call_off)


def _fell_away(apps, order):
    lines = apps.get_model("fulfilment", "FulfilmentLine").objects.filter(fulfilment__order=order)
    return (
        lines.filter(short__gt=0).exists()
        or lines.filter(fulfilment__state__in=LOST).exists()
        or lines.filter(accepted__lt=F("quantity")).exists()
        or apps.get_model("payments", "CreditNote").objects.filter(order=order).exists()
    )


def _fill(apps, call_off):
    """By the purchase agreement of the listing. If a price is not certain, the whole order stays as it was; also if
    these prices do not add up to what the order cost: an amendment wrote others into the contract since."""
    prices = {}
    rows = call_off.lines.select_related("contract_line").prefetch_related("contract_line__purchases")
    for row in rows:
        for bought in row.contract_line.purchases.all():
            prices.setdefault(bought.product_id, set()).add(row.contract_line.unit_price)
    # What has no agreement in the exporter's own part is what it adds to the goods.
    exporter = call_off.order.sold_by_id
    lines = [line for line in call_off.order.lines.all() if line.partner_id != exporter or line.product_id in prices]
    if any(len(prices.get(line.product_id, ())) != 1 for line in lines):
        return
    order = call_off.order
    cost = sum(Money.from_decimal(line.line_price_incl_tax, order.currency).minor for line in order.lines.all())
    if cost != sum(line.quantity * price for line in lines for price in prices[line.product_id]):
        return
    for line in lines:
        [line.sold_price] = prices[line.product_id]
        line.save(update_fields=["sold_price"])


class Migration(migrations.Migration):
    dependencies = [
        ("fulfilment", "0008_taken_off"),
        ("order", "0026_sold_price"),
        ("payments", "0011_price_differences"),
        ("sourcing", "0004_sold_by"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
