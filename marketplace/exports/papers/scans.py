"""Papers that come from outside, as a PDF that we can join with others: judged by content, never by name."""

from io import BytesIO

from django.core.files.base import File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from marketplace.common.proofs import MOST_BYTES, Unreadable, kind_of, pages_of
from marketplace.exports.papers.errors import WrongFile

MOST_PAGES = 60
LONGEST_SIDE = 2400  # of a photographed page; enough to read the smallest print


def as_pdf(file: "File[bytes]") -> bytes:
    """A PDF as it is, once it is known to open; a picture as one page, without what the camera wrote into it.

    Raises WrongFile.
    """
    if (file.size or 0) > MOST_BYTES:
        raise WrongFile([_("This file is larger than 5 MB. Please send a smaller one.")])
    kind = kind_of(file)
    file.seek(0)
    content = file.read()
    if kind == "pdf":
        return _checked(content)
    if kind in {"jpg", "png"}:
        return _page_of(content)
    raise WrongFile([_("This is not a PDF, JPG or PNG. Please choose another file.")])


def _checked(content: bytes) -> bytes:
    try:
        pages = pages_of(content)
    except Unreadable as error:
        raise WrongFile([str(error)]) from None
    if pages > MOST_PAGES:
        raise WrongFile([_("This PDF has no page, or more than %(most)s.") % {"most": MOST_PAGES}])
    return content


def _page_of(content: bytes) -> bytes:
    try:
        with Image.open(BytesIO(content)) as picture:
            page = ImageOps.exif_transpose(picture).convert("RGB")
            page.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            made = BytesIO()
            page.save(made, "PDF", resolution=200)
            return made.getvalue()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise WrongFile([_("This picture is damaged and cannot be opened.")]) from None
