"""What exporters bear of units that do not come or are not kept (decision 0047)."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

KEEP = """
create trigger payments_pricedifference_keep before update or delete on payments_pricedifference
    for each row execute function refuse_history_change();
create trigger payments_pricedifference_keep_all before truncate on payments_pricedifference
    for each statement execute function refuse_history_change();
"""
LOOSE = """
drop trigger payments_pricedifference_keep_all on payments_pricedifference;
drop trigger payments_pricedifference_keep on payments_pricedifference;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('common', '0002_history_append_only'),
        ('order', '0026_sold_price'),
        ('partner', '0014_suspended'),
        ('payments', '0010_carried_over'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PriceDifference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120, unique=True)),
                ('part', models.CharField(max_length=24)),
                ('price', models.BigIntegerField()),
                ('amount', models.BigIntegerField()),
                ('from_held', models.BigIntegerField(default=0)),
                ('from_asked', models.BigIntegerField(default=0)),
                ('from_debt', models.BigIntegerField(default=0)),
                ('to_payable', models.BigIntegerField(default=0)),
                ('currency', models.CharField(max_length=3)),
                ('reason', models.CharField(choices=[('declined', 'The pesantren could not deliver'), ('rejected', 'Goods not accepted by the buyer'), ('missing', 'Less came than was ordered'), ('over', 'More was transferred than asked'), ('late', 'The transfer came after the deadline'), ('short', 'Less was transferred than asked before the deadline'), ('unknown', 'The transfer could not be matched to an order'), ('cancelled', 'The order was cancelled'), ('claim', 'A claim after the goods were accepted'), ('twice', 'The order was paid already')], max_length=20)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='creditnote',
            name='difference',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='creditnote',
            name='for_part',
            field=models.CharField(blank=True, max_length=24),
        ),
        migrations.AlterField(
            model_name='creditnote',
            name='refund',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_notes', to='payments.refund'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.UniqueConstraint(condition=models.Q(('for_part', '')), fields=('refund',), name='credit_note_refund_once'),
        ),
        migrations.AddField(
            model_name='pricedifference',
            name='note',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='borne', to='payments.creditnote'),
        ),
        migrations.AddField(
            model_name='pricedifference',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='price_differences', to='order.order'),
        ),
        migrations.AddField(
            model_name='pricedifference',
            name='partner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='price_differences', to='partner.partner'),
        ),
        migrations.AddConstraint(
            model_name='pricedifference',
            constraint=models.CheckConstraint(condition=models.Q(('from_debt__gte', 0), ('to_payable__gte', 0), models.Q(models.Q(('note', None), _negated=True), ('amount', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('from_held'), '+', models.F('from_asked')), '+', models.F('from_debt')), '-', models.F('to_payable'))), _connector='OR')), name='price_difference_adds_up'),
        ),
        migrations.RunSQL(KEEP, LOOSE),
    ]
