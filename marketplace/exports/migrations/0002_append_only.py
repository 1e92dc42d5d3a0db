"""Events, and issued versions of papers, are never changed or deleted: a retraction or an amendment is a new row."""

from django.db import migrations

FORWARD = """
create function exports_keep() returns trigger language plpgsql as $$
begin raise exception '% is append-only', tg_table_name; end $$;

create trigger exports_event_keep before update or delete on exports_event
    for each row execute function exports_keep();
create trigger exports_paperversion_keep before update or delete on exports_paperversion
    for each row execute function exports_keep();
"""
BACKWARD = """
drop trigger exports_paperversion_keep on exports_paperversion;
drop trigger exports_event_keep on exports_event;
drop function exports_keep;
"""


class Migration(migrations.Migration):
    dependencies = [("exports", "0001_exports")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
