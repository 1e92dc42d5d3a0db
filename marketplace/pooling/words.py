"""What the allocator's codes mean, in the reader's language: to the composer, and to the pesantren itself."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.ledger.money import Money
from marketplace.pooling.terms import Bottleneck, Limit, Reason

# Around a sum, so that "Rp 500" keeps its order within an Arabic sentence.
FIRST_STRONG, POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"

TO_COMPOSER: Mapping[Reason, Any] = {
    Reason.ALL: gettext_lazy("Everything it offers is taken."),
    Reason.COMMITTED: gettext_lazy("All that it committed is taken."),
    Reason.LAST: gettext_lazy("The dearest that is taken; then the quantity was full."),
    Reason.PACKS: gettext_lazy("What is left does not fill one more pack."),
    Reason.CAP: gettext_lazy("More would pass the most that one pesantren may supply."),
    Reason.FIT: gettext_lazy(
        "With more of it, whole packs and smallest shares would not add up, or cost more."
    ),
    Reason.READY: gettext_lazy("Ready after the last day."),
    Reason.GRADE: gettext_lazy("Not the grade that is asked for."),
    Reason.SMALL: gettext_lazy("One pack is more than it offers or than is wanted."),
    Reason.MINIMUM: gettext_lazy("Its smallest share is more than can be taken."),
    Reason.DEARER: gettext_lazy("%(amount)s a %(unit)s dearer than the dearest that is taken."),
    Reason.EQUAL: gettext_lazy(
        "As dear as the last one taken, which is ready earlier, nearer, or offered first."
    ),
    Reason.USED: gettext_lazy("Its shares hold everything it offers already."),
    Reason.FULL: gettext_lazy("Nothing is missing any more."),
}
TO_PESANTREN: Mapping[Reason, Any] = {
    Reason.ALL: gettext_lazy("All that you offered is asked for."),
    Reason.COMMITTED: gettext_lazy("All that you committed is asked for."),
    Reason.LAST: gettext_lazy("Cheaper offers came first. Your part fills the rest of the quantity."),
    Reason.PACKS: gettext_lazy("Only whole packs are taken. The rest of yours does not fill one more."),
    Reason.CAP: gettext_lazy("One pesantren may supply only so much, so that many can take part."),
    Reason.FIT: gettext_lazy("Whole packs of all did not add up to the quantity with more of yours."),
    Reason.READY: gettext_lazy("Your goods are ready after the last day that is possible."),
    Reason.GRADE: gettext_lazy("Another grade is asked for."),
    Reason.SMALL: gettext_lazy("One of your packs is more than you offered or than is wanted."),
    Reason.MINIMUM: gettext_lazy("Your smallest share is more than could be taken."),
    Reason.DEARER: gettext_lazy(
        "With the way and the day, your price is %(amount)s a %(unit)s above the last one taken."
    ),
    Reason.EQUAL: gettext_lazy(
        "Your price is that of the last one taken, which is ready earlier, nearer, or first."
    ),
    Reason.USED: gettext_lazy("Your shares hold everything you offered already."),
    Reason.FULL: gettext_lazy("Nothing is missing any more."),
}
LIMITS: Mapping[Limit, Any] = {
    Limit.MINIMUMS: gettext_lazy("The smallest shares that pesantren ask for"),
    Limit.PACKS: gettext_lazy("Whole packs"),
    Limit.CAP: gettext_lazy("The most that one pesantren may supply"),
    Limit.READY: gettext_lazy("The last day on which goods may be ready"),
    Limit.GRADE: gettext_lazy("The grade"),
    Limit.OFFERED: gettext_lazy("Not enough is offered"),
}


def _say(texts: Mapping[Reason, Any], reason: str, amount: int, unit: str) -> str:
    return str(texts[Reason(reason)]) % {"amount": f"{FIRST_STRONG}{Money(amount)}{POP}", "unit": unit}


def to_composer(reason: str, amount: int = 0, unit: str = "kg") -> str:
    """`amount` rupiah a `unit`, for the reason that names a sum."""
    return _say(TO_COMPOSER, reason, amount, unit)


def to_pesantren(reason: str, amount: int = 0, unit: str = "kg") -> str:
    return _say(TO_PESANTREN, reason, amount, unit)


def of_bottleneck(found: Bottleneck, unit: str) -> str:
    """What stands in the way, and what could be had without it."""
    facts = {"units": found.within_reach, "unit": unit}
    if found.limit == Limit.OFFERED:
        return _("Not enough is offered: %(units)s %(unit)s in all.") % facts
    facts["limit"] = LIMITS[found.limit]
    return _("%(limit)s: without this rule %(units)s %(unit)s could be had.") % facts
