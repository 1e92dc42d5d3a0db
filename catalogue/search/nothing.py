"""What can be said where nothing was found: words that look alike, and when goods are harvested next."""

from catalogue import season
from catalogue.search import spelling
from catalogue.search.queries import commodities
from catalogue.search.terms import words


def meant(q: str, language: str) -> list[str]:
    """ "Did you mean": up to three words that names really use."""
    typed = words(q)
    return spelling.near(typed, language) if typed else []


def seasons(q: str) -> list[tuple[str, str]]:
    """Known goods that nobody lists now, with the month of their next harvest ("" while it lasts)."""
    found = [(goods.name, goods.harvest_months) for goods in commodities(q)]
    return [(name, season.next_harvest(months)) for name, months in found if months]
