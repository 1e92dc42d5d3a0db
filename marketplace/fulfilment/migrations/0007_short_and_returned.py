"""Short deliveries, returns, photos of handing over."""

import django.db.models.deletion
import marketplace.fulfilment.models
from django.db import migrations, models

KEEP = """
create trigger fulfilment_shortdelivery_keep before update or delete on fulfilment_shortdelivery
    for each row execute function refuse_history_change();
create trigger fulfilment_shortdelivery_keep_all before truncate on fulfilment_shortdelivery
    for each statement execute function refuse_history_change();
"""
LOOSE = """
drop trigger fulfilment_shortdelivery_keep_all on fulfilment_shortdelivery;
drop trigger fulfilment_shortdelivery_keep on fulfilment_shortdelivery;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('fulfilment', '0006_lots'),
        ('order', '0023_office_lists'),
        ('common', '0002_history_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='HandOverPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(unique=True)),
                ('file', models.ImageField(upload_to=marketplace.fulfilment.models.hand_over_path)),
                ('created', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='Return',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=30, unique=True)),
                ('state', models.CharField(choices=[('expected', 'Expected back'), ('arrived', 'Back at the pesantren'), ('written_off', 'Does not come back')], default='expected', max_length=12)),
                ('credit_note', models.CharField(blank=True, max_length=40)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('created', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ReturnLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('came', models.PositiveIntegerField(null=True)),
                ('sellable', models.PositiveIntegerField(null=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ShortDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('lines', models.JSONField()),
                ('amount', models.BigIntegerField()),
                ('currency', models.CharField(default='IDR', max_length=3)),
                ('still_here', models.BooleanField(default=False)),
                ('why', models.CharField(max_length=300)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='fulfilmentline',
            name='fulfilment_line_quantities',
        ),
        migrations.AddField(
            model_name='fulfilmentline',
            name='short',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name='fulfilmentline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quantity__gt', 0), ('short__gt', 0), _connector='OR'), models.Q(('accepted', None), ('accepted__lte', models.F('quantity')), _connector='OR')), name='fulfilment_line_quantities'),
        ),
        migrations.AddField(
            model_name='handoverphoto',
            name='fulfilment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_over_photos', to='fulfilment.fulfilment'),
        ),
        migrations.AddField(
            model_name='return',
            name='fulfilment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='fulfilment.fulfilment'),
        ),
        migrations.AddField(
            model_name='returnline',
            name='back',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='fulfilment.return'),
        ),
        migrations.AddField(
            model_name='returnline',
            name='line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='fulfilment.fulfilmentline'),
        ),
        migrations.AddField(
            model_name='shortdelivery',
            name='fulfilment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='short_deliveries', to='fulfilment.fulfilment'),
        ),
        migrations.AddIndex(
            model_name='return',
            index=models.Index(fields=['state', 'created'], name='return_state_created'),
        ),
        migrations.AddConstraint(
            model_name='returnline',
            constraint=models.UniqueConstraint(fields=('back', 'line'), name='return_line_once'),
        ),
        migrations.AddConstraint(
            model_name='returnline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0), models.Q(models.Q(('came', None), ('sellable', None)), models.Q(('came__lte', models.F('quantity')), ('sellable__lte', models.F('came'))), _connector='OR')), name='return_line_quantities'),
        ),
        migrations.AddConstraint(
            model_name='shortdelivery',
            constraint=models.UniqueConstraint(fields=('fulfilment', 'number'), name='short_delivery_once'),
        ),
        migrations.RunSQL(KEEP, LOOSE),
    ]
