"""How large a file may be. Measured times stand in docs/workspace.md."""

KIB, MIB = 1024, 1024 * 1024

MOST_ROWS = 5_000
MOST_LINES = 20_000  # of one sheet, empty ones too
MOST_SHEETS = 40
MOST_COLUMNS = 60
MOST_CELL = 4_000  # characters
MOST_BYTES = 5 * MIB  # of an XLSX or CSV
MOST_UNPACKED = 40 * MIB  # of an XLSX
MOST_PARTS = 200  # files inside an XLSX
MOST_RATIO = 200  # how many times larger than packed; a table of equal cells reaches some 60
RATIO_FROM = MIB  # smaller ones may be packed as tightly as they like

MOST_PHOTOS = 500  # files in a ZIP of photos
MOST_PHOTOS_BYTES = 60 * MIB
MOST_PHOTOS_UNPACKED = 120 * MIB

KEPT_DAYS = 30
