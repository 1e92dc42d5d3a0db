"""What keeps finding fresh: synonyms, words for corrections and suggestions, and the count of what was missed."""

import re
from datetime import timedelta

from django.core.cache import cache
from django.db import connection, transaction

from catalogue.search.models import LONGEST_WORD, Entry, Missed, Synonym
from catalogue.search.terms import SYNONYMS, fold, words
from marketplace.reference.working_days import today

KEPT_DAYS = 400
# An e-mail address or five digits: somebody's own, not goods.
PERSONAL = re.compile(r"@|(\d\D{0,2}){5}")

# In each language every name of public goods once, with the number of listings that bear it.
NAMES = """
INSERT INTO search_name (name, language, count, words)
SELECT name, language, count(*), to_tsvector('opop_plain', opop_fold(name))
FROM search_entry e JOIN catalogue_product p ON p.id = e.product_id
CROSS JOIN LATERAL (VALUES
  (coalesce(nullif(p.title_ind, ''), p.title), 'id'),
  (coalesce(nullif(p.title_en, ''), p.title_ind, p.title), 'en'),
  (coalesce(nullif(p.title_ar, ''), p.title_ind, p.title), 'ar')) AS said(name, language)
GROUP BY name, language
"""
WORDS = """
WITH said (language, source) AS (VALUES
  ('id', $$SELECT words FROM search_name WHERE language = 'id'$$),
  ('en', $$SELECT words FROM search_name WHERE language = 'en'$$),
  ('ar', $$SELECT words FROM search_name WHERE language = 'ar'$$),
  ('id', $$SELECT to_tsvector('opop_plain', opop_fold(name_ind)) FROM catalogue_commodity
           UNION ALL SELECT to_tsvector('opop_plain', opop_fold(name_ind)) FROM catalogue_category$$),
  ('en', $$SELECT to_tsvector('opop_plain', opop_fold(name_en)) FROM catalogue_commodity
           UNION ALL SELECT to_tsvector('opop_plain', opop_fold(name_en)) FROM catalogue_category$$),
  ('ar', $$SELECT to_tsvector('opop_plain', opop_fold(name_ar)) FROM catalogue_commodity
           UNION ALL SELECT to_tsvector('opop_plain', opop_fold(name_ar)) FROM catalogue_category$$),
  ('', $$SELECT to_tsvector('opop_plain', opop_fold(name)) FROM partner_partner
         UNION ALL SELECT to_tsvector('opop_plain', opop_fold(name)) FROM address_regency
         UNION ALL SELECT to_tsvector('opop_plain', opop_fold(word)) FROM search_synonym$$))
INSERT INTO search_word (word, language, count)
SELECT stat.word, language, sum(stat.ndoc) FROM said CROSS JOIN LATERAL ts_stat(source) stat
WHERE char_length(stat.word) BETWEEN 3 AND %s AND stat.word !~ '[0-9]'
GROUP BY stat.word, language
"""
EXPIRED = "SELECT opop_index_facts(ARRAY(SELECT product_id FROM search_entry WHERE certificates_until < opop_today()))"
COUNT = """
INSERT INTO search_missed (text, language, day, sector, count) VALUES (%s, %s, %s, %s, 1)
ON CONFLICT (text, language, day, sector) DO UPDATE SET count = search_missed.count + 1
"""


def replace_synonyms(*, pairs: list[tuple[str, str]]) -> None:
    """Make these (word, what it means) all that are known. The next search reads them anew."""
    with transaction.atomic():
        Synonym.objects.all().delete()
        Synonym.objects.bulk_create(Synonym(word=fold(word), means=fold(means)) for word, means in pairs)
    cache.delete(SYNONYMS)


def refresh_words() -> None:
    """Count anew the names and words that suggestions and corrections come from."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_name")
        cursor.execute(NAMES)
        cursor.execute("DELETE FROM search_word")
        cursor.execute(WORDS, [LONGEST_WORD])


def reindex() -> int:
    """Make every entry anew, then the words; for after a bulk load. Returns the number of entries."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT opop_reindex()")
        refresh_words()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_entry, search_word, search_name")
    return Entry.objects.count()


def drop_expired_certificates() -> None:
    """Take certificates out of the entries whose last valid day is over."""
    with connection.cursor() as cursor:
        cursor.execute(EXPIRED)


def count_missed(*, text: str, language: str, sector: str = "") -> None:
    """Count a search that found nothing: its words, the day and the sector it was in, never who. What may be
    somebody's address or number is not kept."""
    normal = " ".join(words(text))[:LONGEST_WORD]
    if not normal or PERSONAL.search(text):
        return
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [normal, language, today(), sector])


def purge_missed() -> None:
    """Forget counts older than 400 days."""
    Missed.objects.filter(day__lt=today() - timedelta(days=KEPT_DAYS)).delete()
