"""History rows are never changed or deleted."""

from django.db import migrations

FORWARD = """
create function refuse_history_change() returns trigger language plpgsql as $$
begin raise exception 'history is append-only'; end $$;
create trigger common_statechange_keep before update or delete on common_statechange
    for each row execute function refuse_history_change();
create trigger common_statechange_keep_all before truncate on common_statechange
    for each statement execute function refuse_history_change();
"""
BACKWARD = """
drop trigger common_statechange_keep_all on common_statechange;
drop trigger common_statechange_keep on common_statechange;
drop function refuse_history_change;
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0001_opop")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
