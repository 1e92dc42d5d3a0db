"""Demand, quotes, contracts, call-offs."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import marketplace.sourcing.models.contracts
import marketplace.sourcing.models.demand
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('address', '0010_ports_and_incoterms'),
        ('catalogue', '0041_held_and_claims'),
        ('customer', '__first__'),
        ('offtakers', '0002_trading'),
        ('order', '0026_sold_price'),
        ('partner', '0014_suspended'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contract',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('state', models.CharField(choices=[('drafted', 'Drafted'), ('signed', 'Signed by both'), ('active', 'Active'), ('completed', 'Completed'), ('terminated', 'Terminated')], default='drafted', max_length=10)),
                ('sale', models.CharField(choices=[('ordinary', 'Sale (jual beli)'), ('salam', 'Salam: paid ahead, delivered later'), ('istishna', "Istishna': made to order"), ('wakalah', 'Wakalah: bought on behalf of the buyer')], default='ordinary', max_length=10)),
                ('currency', models.CharField(max_length=3)),
                ('country', models.CharField(max_length=2)),
                ('mode', models.CharField(blank=True, choices=[('sea', 'By sea'), ('air', 'By air'), ('road', 'By road')], max_length=4)),
                ('incoterm', models.CharField(blank=True, max_length=3)),
                ('place', models.CharField(blank=True, max_length=80)),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('rate', models.DecimalField(decimal_places=8, max_digits=20, null=True)),
                ('rate_source', models.CharField(blank=True, max_length=200)),
                ('rate_at', models.DateTimeField(null=True)),
                ('price_formula', models.CharField(blank=True, max_length=500)),
                ('release_on', models.CharField(choices=[('acceptance', 'When the buyer accepts, or the time to claim is over'), ('hand_over', 'When the goods are handed to the carrier'), ('receipt', 'When the goods are weighed and graded at the packing house')], default='acceptance', max_length=10)),
                ('claim_hours', models.PositiveSmallIntegerField(default=48)),
                ('quality', models.TextField(blank=True, max_length=3000, verbose_name='Quality, inspection and claims')),
                ('late_charge', models.CharField(blank=True, max_length=300)),
                ('prevailing_language', models.CharField(choices=[('id', 'Bahasa Indonesia'), ('en', 'English'), ('ar', 'العربية')], default='id', max_length=2)),
                ('file', models.FileField(blank=True, max_length=200, upload_to=marketplace.sourcing.models.contracts.contract_path)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='offtakers.company')),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='partner.partner')),
            ],
            options={
                'indexes': [models.Index(fields=['company', '-id'], name='contract_company'), models.Index(fields=['seller', '-id'], name='contract_seller')],
                'constraints': [models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='contract_days'), models.CheckConstraint(condition=models.Q(('currency', 'IDR'), ('rate__gt', 0), _connector='OR'), name='contract_rate')],
            },
        ),
        migrations.CreateModel(
            name='CallOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('confirmed', 'Confirmed by the pesantren'), ('ordered', 'Ordered'), ('completed', 'Completed'), ('cancelled', 'Cancelled')], default='planned', max_length=10)),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('note', models.CharField(blank=True, max_length=500)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('order', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='call_off', to='order.order')),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='call_offs', to='sourcing.contract')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('contract', 'number'), name='call_off_once'), models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='call_off_days'), models.CheckConstraint(condition=models.Q(('order__isnull', False), models.Q(('state__in', ['ordered', 'completed']), _negated=True), _connector='OR'), name='call_off_ordered_has_order')],
            },
        ),
        migrations.CreateModel(
            name='Amendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('text', models.TextField(max_length=3000)),
                ('changes', models.JSONField(default=dict)),
                ('file', models.FileField(blank=True, max_length=200, upload_to=marketplace.sourcing.models.contracts.contract_path)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('taken_at', models.DateTimeField(null=True)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='sourcing.contract')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('contract', 'number'), name='amendment_once')],
            },
        ),
        migrations.CreateModel(
            name='ContractLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('quantity', models.PositiveIntegerField()),
                ('tolerance', models.PositiveSmallIntegerField()),
                ('unit_price', models.BigIntegerField()),
                ('called_off', models.PositiveIntegerField(default=0)),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='sourcing.contract')),
                ('product', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.unit')),
            ],
            options={
                'ordering': ['demand_line__position'],
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0), ('unit_price__gt', 0)), name='contract_line_amounts'), models.CheckConstraint(condition=models.Q(('called_off__lte', django.db.models.expressions.CombinedExpression(models.F('quantity'), '+', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('quantity'), '*', models.F('tolerance')), '/', models.Value(1000))))), name='contract_line_within_tolerance')],
            },
        ),
        migrations.CreateModel(
            name='CallOffLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('call_off', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='sourcing.calloff')),
                ('contract_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='call_off_lines', to='sourcing.contractline')),
            ],
            options={
                'ordering': ['contract_line__demand_line__position'],
                'constraints': [models.UniqueConstraint(fields=('call_off', 'contract_line'), name='call_off_line_once'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='call_off_line_quantity')],
            },
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Demand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open for quotes'), ('awarded', 'Awarded'), ('closed', 'Closed'), ('cancelled', 'Cancelled'), ('expired', 'Ended without an award')], default='draft', max_length=10)),
                ('currency', models.CharField(default='IDR', max_length=3)),
                ('country', models.CharField(default='ID', max_length=2)),
                ('mode', models.CharField(blank=True, choices=[('sea', 'By sea'), ('air', 'By air'), ('road', 'By road')], max_length=4, verbose_name='How it travels')),
                ('incoterm', models.CharField(blank=True, max_length=3)),
                ('place', models.CharField(blank=True, max_length=80, verbose_name='Named place')),
                ('wants_sample', models.BooleanField(default=False, verbose_name='A sample first')),
                ('papers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='What else is to know')),
                ('answers_until', models.DateTimeField(null=True)),
                ('most_answers', models.PositiveSmallIntegerField(default=12)),
                ('opened_at', models.DateTimeField(null=True)),
                ('matched_at', models.DateTimeField(null=True)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demands', to='offtakers.company')),
                ('of_order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='order.order')),
                ('regency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='address.regency')),
            ],
            options={
                'indexes': [models.Index(fields=['company', '-id'], name='demand_company'), models.Index(fields=['state', 'answers_until'], name='demand_state_until')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state', 'draft'), ('state', 'cancelled'), ('answers_until__isnull', False), _connector='OR'), name='demand_open_has_end')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('file', models.FileField(max_length=200, upload_to=marketplace.sourcing.models.demand.attachment_path)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('demand', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='sourcing.demand')),
            ],
        ),
        migrations.CreateModel(
            name='DemandLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=120, verbose_name='What you need')),
                ('specification', models.CharField(blank=True, max_length=500, verbose_name='Grade, size, pack')),
                ('grade', models.CharField(blank=True, max_length=40)),
                ('quantity', models.PositiveIntegerField()),
                ('tolerance', models.PositiveSmallIntegerField(default=50)),
                ('target_price', models.BigIntegerField(blank=True, null=True)),
                ('commodity', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.commodity')),
                ('demand', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='sourcing.demand')),
                ('kind', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.productclass')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalogue.product')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.unit')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('demand', 'position'), name='demand_line_once'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0), ('tolerance__lte', 500)), name='demand_line_quantity'), models.CheckConstraint(condition=models.Q(('target_price', None), ('target_price__gt', 0), _connector='OR'), name='demand_line_target')],
            },
        ),
        migrations.AddField(
            model_name='contractline',
            name='demand_line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sourcing.demandline'),
        ),
        migrations.CreateModel(
            name='DemandSlot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('quantity', models.PositiveIntegerField()),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='sourcing.demandline')),
            ],
            options={
                'ordering': ['first'],
                'constraints': [models.CheckConstraint(condition=models.Q(('last__gte', models.F('first')), ('quantity__gt', 0)), name='demand_slot_sane')],
            },
        ),
        migrations.CreateModel(
            name='Invited',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.PositiveSmallIntegerField()),
                ('facts', models.JSONField(default=dict)),
                ('is_ready', models.BooleanField(default=True)),
                ('seen_at', models.DateTimeField(null=True)),
                ('refused_at', models.DateTimeField(null=True)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('demand', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invited', to='sourcing.demand')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invited', to='sourcing.demandline')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations_to_quote', to='partner.partner')),
                ('product', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalogue.product')),
            ],
            options={
                'indexes': [models.Index(fields=['partner', '-id'], name='invited_partner')],
                'constraints': [models.UniqueConstraint(fields=('line', 'partner'), name='invited_once_a_line')],
            },
        ),
        migrations.CreateModel(
            name='Negotiation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('supply', 'Supply to whoever composes the offer'), ('direct', 'Straight to the buyer'), ('offer', 'Composed offer')], max_length=6)),
                ('last_at', models.DateTimeField()),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('demand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='negotiations', to='sourcing.demand')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='negotiations', to='partner.partner')),
            ],
            options={
                'indexes': [models.Index(fields=['partner', '-last_at'], name='negotiation_partner')],
                'constraints': [models.UniqueConstraint(fields=('demand', 'partner', 'kind'), name='negotiation_once')],
            },
        ),
        migrations.CreateModel(
            name='PaymentStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('step', models.CharField(choices=[('full', 'All at once'), ('deposit', 'Deposit'), ('balance', 'Balance')], max_length=10)),
                ('share', models.PositiveSmallIntegerField()),
                ('days_before', models.SmallIntegerField()),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='sourcing.contract')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('contract', 'position'), name='payment_step_once')],
            },
        ),
        migrations.CreateModel(
            name='PurchaseAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('unit_price', models.BigIntegerField()),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('contract_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='purchases', to='sourcing.contractline')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='purchase_agreements', to='partner.partner')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('contract_line', 'partner'), name='purchase_once_a_line'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0), ('unit_price__gt', 0)), name='purchase_amounts')],
            },
        ),
        migrations.CreateModel(
            name='Quote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=30, unique=True)),
                ('version', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('sent', 'Sent'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired'), ('superseded', 'Replaced by a later version')], default='draft', max_length=10)),
                ('currency', models.CharField(default='IDR', max_length=3)),
                ('incoterm', models.CharField(blank=True, max_length=3)),
                ('place', models.CharField(blank=True, max_length=80)),
                ('mode', models.CharField(blank=True, choices=[('sea', 'By sea'), ('air', 'By air'), ('road', 'By road')], max_length=4)),
                ('rate', models.DecimalField(decimal_places=8, max_digits=20, null=True)),
                ('rate_source', models.CharField(blank=True, max_length=200)),
                ('rate_at', models.DateTimeField(null=True)),
                ('valid_until', models.DateTimeField(null=True)),
                ('lead_days', models.PositiveSmallIntegerField(null=True)),
                ('terms', models.TextField(blank=True, max_length=2000, verbose_name='Terms and assumptions')),
                ('sample_fee', models.BigIntegerField(null=True)),
                ('sample_courier', models.BigIntegerField(null=True)),
                ('rules', models.JSONField(default=dict)),
                ('total', models.BigIntegerField(default=0)),
                ('sent_at', models.DateTimeField(null=True)),
                ('reminded_at', models.DateTimeField(null=True)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('answers', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='answered_by', to='sourcing.counter')),
                ('negotiation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quotes', to='sourcing.negotiation')),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['version'],
                'indexes': [models.Index(fields=['state', 'valid_until'], name='quote_state_until')],
                'constraints': [models.UniqueConstraint(fields=('negotiation', 'version'), name='quote_version_once'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('negotiation',), name='quote_one_draft'), models.UniqueConstraint(condition=models.Q(('state', 'accepted')), fields=('negotiation',), name='quote_one_accepted'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'withdrawn']), models.Q(('sent_at__isnull', False), ('valid_until__isnull', False)), _connector='OR'), name='quote_sent_has_dates'), models.CheckConstraint(condition=models.Q(models.Q(('sample_courier', None), ('sample_fee', None)), models.Q(('sample_courier__gte', 0), ('sample_fee__gte', 0), ('sample_fee__isnull', False), ('sample_courier__isnull', False)), _connector='OR'), name='quote_sample')],
            },
        ),
        migrations.AddField(
            model_name='counter',
            name='quote',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counters', to='sourcing.quote'),
        ),
        migrations.CreateModel(
            name='CostLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('sorting', 'Sorting loss'), ('packing', 'Packing'), ('papers', 'Papers and inspections'), ('inland', 'Transport within Indonesia'), ('freight', 'Main freight'), ('insurance', 'Insurance'), ('margin', 'Margin of the exporter'), ('other', 'Other costs')], max_length=10)),
                ('note', models.CharField(blank=True, max_length=120)),
                ('estimate', models.BigIntegerField()),
                ('actual', models.BigIntegerField(null=True)),
                ('quote', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='costs', to='sourcing.quote')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('quote', 'kind'), name='cost_line_once'), models.CheckConstraint(condition=models.Q(('estimate__gte', 0)), name='cost_line_estimate')],
            },
        ),
        migrations.AddField(
            model_name='contract',
            name='quote',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='contract', to='sourcing.quote'),
        ),
        migrations.CreateModel(
            name='QuoteLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('stretch', models.PositiveIntegerField(default=0)),
                ('unit_price', models.BigIntegerField()),
                ('basis', models.CharField(blank=True, choices=[('loco', 'Picked up at the pesantren'), ('franko', 'Brought to the packing house')], max_length=6)),
                ('pack', models.PositiveIntegerField(default=1)),
                ('grade', models.CharField(blank=True, max_length=40)),
                ('ready_from', models.DateField(null=True)),
                ('ready_to', models.DateField(null=True)),
                ('demand_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quote_lines', to='sourcing.demandline')),
                ('product', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
                ('quote', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='sourcing.quote')),
            ],
            options={
                'ordering': ['demand_line__position'],
                'constraints': [models.UniqueConstraint(fields=('quote', 'demand_line'), name='quote_line_once'), models.CheckConstraint(condition=models.Q(('pack__gt', 0), ('quantity__gt', 0), ('unit_price__gt', 0)), name='quote_line_amounts')],
            },
        ),
        migrations.CreateModel(
            name='CounterLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('unit_price', models.BigIntegerField()),
                ('counter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='sourcing.counter')),
                ('quote_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sourcing.quoteline')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0), ('unit_price__gt', 0)), name='counter_line_amounts')],
            },
        ),
        migrations.AddField(
            model_name='contractline',
            name='quote_line',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='contract_line', to='sourcing.quoteline'),
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('side', models.CharField(choices=[('buyer', 'Buyer'), ('seller', 'Seller')], max_length=6)),
                ('text', models.CharField(max_length=2000)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('composer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partner.partner')),
                ('negotiation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='remarks', to='sourcing.negotiation')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('negotiation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='samples', to='sourcing.negotiation')),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sample', to='order.order')),
                ('quote', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='samples', to='sourcing.quote')),
            ],
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('buyer', 'Buyer'), ('seller', 'Seller')], max_length=6)),
                ('name', models.CharField(max_length=100, verbose_name='Your full name')),
                ('position', models.CharField(blank=True, max_length=100, verbose_name='Your position')),
                ('sha256', models.CharField(max_length=64)),
                ('stamped', models.FileField(blank=True, max_length=200, upload_to=marketplace.sourcing.models.contracts.contract_path)),
                ('at', models.DateTimeField()),
                ('amendment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='sourcing.amendment')),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='sourcing.contract')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('contract', 'amendment', 'side'), name='signature_once_a_side', nulls_distinct=False)],
            },
        ),
    ]
