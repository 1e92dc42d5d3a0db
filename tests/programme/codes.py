"""The QR codes that are really drawn in a PDF: their dark modules, compared with those of the link they should bear."""

import re
from io import BytesIO

import segno
from pypdf import PdfReader

Runs = tuple[tuple[float, float, float], ...]  # from x, at y, to x
NUMBER = r"\d+(?:\.\d+)?"
RUN = re.compile(rf"({NUMBER}) ({NUMBER}) m\s+({NUMBER}) \2 l\s+")  # one stroke to the right
MANY = re.compile(rf"(?:{NUMBER} {NUMBER} m\s+{NUMBER} {NUMBER} l\s+){{20,}}")  # nothing else has so many


def codes_in(content: bytes) -> list[Runs]:
    """Of all pages, in the order of the paper."""
    pages = PdfReader(BytesIO(content)).pages
    drawn = [page.get_contents().get_data().decode("latin-1") for page in pages]
    return [_runs(found.group(0)) for text in drawn for found in MANY.finditer(text)]


def _runs(text: str) -> Runs:
    return tuple((float(x), float(y), float(end)) for x, y, end in RUN.findall(text))


def code_of(link: str) -> Runs:
    """The same of a link, as badges.qr_svg draws it."""
    found = []
    rows = segno.make(link, error="m", micro=False).matrix_iter(border=2)
    for y, row in enumerate(rows):
        dark = "".join("1" if cell else "0" for cell in row)
        found += [(float(run.start()), y + 0.5, float(run.end())) for run in re.finditer("1+", dark)]
    return tuple(found)
