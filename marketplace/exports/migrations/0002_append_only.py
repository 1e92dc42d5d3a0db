"""Events, and issued versions of papers, are never changed or deleted: a retraction or an amendment is a new row.

A closed receipt, its weights and its photos are never changed or deleted: others were paid by it.
"""

from django.db import migrations

FORWARD = """
create function exports_keep() returns trigger language plpgsql as $$
begin raise exception '% is append-only', tg_table_name; end $$;

create trigger exports_event_keep before update or delete on exports_event
    for each row execute function exports_keep();
create trigger exports_paperversion_keep before update or delete on exports_paperversion
    for each row execute function exports_keep();

create function exports_receipt_keep() returns trigger language plpgsql as $$
begin
    if old.state <> 'closed' then
        return case when tg_op = 'DELETE' then old else new end;
    end if;
    -- A person who leaves takes their key along, nothing else.
    if tg_op = 'UPDATE' and to_jsonb(new) - 'by_id' = to_jsonb(old) - 'by_id' then return new; end if;
    raise exception 'a closed receipt never changes';
end $$;
create function exports_receipt_part_keep() returns trigger language plpgsql as $$
declare receipt bigint := case when tg_op = 'INSERT' then new.receipt_id else old.receipt_id end;
begin
    if exists (select 1 from exports_goodsreceipt where id = receipt and state = 'closed') then
        raise exception 'a closed receipt never changes';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;

create trigger exports_goodsreceipt_keep before update or delete on exports_goodsreceipt
    for each row execute function exports_receipt_keep();
create trigger exports_receiptline_keep before insert or update or delete on exports_receiptline
    for each row execute function exports_receipt_part_keep();
create trigger exports_receiptphoto_keep before insert or update or delete on exports_receiptphoto
    for each row execute function exports_receipt_part_keep();
"""
BACKWARD = """
drop trigger exports_receiptphoto_keep on exports_receiptphoto;
drop trigger exports_receiptline_keep on exports_receiptline;
drop trigger exports_goodsreceipt_keep on exports_goodsreceipt;
drop function exports_receipt_part_keep;
drop function exports_receipt_keep;
drop trigger exports_paperversion_keep on exports_paperversion;
drop trigger exports_event_keep on exports_event;
drop function exports_keep;
"""


class Migration(migrations.Migration):
    dependencies = [("exports", "0001_exports")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
