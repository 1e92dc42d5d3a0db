"""The whole table of who may open what: table.py and the rows of the rooms that have their own."""

from tests.access.export_rows import EXPORT_DESK
from tests.access.paper_rows import PAPERS
from tests.access.programme_deal_rows import DEALS
from tests.access.programme_event_rows import EVENTS
from tests.access.programme_seen_rows import PROGRAMME_SEEN
from tests.access.programme_year_rows import PROGRAMME_YEARS
from tests.access.selling_rows import SELLING
from tests.access.table import TABLE as THE_REST
from tests.access.tracking_rows import TRACKING

TABLE = (
    THE_REST | SELLING | TRACKING | EXPORT_DESK | PAPERS | PROGRAMME_YEARS | EVENTS | DEALS | PROGRAMME_SEEN
)
