"""Synonyms, and the words that corrections and suggestions come from."""

from catalogue.loading.rows import DATA, read
from catalogue.search import services


def load() -> None:
    rows = read(DATA / "synonyms.csv")
    services.replace_synonyms(pairs=[(row.text("word", required=True), row.text("means")) for row in rows])
    services.refresh_words()
