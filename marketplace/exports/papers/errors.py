"""Why something was not done with a paper. `sentences` are for people."""

from django.utils.translation import gettext as _

from marketplace.exports.models import Paper
from marketplace.exports.papers import rules


class PaperError(Exception):
    """Nothing was changed. `field` names what of a form is wrong, if one thing is."""

    def __init__(self, sentences: list[str], field: str = "") -> None:
        super().__init__(" ".join(sentences))
        self.sentences, self.field = sentences, field


class NeedsFirst(PaperError):
    """Other papers must be in hand before."""

    def __init__(self, papers: list[Paper]) -> None:
        self.papers = papers
        names = ", ".join(str(rules.kinds()[paper.kind]) for paper in papers)
        super().__init__([_("This must be in hand first: %(papers)s.") % {"papers": names}])


class TooEarly(PaperError):
    """It may not be issued yet."""


class Faulty(PaperError):
    """The facts do not agree with one another, or the paper not with the facts."""


class NotAmendable(PaperError):
    """The PEB is filed, and a field that is never corrected has changed."""


class SamePerson(PaperError):
    """Another person than the one who issued it must confirm it."""


class WrongFile(PaperError):
    """Not a readable PDF or picture."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(sentences, "file")
