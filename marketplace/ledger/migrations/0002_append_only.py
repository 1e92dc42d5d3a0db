"""Entries are never changed or deleted, not even by TRUNCATE; both sides of a movement have one currency."""

from django.db import migrations

FORWARD = """
create function refuse_change() returns trigger language plpgsql as $$
begin raise exception '% is append-only', tg_table_name; end $$;

create trigger ledger_journal_keep before update or delete on ledger_journal
    for each row execute function refuse_change();
create trigger ledger_journal_keep_all before truncate on ledger_journal
    for each statement execute function refuse_change();
create trigger ledger_movement_keep before update or delete on ledger_movement
    for each row execute function refuse_change();
create trigger ledger_movement_keep_all before truncate on ledger_movement
    for each statement execute function refuse_change();

create function ledger_same_currency() returns trigger language plpgsql as $$
begin
    if (select count(distinct currency) from ledger_account where id in (new.debit_id, new.credit_id)) <> 1 then
        raise exception 'currencies differ';
    end if;
    return new;
end $$;
create trigger ledger_movement_currency before insert on ledger_movement
    for each row execute function ledger_same_currency();

-- Running totals only grow: a correction is a reversal, never a smaller number.
create function ledger_totals_grow() returns trigger language plpgsql as $$
begin
    if new.debits < old.debits or new.credits < old.credits or new.currency <> old.currency
       or new.kind <> old.kind or new.ref <> old.ref or new.guarded <> old.guarded then
        raise exception 'ledger totals only grow';
    end if;
    return new;
end $$;
create trigger ledger_account_grow before update on ledger_account
    for each row execute function ledger_totals_grow();
create trigger ledger_account_keep before delete on ledger_account
    for each row execute function refuse_change();
"""
BACKWARD = """
drop trigger ledger_account_keep on ledger_account;
drop trigger ledger_account_grow on ledger_account;
drop function ledger_totals_grow;
drop trigger ledger_movement_currency on ledger_movement;
drop function ledger_same_currency;
drop trigger ledger_movement_keep_all on ledger_movement;
drop trigger ledger_movement_keep on ledger_movement;
drop trigger ledger_journal_keep_all on ledger_journal;
drop trigger ledger_journal_keep on ledger_journal;
drop function refuse_change;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_opop")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
