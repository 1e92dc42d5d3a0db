"""What fell away of a call-off goes back to its contract, and purchase agreements keep their packs (decision 0054).

Of before: packs come from the supply quote that was taken; call-offs whose order was never paid give back what they ate.
"""

from django.db import migrations, models

PACKS = """
update sourcing_purchaseagreement a set pack = q.pack
from sourcing_contractline c, sourcing_quoteline q
join sourcing_quote v on v.id = q.quote_id and v.state = 'accepted'
join sourcing_negotiation n on n.id = v.negotiation_id and n.kind = 'supply'
where c.id = a.contract_line_id and q.demand_line_id = c.demand_line_id and n.partner_id = a.partner_id;
"""
UNPAID = """
create temporary table unpaid on commit drop as
select l.id, l.contract_line_id, l.quantity from sourcing_calloffline l
join sourcing_calloff c on c.id = l.call_off_id where c.state = 'cancelled' and c.order_id is not null;

update sourcing_calloffline set fell = quantity where id in (select id from unpaid);
update sourcing_contractline c set called_off = called_off - u.units
from (select contract_line_id, sum(quantity) as units from unpaid group by 1) u where u.contract_line_id = c.id;
update pooling_share s set state = 'released', ended = 'pool_ended'
from pooling_pool p where p.id = s.pool_id and s.state = 'committed'
and p.reference in (select 'C-' || id from unpaid);
update pooling_pool set state = 'cancelled', repool_due = false
where reference in (select 'C-' || id from unpaid) and state in ('open', 'proposed', 'filled');
drop table unpaid;
"""


class Migration(migrations.Migration):
    dependencies = [("sourcing", "0002_append_only"), ("pooling", "0001_opop")]

    operations = [
        migrations.AddField("calloffline", "fell", models.PositiveIntegerField(default=0)),
        migrations.AddField("purchaseagreement", "pack", models.PositiveIntegerField(default=1)),
        migrations.RunSQL([PACKS, UNPAID], migrations.RunSQL.noop),
        migrations.RemoveConstraint("purchaseagreement", "purchase_amounts"),
        migrations.AddConstraint(
            "purchaseagreement",
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, unit_price__gt=0, pack__gt=0), name="purchase_amounts"
            ),
        ),
        migrations.AddConstraint(
            "calloffline",
            models.CheckConstraint(
                condition=models.Q(fell__lte=models.F("quantity")), name="call_off_line_fell"
            ),
        ),
    ]
