"""Changes to the catalogue: pictures.py makes widths, listings.py is what a pesantren does with its listings."""

from catalogue.services.pictures import make_all_widths, make_picture_widths

__all__ = ["make_all_widths", "make_picture_widths"]
