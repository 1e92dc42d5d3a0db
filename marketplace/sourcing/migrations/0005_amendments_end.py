"""A proposed amendment can end without being taken; and quantity × tolerance is reckoned in bigint, so that a large
line does not overflow."""

import django.db.models.expressions
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sourcing', '0004_smallest_share'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='contractline',
            name='contract_line_within_tolerance',
        ),
        migrations.AddField(
            model_name='amendment',
            name='ended',
            field=models.CharField(blank=True, choices=[('withdrawn', 'Withdrawn'), ('declined', 'Declined'), ('over', 'Ended by itself: its day, or the contract, was over')], max_length=9),
        ),
        migrations.AddField(
            model_name='amendment',
            name='ended_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='amendment',
            name='side',
            field=models.CharField(blank=True, max_length=6),
        ),
        migrations.AddField(
            model_name='amendment',
            name='why',
            field=models.CharField(blank=True, max_length=500, verbose_name='Reason'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended', ''), ('ended_at', None)), models.Q(('ended_at__isnull', False), ('taken_at', None), models.Q(('ended', ''), _negated=True)), _connector='OR'), name='amendment_holds_or_ended'),
        ),
        migrations.AddConstraint(
            model_name='contractline',
            constraint=models.CheckConstraint(condition=models.Q(('called_off__lte', django.db.models.expressions.CombinedExpression(models.F('quantity'), '+', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.functions.comparison.Cast(models.F('quantity'), models.BigIntegerField()), '*', models.F('tolerance')), '/', models.Value(1000))))), name='contract_line_within_tolerance'),
        ),
    ]
