"""What can be wrong with a file, in words for the person who sent it."""

from dataclasses import asdict, dataclass


class FileError(Exception):
    """The whole file cannot be taken; each text is a sentence."""

    def __init__(self, *texts: str) -> None:
        self.texts = texts
        super().__init__(" ".join(texts))


class PhotosError(FileError):
    """The ZIP of photos, not the table."""


class AnotherRuns(Exception):
    """Another file of this pesantren is being taken over at this moment."""


@dataclass(frozen=True)
class Fault:
    """One cell: its column as the person reads it, what stands there, what is wrong, and what would be right."""

    column: str
    given: str
    said: str
    right: str = ""

    def stored(self) -> dict[str, str]:
        return asdict(self)
