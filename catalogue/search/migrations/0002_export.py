"""For which countries a listing has ready what a pesantren can have ready before anything is sold.

The needs are rows, loaded from catalogue/data/export_needs.csv after every migrate (catalogue/export.py). A need
is met by any one of its alternatives: "paper:halal" is a certificate valid today, "field:hs6" a filled column.
A country with no need for the class of the goods knows nothing about them: then they are not ready for it.
"""

from django.db import migrations

FORWARD = """
CREATE TABLE search_export_need (
  country varchar(2) NOT NULL,
  class_code varchar(128) NOT NULL,
  need varchar(40) NOT NULL,
  any_of varchar(40)[] NOT NULL,
  PRIMARY KEY (country, class_code, need)
);

-- What one listing can show, as the words that needs are written in.
CREATE FUNCTION opop_export_has(product bigint) RETURNS varchar[] LANGUAGE sql STABLE AS $$
  SELECT array_remove(ARRAY[
      CASE WHEN p.hs6 <> '' THEN 'field:hs6' END,
      CASE WHEN p.net_weight_g > 0 AND p.gross_weight_g > 0 THEN 'field:weight' END,
      CASE WHEN p.carton_quantity > 0 AND p.carton_cm <> '' THEN 'field:carton' END,
      CASE WHEN EXISTS (SELECT FROM partner_stockrecord r
                        WHERE r.product_id = p.id AND r.export_minimum > 0) THEN 'field:export_minimum' END
    ]::varchar[], NULL)
    || ARRAY(SELECT 'paper:' || c.kind FROM catalogue_certificate c
             WHERE c.product_id = p.id AND (c.expires_on IS NULL OR c.expires_on >= opop_today()))::varchar[]
  FROM catalogue_product p WHERE p.id = product
$$;

CREATE OR REPLACE FUNCTION opop_export_to(product bigint) RETURNS varchar(2)[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(country ORDER BY country), '{}')::varchar(2)[] FROM (
    SELECT n.country
    FROM catalogue_product p
    JOIN partner_partner s ON s.id = p.partner_id AND s.sells
    JOIN catalogue_productclass k ON k.id = p.product_class_id
    CROSS JOIN LATERAL (SELECT opop_export_has(p.id) AS words) has
    JOIN search_export_need n ON n.class_code = k.slug
    WHERE p.id = product
    GROUP BY n.country HAVING bool_and(n.any_of && has.words)
  ) ready
$$;

-- Fields of the listing fire its own trigger already; the export minimum does not.
CREATE TRIGGER follow_export AFTER UPDATE ON partner_stockrecord FOR EACH ROW
  WHEN (OLD.export_minimum IS DISTINCT FROM NEW.export_minimum) EXECUTE FUNCTION opop_follow('facts');
"""
BACKWARD = """
DROP TRIGGER follow_export ON partner_stockrecord;
CREATE OR REPLACE FUNCTION opop_export_to(product bigint) RETURNS varchar(2)[] LANGUAGE sql STABLE AS $$
  SELECT '{}'::varchar(2)[]
$$;
DROP FUNCTION opop_export_has(bigint);
DROP TABLE search_export_need;
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0001_entry")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
