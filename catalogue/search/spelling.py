"""Corrects mistyped words by the words that names of goods, pesantren and places really use (search.Word)."""

from django.db import connection

# A word that any listing has is left alone. The nearest twenty by their letters in threes come from the index;
# of them the one with the fewest wrong letters is taken, in the reader's language where two are as near.
CORRECT = """
SELECT asked.word, best.word
FROM unnest(%(words)s::text[]) WITH ORDINALITY AS asked(word, place)
LEFT JOIN LATERAL (
  SELECT near.word FROM (
    SELECT w.word, w.language, w.count FROM search_word w ORDER BY w.word <-> asked.word LIMIT 20) near
  WHERE levenshtein_less_equal(near.word, asked.word, {most}) <= {most}
  ORDER BY levenshtein(near.word, asked.word), left(near.word, 1) = left(asked.word, 1) DESC,
    near.language = %(language)s DESC, near.word <-> asked.word, near.count DESC, near.word
  LIMIT 1) best ON asked.word !~ '[0-9]'
    AND NOT EXISTS (SELECT FROM search_entry e WHERE e.body @@ opop_query(asked.word, ''))
ORDER BY asked.place
"""
# Wrong letters that are taken for an error: none in two letters, one in four, two in eight, then three.
MOST = "(CASE WHEN char_length(asked.word) < 3 THEN 0 WHEN char_length(asked.word) < 5 THEN 1"
MOST += " WHEN char_length(asked.word) < 9 THEN 2 ELSE 3 END)"

NEAR = """
SELECT word FROM (
  SELECT DISTINCT near.word, near.distance
  FROM unnest(%(words)s::text[]) AS asked(word)
  CROSS JOIN LATERAL (
    SELECT w.word, w.word <-> asked.word AS distance FROM search_word w
    WHERE w.language IN (%(language)s, '') ORDER BY w.word <-> asked.word LIMIT 3) near
  WHERE asked.word !~ '[0-9]' AND near.distance < 0.75) nearest
ORDER BY distance, word LIMIT 3
"""


def corrected(words: list[str], language: str) -> str:
    """The same words with those corrected that no listing has; "" where nothing could be corrected."""
    with connection.cursor() as cursor:
        cursor.execute(CORRECT.format(most=MOST), {"words": words, "language": language})
        found = [better or word for word, better in cursor.fetchall()]
    return " ".join(found) if found != words else ""


def near(words: list[str], language: str) -> list[str]:
    """Up to three words that look most like these: "did you mean"."""
    with connection.cursor() as cursor:
        cursor.execute(NEAR, {"words": words, "language": language})
        return [word for (word,) in cursor.fetchall()]
