"""The photos of a file of listings: found in a ZIP by their names, never unpacked onto the disk."""

import zipfile
from collections import defaultdict
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from catalogue.imports import archive
from catalogue.imports.faults import FileError
from catalogue.imports.limits import MIB, MOST_PHOTOS, MOST_PHOTOS_BYTES, MOST_PHOTOS_UNPACKED
from marketplace.common.photos import MOST_BYTES, clean_photo

LIMIT = archive.Limit(entries=MOST_PHOTOS, unpacked=MOST_PHOTOS_UNPACKED)
OF_THE_MAKER = ("__MACOSX/", ".")  # what a Mac puts beside each file


def names_in(cell: str) -> list[str]:
    """The names in a cell, each once."""
    return list(dict.fromkeys(name.strip() for name in cell.split(";") if name.strip()))


class PhotoBox:
    """A ZIP within the limits, in any file that reads and seeks. Making one raises FileError."""

    def __init__(self, file: Any) -> None:
        if file.seek(0, 2) > MOST_PHOTOS_BYTES:
            most = MOST_PHOTOS_BYTES // MIB
            raise FileError(_("The ZIP of photos is larger than %(most)s MB.") % {"most": most})
        self.archive = archive.opened(file, LIMIT)
        self._judged: dict[str, str] = {}

    @cached_property
    def _entries(self) -> dict[str, list[zipfile.ZipInfo]]:
        """By the last part of the name, since a ZIP is often made of a folder; without regard to capitals."""
        found = defaultdict(list)
        for entry in self.archive.infolist():
            path = PurePosixPath(entry.filename.replace("\\", "/"))
            if not entry.is_dir() and not entry.filename.startswith(OF_THE_MAKER) and path.name[:1] != ".":
                found[path.name.casefold()].append(entry)
        return found

    def fault(self, name: str) -> str:
        """What is wrong with the photo of this name, in words; empty if it can be shown."""
        key = name.casefold()
        if key not in self._judged:
            try:
                self.content(name)
            except (ValidationError, FileError) as error:
                self._judged[key] = " ".join(getattr(error, "messages", None) or [str(error)])
            else:
                self._judged[key] = ""
        return self._judged[key]

    def content(self, name: str) -> bytes:
        """The photo written anew as WebP. Raises ValidationError or FileError, both in words."""
        entries = self._entries.get(name.casefold(), [])
        if not entries:
            raise FileError(_("There is no %(name)s in the ZIP.") % {"name": name[:80]})
        if len(entries) > 1:
            raise FileError(_("%(name)s is in the ZIP more than once.") % {"name": name[:80]})
        packed = archive.read(self.archive, entries[0], MOST_BYTES)
        content = clean_photo(SimpleUploadedFile(name[:80], packed))
        self._judged[name.casefold()] = ""
        return content
