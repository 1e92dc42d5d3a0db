"""Full text search inside PostgreSQL.

unaccent can't stand in a generated column (it is not immutable), so it stands in our own text-search
configurations, and triggers keep the column: whoever writes a product, a name it is found by, or its sector,
the search follows. The column is not a field of the model: no page has to fetch it.
"""

from django.db import migrations

CONFIGURATIONS = {"opop_id": "indonesian", "opop_en": "english", "opop_ar": "arabic", "opop_plain": "simple"}
STEMMERS = {"opop_id": "indonesian_stem", "opop_en": "english_stem", "opop_ar": "arabic_stem", "opop_plain": "simple"}

CONFIGURE = "".join(
    f"""
    CREATE TEXT SEARCH CONFIGURATION {name} (COPY = {origin});
    ALTER TEXT SEARCH CONFIGURATION {name}
      ALTER MAPPING FOR asciiword, word, asciihword, hword, hword_asciipart, hword_part
      WITH unaccent, {STEMMERS[name]};
    """
    for name, origin in CONFIGURATIONS.items()
)

# Weights: A title, B commodity, its synonyms and the pesantren, C sector and place, D description.
COLUMN = """
    ALTER TABLE catalogue_product ADD COLUMN search tsvector;

    CREATE FUNCTION opop_product_search(p catalogue_product) RETURNS tsvector LANGUAGE sql STABLE AS $$
      SELECT
        setweight(to_tsvector('opop_id', coalesce(p.title_ind, p.title, '')), 'A') ||
        setweight(to_tsvector('opop_en', coalesce(p.title_en, '')), 'A') ||
        setweight(to_tsvector('opop_ar', coalesce(p.title_ar, '')), 'A') ||
        setweight(to_tsvector('opop_plain', concat_ws(' ', p.title, p.title_ind, p.title_en, p.title_ar)), 'A') ||
        coalesce((
          SELECT setweight(to_tsvector('opop_id', coalesce(c.name_ind, '')), 'B') ||
                 setweight(to_tsvector('opop_en', coalesce(c.name_en, '')), 'B') ||
                 setweight(to_tsvector('opop_ar', coalesce(c.name_ar, '')), 'B') ||
                 setweight(to_tsvector('opop_plain', c.synonyms), 'B')
          FROM catalogue_commodity c WHERE c.id = p.commodity_id), ''::tsvector) ||
        coalesce((
          SELECT setweight(to_tsvector('opop_plain', s.name), 'B') ||
                 setweight(to_tsvector('opop_plain', concat_ws(' ', r.kind, r.name)), 'C')
          FROM partner_partner s JOIN address_regency r ON r.id = s.regency_id
          WHERE s.id = p.partner_id), ''::tsvector) ||
        coalesce((
          SELECT setweight(to_tsvector('opop_id', coalesce(string_agg(k.name_ind, ' '), '')), 'C') ||
                 setweight(to_tsvector('opop_en', coalesce(string_agg(k.name_en, ' '), '')), 'C') ||
                 setweight(to_tsvector('opop_ar', coalesce(string_agg(k.name_ar, ' '), '')), 'C')
          FROM catalogue_productcategory pc JOIN catalogue_category k ON k.id = pc.category_id
          WHERE pc.product_id = p.id), ''::tsvector) ||
        setweight(to_tsvector('opop_id', coalesce(p.description_ind, p.description, '')), 'D') ||
        setweight(to_tsvector('opop_en', coalesce(p.description_en, '')), 'D') ||
        setweight(to_tsvector('opop_ar', coalesce(p.description_ar, '')), 'D')
    $$;

    CREATE FUNCTION opop_product_search_set() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.search := opop_product_search(NEW);
      RETURN NEW;
    END $$;
    CREATE TRIGGER product_search BEFORE INSERT OR UPDATE ON catalogue_product
      FOR EACH ROW EXECUTE FUNCTION opop_product_search_set();

    -- Touching the column makes the trigger above count it again.
    CREATE FUNCTION opop_product_search_touch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_TABLE_NAME = 'catalogue_productcategory' THEN
        UPDATE catalogue_product SET search = NULL
          WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.product_id ELSE NEW.product_id END;
      ELSIF TG_TABLE_NAME = 'catalogue_category' THEN
        UPDATE catalogue_product SET search = NULL
          WHERE id IN (SELECT product_id FROM catalogue_productcategory WHERE category_id = NEW.id);
      ELSIF TG_TABLE_NAME = 'catalogue_commodity' THEN
        UPDATE catalogue_product SET search = NULL WHERE commodity_id = NEW.id;
      ELSIF TG_TABLE_NAME = 'partner_partner' THEN
        UPDATE catalogue_product SET search = NULL WHERE partner_id = NEW.id;
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER product_search_sector AFTER INSERT OR UPDATE OR DELETE ON catalogue_productcategory
      FOR EACH ROW EXECUTE FUNCTION opop_product_search_touch();
    CREATE TRIGGER product_search_sector_name AFTER UPDATE OF name, name_ind, name_en, name_ar ON catalogue_category
      FOR EACH ROW EXECUTE FUNCTION opop_product_search_touch();
    CREATE TRIGGER product_search_commodity
      AFTER UPDATE OF name_ind, name_en, name_ar, synonyms ON catalogue_commodity
      FOR EACH ROW EXECUTE FUNCTION opop_product_search_touch();
    CREATE TRIGGER product_search_seller AFTER UPDATE OF name, regency_id ON partner_partner
      FOR EACH ROW EXECUTE FUNCTION opop_product_search_touch();

    UPDATE catalogue_product SET search = NULL;
    CREATE INDEX catalogue_product_search ON catalogue_product USING gin (search);
"""

BACK = (
    """
    DROP FUNCTION opop_product_search_touch() CASCADE;
    DROP FUNCTION opop_product_search_set() CASCADE;
    DROP FUNCTION opop_product_search(catalogue_product);
    ALTER TABLE catalogue_product DROP COLUMN search;
    """
    + "".join(f"DROP TEXT SEARCH CONFIGURATION {name};" for name in CONFIGURATIONS)
)


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0034_picture_and_attribute_texts"),
        ("partner", "0008_opop"),
        ("address", "0008_opop"),
    ]
    operations = [
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS unaccent; CREATE EXTENSION IF NOT EXISTS pg_trgm;", migrations.RunSQL.noop),
        migrations.RunSQL(CONFIGURE + COLUMN, BACK),
    ]
