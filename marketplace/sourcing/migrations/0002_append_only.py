"""Signatures, counter-offers and remarks are never changed; a quote that was sent changes its state alone,
and that its buyer was told that it ends soon.

A remark or a counter-offer may lose who wrote it (an erased account), nothing else.
"""

from django.db import migrations

FORWARD = """
create function sourcing_keep() returns trigger language plpgsql as $$
begin raise exception '% is append-only', tg_table_name; end $$;

create trigger sourcing_signature_keep before update or delete on sourcing_signature
    for each row execute function sourcing_keep();
create trigger sourcing_counterline_keep before update or delete on sourcing_counterline
    for each row execute function sourcing_keep();

create function sourcing_keep_words() returns trigger language plpgsql as $$
declare who text := tg_argv[0];
begin
    if to_jsonb(new) - who is distinct from to_jsonb(old) - who then
        raise exception '% is append-only', tg_table_name;
    end if;
    return new;
end $$;
create trigger sourcing_counter_keep before update on sourcing_counter
    for each row execute function sourcing_keep_words('by_id');
create trigger sourcing_remark_keep before update on sourcing_remark
    for each row execute function sourcing_keep_words('author_id');

create function sourcing_keep_quote() returns trigger language plpgsql as $$
declare free text[] := array['state', 'sent_by_id', 'reminded_at'];
begin
    if old.state <> 'draft' and to_jsonb(new) - free is distinct from to_jsonb(old) - free then
        raise exception 'a quote that was sent is never edited';
    end if;
    return new;
end $$;
create trigger sourcing_quote_keep before update on sourcing_quote
    for each row execute function sourcing_keep_quote();

create function sourcing_keep_quote_part() returns trigger language plpgsql as $$
declare row_now record; state_now text;
begin
    row_now := case when tg_op = 'DELETE' then old else new end;
    select state into state_now from sourcing_quote where id = row_now.quote_id;
    if state_now is not null and state_now <> 'draft' and
       (tg_op <> 'UPDATE' or to_jsonb(new) - 'actual' is distinct from to_jsonb(old) - 'actual') then
        raise exception 'a quote that was sent is never edited';
    end if;
    return row_now;
end $$;
create trigger sourcing_quoteline_keep before insert or update or delete on sourcing_quoteline
    for each row execute function sourcing_keep_quote_part();
create trigger sourcing_costline_keep before insert or update or delete on sourcing_costline
    for each row execute function sourcing_keep_quote_part();
"""
BACKWARD = """
drop trigger sourcing_costline_keep on sourcing_costline;
drop trigger sourcing_quoteline_keep on sourcing_quoteline;
drop function sourcing_keep_quote_part;
drop trigger sourcing_quote_keep on sourcing_quote;
drop function sourcing_keep_quote;
drop trigger sourcing_remark_keep on sourcing_remark;
drop trigger sourcing_counter_keep on sourcing_counter;
drop function sourcing_keep_words;
drop trigger sourcing_counterline_keep on sourcing_counterline;
drop trigger sourcing_signature_keep on sourcing_signature;
drop function sourcing_keep;
"""


class Migration(migrations.Migration):
    dependencies = [("sourcing", "0001_sourcing")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
