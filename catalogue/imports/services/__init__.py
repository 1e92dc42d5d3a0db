"""A file of listings: sent and said yes to (files.py), its rows checked (checking.py) and written (taking.py)."""

from catalogue.imports.services.checking import check_on, read_file
from catalogue.imports.services.files import confirm, drop, forget_files, upload
from catalogue.imports.services.taking import take_on

__all__ = ["check_on", "confirm", "drop", "forget_files", "read_file", "take_on", "upload"]
