"""A photo as a telephone makes it."""

from io import BytesIO

from PIL import Image

MAKER = 0x010F  # EXIF


def a_photo(colour: str = "red", size: tuple[int, int] = (2400, 1800)) -> bytes:
    """A JPEG with a note of who made the camera."""
    out = BytesIO()
    image = Image.new("RGB", size, colour)
    exif = image.getexif()
    exif[MAKER] = "Secret camera"
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()
