"""Couriers, zones and dated tariffs. Each old tariff row becomes a courier with one tariff in one zone."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models
from django.utils.text import slugify

BEGINNING = "2026-01-01"  # before the first order
ZONES = {True: ("regency", "Kabupaten/kota yang sama"), False: ("everywhere", "Semua tujuan")}
KEEP = """
create trigger fulfilment_courierchange_keep before update or delete on fulfilment_courierchange
    for each row execute function refuse_history_change();
create trigger fulfilment_courierchange_keep_all before truncate on fulfilment_courierchange
    for each statement execute function refuse_history_change();
"""
LOOSE = """
drop trigger fulfilment_courierchange_keep_all on fulfilment_courierchange;
drop trigger fulfilment_courierchange_keep on fulfilment_courierchange;
"""


def give_couriers(apps, schema_editor):
    """Kinds alone decided until now what may travel, so every old row carries perishables."""
    Courier, Tariff = (apps.get_model("fulfilment", name) for name in ("Courier", "Tariff"))
    for row in Tariff.objects.order_by("pk"):
        code = slugify(row.name) or row.kind
        if Courier.objects.filter(code=code).exists():
            code = f"{code[:50]}-{row.pk}"
        row.courier = Courier.objects.create(
            code=code,
            name=row.name,
            kind=row.kind,
            divisor=row.divisor or None,
            minimum_kg=row.minimum_kg,
            carries_perishables=True,
            is_example=row.is_example,
        )
        row.zone = _zone(apps.get_model("fulfilment", "Zone"), row)
        row.valid_from = BEGINNING
        row.save()
    # The checks of the new keys run now: PostgreSQL alters no table that still has some waiting.
    schema_editor.execute("set constraints all immediate")
    schema_editor.execute("set constraints all deferred")


def _zone(Zone, row):
    """The near before the far: a courier's first zone that fits counts."""
    scope, name = ZONES[row.same_regency_only]
    code, order = scope, 10 if row.same_regency_only else 90
    if row.within_km is not None:
        code, order = f"{scope}-{row.within_km}-km", order - 5
        name = f"{name}, sampai {row.within_km} km"
    facts = {"name": name, "order": order, "scope": scope, "within_km": row.within_km}
    return Zone.objects.get_or_create(code=code, defaults=facts)[0]


class Migration(migrations.Migration):
    dependencies = [
        ("fulfilment", "0002_office_lists"),
        ("common", "0002_history_append_only"),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="Courier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("kind", models.CharField(choices=[('courier', 'Parcel courier'), ('cargo', 'Cargo truck'), ('vehicle', "Seller's vehicle"), ('pickup', 'Pick up at the pesantren')], max_length=10)),
                ("divisor", models.PositiveIntegerField(blank=True, null=True)),
                ("minimum_kg", models.PositiveIntegerField(default=1)),
                ("step_g", models.PositiveIntegerField(choices=[(1000, "each started kilogram"), (500, "each started half kilogram"), (100, "each started 100 grams")], default=1000)),
                ("tolerance_g", models.PositiveIntegerField(default=0)),
                ("max_kg", models.PositiveIntegerField(blank=True, null=True)),
                ("carries_perishables", models.BooleanField(default=False)),
                ("works_sundays", models.BooleanField(default=True)),
                ("is_active", models.BooleanField(default=True)),
                ("is_example", models.BooleanField(default=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["kind", "name", "pk"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("tolerance_g__lt", models.F("step_g"))), name="courier_tolerance_below_step"),
                    models.CheckConstraint(condition=models.Q(("divisor", None), ("divisor__gt", 0), _connector="OR"), name="courier_divisor"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Zone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("scope", models.CharField(choices=[("regency", "within one kabupaten or kota"), ("province", "within one province"), ("provinces", "to the listed provinces"), ("everywhere", "everywhere")], default="everywhere", max_length=10)),
                ("provinces", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), blank=True, default=list, size=None)),
                ("within_km", models.PositiveIntegerField(blank=True, null=True)),
            ],
            options={"ordering": ["order", "pk"]},
        ),
        migrations.AddField("fulfilment", "road_sundays", models.BooleanField(default=True)),
        migrations.AddField("tariff", "courier", models.ForeignKey("fulfilment.courier", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="tariffs")),
        migrations.AddField("tariff", "zone", models.ForeignKey("fulfilment.zone", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="tariffs")),
        migrations.AddField("tariff", "valid_from", models.DateField(null=True)),
        migrations.AddField("tariff", "valid_to", models.DateField(blank=True, null=True)),
        migrations.RunPython(give_couriers, elidable=True),
        migrations.AlterField("tariff", "courier", models.ForeignKey("fulfilment.courier", on_delete=django.db.models.deletion.PROTECT, related_name="tariffs")),
        migrations.AlterField("tariff", "zone", models.ForeignKey("fulfilment.zone", on_delete=django.db.models.deletion.PROTECT, related_name="tariffs")),
        migrations.AlterField("tariff", "valid_from", models.DateField()),
        migrations.AlterModelOptions("tariff", {"ordering": ["courier", "zone", "valid_from"]}),
        *[
            migrations.RemoveField("tariff", name)
            for name in (
                "divisor", "is_example", "kind", "minimum_kg", "name", "order", "same_regency_only", "within_km"
            )
        ],
        migrations.AddConstraint(
            "tariff",
            django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("courier", "="),
                    ("zone", "="),
                    (models.Func("valid_from", "valid_to", models.Value("[]"), function="daterange", output_field=django.contrib.postgres.fields.ranges.DateRangeField()), "&&"),
                ],
                name="tariff_one_a_day",
            ),
        ),
        migrations.AddConstraint("tariff", models.CheckConstraint(condition=models.Q(("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"), name="tariff_days_in_order")),
        migrations.AddConstraint("tariff", models.CheckConstraint(condition=models.Q(("base__gte", 0), ("minimum__gte", 0), ("per_kg__gte", 0)), name="tariff_amounts")),
        migrations.AddConstraint("tariff", models.CheckConstraint(condition=models.Q(("days_most__gte", models.F("days_least"))), name="tariff_road_in_order")),
        migrations.CreateModel(
            name="CourierChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(max_length=150)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("courier", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="fulfilment.courier")),
                ("tariff", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="fulfilment.tariff")),
            ],
            options={"ordering": ["-at", "-pk"]},
        ),
        migrations.RunSQL(KEEP, LOOSE),
    ]
