"""Loads the sourced goods of OPOP and the fictional sellers from CSV. Running it twice changes nothing.

Order: places, ports and Incoterms, kinds of goods, pesantren, goods, pictures, words. `everything` is the one door.
"""

from django.db import transaction

from catalogue import export
from catalogue.loading import goods, kinds, pesantren, pictures, places, trade, words
from catalogue.loading.rows import Tally


def everything(*, source: goods.Sources | None = None) -> Tally:
    """Load all CSV files in one transaction; a broken row raises rows.BrokenRowError and nothing is kept.

    Side effects: rows of all rooms below, picture files under media/products/, and (on commit) one task that
    makes the AVIF widths. What a pesantren may change itself (price, stock, terms, steps; once somebody works for it
    here also its texts and what its listings say) is only set once.
    """
    tally = Tally()
    with transaction.atomic():
        places.load(tally)
        trade.load(tally)
        kinds.load(tally)
        pesantren.load(tally)
        for row, product in goods.load(tally, source or goods.Sources()):
            pictures.load(tally, row, product)
        pictures.make_widths()
        words.load()
        export.load_needs()
    return tally
