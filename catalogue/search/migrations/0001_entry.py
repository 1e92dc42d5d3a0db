"""The table that lists and search read, and the triggers that keep it.

Narrow on purpose: one row of about 800 bytes holds what filters, counts, sorts and ranks a listing, so all of
100,000 stay in memory. `body` is only read through its index, so it has no positions. (TOAST would not take it
out of the row: that begins at 2 kB. A table of its own for it was twice as slow, measured.)
"""

import django.contrib.postgres.fields
import django.contrib.postgres.search
from django.db import migrations, models

# What of an entry is not words. One definition for triggers, bulk loads and the nightly sweep.
FACTS = """
CREATE FUNCTION opop_today() RETURNS date LANGUAGE sql STABLE AS $$
  SELECT (now() AT TIME ZONE 'Asia/Jakarta')::date
$$;

CREATE FUNCTION opop_export_to(product bigint) RETURNS varchar(2)[] LANGUAGE sql STABLE AS $$
  SELECT '{}'::varchar(2)[]
$$;

CREATE VIEW search_facts AS
SELECT
  p.id AS product_id,
  (SELECT sector.id FROM catalogue_productcategory pc
     JOIN catalogue_category k ON k.id = pc.category_id
     JOIN catalogue_category sector ON sector.path = left(k.path, 4)
     WHERE pc.product_id = p.id ORDER BY pc.id LIMIT 1)::int AS sector_id,
  s.regency_id::int AS regency_id,
  s.id::int AS partner_id,
  coalesce((SELECT bit_or(1 << (month - 1)) FROM unnest(p.harvest_months) month), 0)::smallint AS months,
  coalesce(papers.kinds, 0)::smallint AS certificates,
  papers.until AS certificates_until,
  coalesce((SELECT bit_or(1 << (array_position(ARRAY['courier', 'cargo', 'vehicle', 'pickup'], kind::text) - 1))
    FROM unnest(c.delivery_kinds) kind), 0)::smallint AS kinds,
  opop_export_to(p.id) AS export_to,
  offer.price::bigint AS price,
  offer.minimum,
  s.sells,
  s.sells AND coalesce(offer.enough, false) AS orderable,
  p.date_created AS created
FROM catalogue_product p
JOIN partner_partner s ON s.id = p.partner_id
LEFT JOIN catalogue_productclass c ON c.id = p.product_class_id
CROSS JOIN LATERAL (
  SELECT bit_or(1 << (array_position(
           ARRAY['halal', 'pirt', 'organic', 'phyto', 'gap', 'brand'], paper.kind::text) - 1)) AS kinds,
         min(paper.expires_on) AS until
  FROM catalogue_certificate paper
  WHERE paper.product_id = p.id AND (paper.expires_on IS NULL OR paper.expires_on >= opop_today())
) papers
CROSS JOIN LATERAL (
  SELECT (array_agg(r.price ORDER BY r.id))[1] AS price,
         (array_agg(r.minimum ORDER BY r.id))[1] AS minimum,
         bool_or(r.num_in_stock >= coalesce(r.num_allocated, 0) + r.minimum) AS enough
  FROM partner_stockrecord r WHERE r.product_id = p.id
) offer
WHERE p.is_public;
"""

# opop_fold: "Café 250ml, non-organik" and its like as plain words, the same as queries.fold does in Python.
WORDS = r"""
CREATE FUNCTION opop_fold(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(translate(
    regexp_replace(normalize(coalesce(words, ''), NFKD), '[\u0300-\u036f\u0640\u064b-\u065f\u0670]', '', 'g'),
    '-/_.@:&+', '        '), '(\d)([A-Za-z])', '\1 \2', 'g')
$$;

CREATE FUNCTION opop_stems(ind text, en text, ar text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('opop_id', ind) || to_tsvector('opop_en', en) || to_tsvector('opop_ar', ar)
$$;

CREATE FUNCTION opop_names(ind text, en text, ar text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT opop_stems(ind, en, ar) || to_tsvector('opop_plain', concat_ws(' ', ind, en, ar))
$$;

-- One word of a search in all three languages; `label` is what follows it in a tsquery, as ":A" or ":*".
CREATE FUNCTION opop_query(word text, label text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(string_agg(DISTINCT stem, ' | '), '')::tsquery
  FROM (VALUES (to_tsquery('opop_id', word || label)::text), (to_tsquery('opop_en', word || label)::text),
               (to_tsquery('opop_ar', word || label)::text), (to_tsquery('opop_plain', word || label)::text)
       ) AS stems(stem)
  WHERE stem <> ''
$$;

CREATE FUNCTION opop_words(product bigint, OUT title tsvector, OUT body tsvector) LANGUAGE plpgsql STABLE AS $$
DECLARE
  p catalogue_product;
  seller text;
  place text;
  commodity tsvector;
  sectors tsvector;
BEGIN
  SELECT * INTO p FROM catalogue_product WHERE id = product;
  SELECT s.name, concat_ws(' ', r.kind, r.name) INTO seller, place
    FROM partner_partner s JOIN address_regency r ON r.id = s.regency_id WHERE s.id = p.partner_id;
  SELECT opop_names(opop_fold(c.name_ind), opop_fold(c.name_en), opop_fold(c.name_ar)) INTO commodity
    FROM catalogue_commodity c WHERE c.id = p.commodity_id;
  SELECT opop_names(string_agg(opop_fold(k.name_ind), ' '), string_agg(opop_fold(k.name_en), ' '),
                    string_agg(opop_fold(k.name_ar), ' ')) INTO sectors
    FROM catalogue_productcategory pc JOIN catalogue_category k ON k.id = pc.category_id
    WHERE pc.product_id = product;
  title :=
    setweight(opop_names(opop_fold(coalesce(p.title_ind, p.title)), opop_fold(p.title_en), opop_fold(p.title_ar)),
              'A') ||
    setweight(coalesce(commodity, '') || to_tsvector('opop_plain', opop_fold(seller)), 'B');
  body := strip(title || coalesce(sectors, '') || to_tsvector('opop_plain', opop_fold(place)) ||
    opop_stems(opop_fold(coalesce(p.description_ind, p.description)), opop_fold(p.description_en),
               opop_fold(p.description_ar)));
END $$;
"""

COLUMNS = (
    "sector_id, regency_id, partner_id, months, certificates, certificates_until, kinds, export_to, price,"
    " minimum, sells, orderable, created"
)
THEIRS = ", ".join(f"f.{name.strip()}" for name in COLUMNS.split(","))
OURS = ", ".join(f"e.{name.strip()}" for name in COLUMNS.split(","))

KEEP = f"""
-- Everything of these listings; those that are not public any more go.
CREATE FUNCTION opop_index(ids bigint[]) RETURNS void LANGUAGE sql AS $$
  DELETE FROM search_entry e WHERE e.product_id = ANY (ids)
    AND NOT EXISTS (SELECT FROM catalogue_product p
                    WHERE p.id = e.product_id AND p.is_public AND p.partner_id IS NOT NULL);
  INSERT INTO search_entry AS e (product_id, {COLUMNS}, title, body)
    SELECT f.product_id, {THEIRS}, w.title, w.body
    FROM search_facts f CROSS JOIN LATERAL opop_words(f.product_id) w
    WHERE f.product_id = ANY (ids) ORDER BY f.product_id
    ON CONFLICT (product_id) DO UPDATE SET ({COLUMNS}, title, body) = (
      {", ".join(f"excluded.{name.strip()}" for name in COLUMNS.split(","))}, excluded.title, excluded.body);
$$;

-- All but the words, and only where something differs: what does not differ is not even locked.
CREATE FUNCTION opop_index_facts(ids bigint[]) RETURNS void LANGUAGE sql AS $$
  UPDATE search_entry e SET ({COLUMNS}) = ({THEIRS})
    FROM search_facts f
    WHERE f.product_id = e.product_id AND e.product_id = ANY (ids)
      AND ({OURS}) IS DISTINCT FROM ({THEIRS});
$$;

-- The whole table anew, for bulk loads that ran with "SET opop.bulk = 'on'".
CREATE FUNCTION opop_reindex() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  made bigint;
BEGIN
  DELETE FROM search_entry;
  INSERT INTO search_entry (product_id, {COLUMNS}, title, body)
    SELECT f.product_id, {THEIRS}, w.title, w.body
    FROM search_facts f CROSS JOIN LATERAL opop_words(f.product_id) w;
  GET DIAGNOSTICS made = ROW_COUNT;
  RETURN made;
END $$;

-- The argument says what a change touches: 'all', or 'facts' where no word of it is searched.
CREATE FUNCTION opop_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed record;
  ids bigint[];
BEGIN
  IF current_setting('opop.bulk', true) = 'on' THEN
    RETURN NULL;
  END IF;
  changed := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  IF TG_TABLE_NAME = 'catalogue_product' THEN
    ids := ARRAY[changed.id];
  ELSIF TG_TABLE_NAME IN ('catalogue_productcategory', 'catalogue_certificate', 'partner_stockrecord') THEN
    ids := ARRAY[changed.product_id];
  ELSIF TG_TABLE_NAME = 'catalogue_category' THEN
    ids := ARRAY(SELECT product_id FROM catalogue_productcategory WHERE category_id = changed.id);
  ELSIF TG_TABLE_NAME = 'catalogue_commodity' THEN
    ids := ARRAY(SELECT id FROM catalogue_product WHERE commodity_id = changed.id);
  ELSIF TG_TABLE_NAME = 'catalogue_productclass' THEN
    ids := ARRAY(SELECT id FROM catalogue_product WHERE product_class_id = changed.id);
  ELSIF TG_TABLE_NAME = 'partner_partner' THEN
    ids := ARRAY(SELECT id FROM catalogue_product WHERE partner_id = changed.id);
  ELSIF TG_TABLE_NAME = 'address_regency' THEN
    ids := ARRAY(SELECT p.id FROM catalogue_product p JOIN partner_partner s ON s.id = p.partner_id
                 WHERE s.regency_id = changed.id);
  END IF;
  IF TG_ARGV[0] = 'facts' THEN
    PERFORM opop_index_facts(ids);
  ELSE
    PERFORM opop_index(ids);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER follow AFTER INSERT OR UPDATE ON catalogue_product
  FOR EACH ROW EXECUTE FUNCTION opop_follow('all');
CREATE TRIGGER follow AFTER INSERT OR UPDATE OR DELETE ON catalogue_productcategory
  FOR EACH ROW EXECUTE FUNCTION opop_follow('all');
CREATE TRIGGER follow AFTER UPDATE ON catalogue_category FOR EACH ROW
  WHEN ((OLD.name_ind, OLD.name_en, OLD.name_ar, OLD.path)
        IS DISTINCT FROM (NEW.name_ind, NEW.name_en, NEW.name_ar, NEW.path))
  EXECUTE FUNCTION opop_follow('all');
CREATE TRIGGER follow AFTER UPDATE ON catalogue_commodity FOR EACH ROW
  WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION opop_follow('all');
CREATE TRIGGER follow AFTER UPDATE ON catalogue_productclass FOR EACH ROW
  WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION opop_follow('facts');
CREATE TRIGGER follow AFTER INSERT OR UPDATE OR DELETE ON catalogue_certificate
  FOR EACH ROW EXECUTE FUNCTION opop_follow('facts');
CREATE TRIGGER follow AFTER UPDATE ON partner_partner FOR EACH ROW
  WHEN ((OLD.name, OLD.regency_id) IS DISTINCT FROM (NEW.name, NEW.regency_id))
  EXECUTE FUNCTION opop_follow('all');
CREATE TRIGGER follow_sells AFTER UPDATE ON partner_partner FOR EACH ROW
  WHEN (OLD.sells IS DISTINCT FROM NEW.sells) EXECUTE FUNCTION opop_follow('facts');
CREATE TRIGGER follow AFTER UPDATE ON address_regency FOR EACH ROW
  WHEN ((OLD.kind, OLD.name) IS DISTINCT FROM (NEW.kind, NEW.name)) EXECUTE FUNCTION opop_follow('all');
CREATE TRIGGER follow AFTER INSERT OR DELETE ON partner_stockrecord
  FOR EACH ROW EXECUTE FUNCTION opop_follow('facts');
-- Every order changes stock; the entry follows only when what it says changes.
CREATE TRIGGER follow_change AFTER UPDATE ON partner_stockrecord FOR EACH ROW
  WHEN ((OLD.price, OLD.minimum, OLD.num_in_stock >= coalesce(OLD.num_allocated, 0) + OLD.minimum)
        IS DISTINCT FROM (NEW.price, NEW.minimum, NEW.num_in_stock >= coalesce(NEW.num_allocated, 0) + NEW.minimum))
  EXECUTE FUNCTION opop_follow('facts');
"""

# Free space on every page lets a change of stock stay on it and leave the indexes alone.
STORE = """
ALTER TABLE search_entry
  SET (fillfactor = 90),
  ADD CONSTRAINT search_entry_product FOREIGN KEY (product_id) REFERENCES catalogue_product (id) ON DELETE CASCADE;
SELECT opop_reindex();
CREATE INDEX search_entry_body ON search_entry USING gin (body);
CREATE INDEX search_word_alike ON search_word USING gist (word gist_trgm_ops);
CREATE INDEX search_name_words ON search_name USING gin (words);
CREATE INDEX partner_name_alike ON partner_partner USING gin (upper(name::text) gin_trgm_ops);
"""

BACK = """
DROP INDEX partner_name_alike;
DROP FUNCTION opop_follow() CASCADE;
DROP FUNCTION opop_reindex();
DROP FUNCTION opop_index_facts(bigint[]);
DROP FUNCTION opop_index(bigint[]);
DROP FUNCTION opop_words(bigint);
DROP FUNCTION opop_query(text, text);
DROP FUNCTION opop_names(text, text, text);
DROP FUNCTION opop_stems(text, text, text);
DROP FUNCTION opop_fold(text);
DROP VIEW search_facts;
DROP FUNCTION opop_export_to(bigint);
DROP FUNCTION opop_today();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("catalogue", "0036_search_moves"),
        ("partner", "0008_opop"),
        ("address", "0008_opop"),
    ]
    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="entry",
                        serialize=False,
                        to="catalogue.product",
                    ),
                ),
                ("sector_id", models.IntegerField(null=True)),
                ("regency_id", models.IntegerField(null=True)),
                ("partner_id", models.IntegerField()),
                ("months", models.SmallIntegerField()),
                ("certificates", models.SmallIntegerField()),
                ("certificates_until", models.DateField(null=True)),
                ("kinds", models.SmallIntegerField()),
                (
                    "export_to",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), size=None
                    ),
                ),
                ("price", models.BigIntegerField(null=True)),
                ("minimum", models.IntegerField(null=True)),
                ("sells", models.BooleanField()),
                ("orderable", models.BooleanField()),
                ("created", models.DateTimeField()),
                ("title", django.contrib.postgres.search.SearchVectorField()),
                ("body", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-sells", "-created", "product"], name="entry_sells_newest"),
                    models.Index(fields=["-created", "-product"], name="entry_newest"),
                    models.Index(fields=["-sells", "price", "product"], name="entry_price"),
                    models.Index(fields=["-sells", "minimum", "product"], name="entry_minimum"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Missed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=2)),
                ("day", models.DateField()),
                ("count", models.PositiveIntegerField(default=1)),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="missed_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("text", "language", "day"), name="missed_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Name",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=255)),
                ("language", models.CharField(max_length=2)),
                ("count", models.IntegerField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("name", "language"), name="name_once")],
            },
        ),
        migrations.CreateModel(
            name="Synonym",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=60)),
                ("means", models.CharField(blank=True, max_length=60)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("word", "means"), name="synonym_once")],
            },
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=60)),
                ("language", models.CharField(blank=True, max_length=2)),
                ("count", models.IntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("word", "language"), name="word_once")],
            },
        ),
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS fuzzystrmatch", migrations.RunSQL.noop),
        migrations.RunSQL(FACTS + WORDS + KEEP + STORE, BACK),
    ]
