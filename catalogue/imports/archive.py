"""Opens a ZIP that a stranger sent: judged by its directory before anything is unpacked, and never onto the disk."""

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from catalogue.imports.faults import FileError
from catalogue.imports.limits import MIB, MOST_RATIO, RATIO_FROM

END = b"PK\x05\x06"
ZIP64 = b"PK\x06\x07"
END_SIZE, LOCATOR_SIZE, MOST_COMMENT = 22, 20, 65_535
MOST_ENTRY_HEAD = 1_024  # bytes of the directory for one file
PLAIN_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
HAS_PASSWORD = 0x1
DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True)
class Limit:
    """`entries`: files in it; `unpacked`: bytes of all of them together."""

    entries: int
    unpacked: int


def opened(file: Any, limit: Limit) -> zipfile.ZipFile:
    """The archive, if its directory is within the limits. Raises FileError. One that lies is found out by read()."""
    _check_directory(file, limit)
    try:
        found = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise FileError(damaged()) from error
    entries = found.infolist()
    if len(entries) > limit.entries:
        raise FileError(_too_many(limit))
    for entry in entries:
        _check_entry(entry)
    unpacked, packed = sum(one.file_size for one in entries), sum(one.compress_size for one in entries)
    if unpacked > limit.unpacked:
        most = limit.unpacked // MIB
        raise FileError(
            _("Unpacked, this file is larger than %(most)s MB. Send less at once.") % {"most": most}
        )
    if unpacked > RATIO_FROM and unpacked > packed * MOST_RATIO:
        raise FileError(_("This file is packed so tightly that it may do harm. It was not opened."))
    return found


def damaged() -> str:
    return _("This file is damaged. Save it anew and send it again.")


def _too_many(limit: Limit) -> str:
    return _("There are more than %(most)s files in it. Send fewer at once.") % {"most": limit.entries}


def _check_directory(file: Any, limit: Limit) -> None:
    """The end of the archive says how large its directory is; a huge one is not even read."""
    size = file.seek(0, 2)
    tail_size = min(size, END_SIZE + MOST_COMMENT + LOCATOR_SIZE)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    file.seek(0)
    place = tail.rfind(END)
    if place < 0 or len(tail) < place + END_SIZE:
        raise FileError(damaged())
    count, directory = struct.unpack("<HI", tail[place + 10 : place + 16])
    is_zip64 = tail[max(place - LOCATOR_SIZE, 0) : place].startswith(ZIP64)
    if is_zip64 or count > limit.entries or directory > limit.entries * MOST_ENTRY_HEAD:
        raise FileError(_too_many(limit))


def _check_entry(entry: zipfile.ZipInfo) -> None:
    """No password, no odd packing, no name that leads out of its folder."""
    if entry.flag_bits & HAS_PASSWORD:
        raise FileError(_("This file has a password. Take the password off and send it again."))
    if entry.compress_type not in PLAIN_METHODS:
        raise FileError(damaged())
    name = entry.orig_filename
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or DRIVE.match(name) or "\0" in name:
        shown = "".join(sign if sign.isprintable() else "?" for sign in name)[:60]
        raise FileError(
            _("“%(name)s” in this file names a place outside it. The file was not opened.") % {"name": shown}
        )


def read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """The content of one file, `most` bytes and one more at most. Raises FileError if the directory lied about it."""
    try:
        with archive.open(entry) as inner:
            return inner.read(most + 1)
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        ValueError,
        RuntimeError,
        struct.error,
    ) as error:
        raise FileError(damaged()) from error
