"""What is made to order can be ordered while its weeks ahead reach the minimum; what is counted, while its stock does.

`free_ahead` is kept by the listing's own room and counted anew each night (pesantren.refresh_free).
"""

from django.db import migrations

FACTS = """
CREATE OR REPLACE VIEW search_facts AS
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
         bool_or({enough}) AS enough
  FROM partner_stockrecord r WHERE r.product_id = p.id
) offer
WHERE p.is_public;
"""
FOLLOW = """
DROP TRIGGER follow_change ON partner_stockrecord;
CREATE TRIGGER follow_change AFTER UPDATE ON partner_stockrecord FOR EACH ROW
  WHEN ((OLD.price, OLD.minimum, {old}) IS DISTINCT FROM (NEW.price, NEW.minimum, {new}))
  EXECUTE FUNCTION opop_follow('facts');
"""
COUNTED = "{row}.num_in_stock >= coalesce({row}.num_allocated, 0) + {row}.minimum"
EITHER = f"CASE WHEN {{row}}.weekly_capacity IS NULL THEN {COUNTED} ELSE {{row}}.free_ahead >= {{row}}.minimum END"


def both(enough: str) -> str:
    """The view and the trigger that leaves entries alone while nothing of them changes."""
    old, new, row = (enough.format(row=name) for name in ("OLD", "NEW", "r"))
    return FACTS.format(enough=row) + FOLLOW.format(old=old, new=new)


class Migration(migrations.Migration):
    dependencies = [("search", "0004_missed_in_sector"), ("partner", "0012_capacity")]
    operations = [migrations.RunSQL(both(EITHER), both(COUNTED))]
