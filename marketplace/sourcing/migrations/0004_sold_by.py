"""Orders that were made under an exporter's contract learn who sold what to the buyer."""

from django.db import migrations

LANGUAGES = {"id": "ind", "en": "en", "ar": "ar"}


def _sold(call_off):
    rows = call_off.lines.select_related("contract_line__unit").order_by("contract_line__demand_line__position")
    for row in rows:
        line = row.contract_line
        texts = {code: getattr(line.unit, f"name_{suffix}", "") for code, suffix in LANGUAGES.items()}
        yield {
            "name": line.name,
            "quantity": row.quantity,
            "unit": {code: text for code, text in texts.items() if text},
            "price": line.unit_price,
        }


def fill(apps, schema_editor):
    CallOff = apps.get_model("sourcing", "CallOff")
    found = CallOff.objects.filter(order__isnull=False, contract__quote__negotiation__kind="offer")
    for call_off in found.select_related("order", "contract").order_by("pk"):
        call_off.order.sold_by_id = call_off.contract.seller_id
        call_off.order.sold_lines = list(_sold(call_off))
        call_off.order.save(update_fields=["sold_by", "sold_lines"])


class Migration(migrations.Migration):
    dependencies = [("order", "0025_sold_by"), ("sourcing", "0003_samples")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
