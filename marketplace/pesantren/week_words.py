"""Weeks and what is free in them, in the reader's language."""

from collections.abc import Callable, Iterable
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marketplace.pesantren.weeks import Portion

SHOWN = 3


def day(moment: date) -> str:
    """ "7 December": everything is within a few months."""
    return date_format(moment, "j F")


def portions(found: Iterable[Portion], written: Callable[[int], str], most: int = SHOWN) -> str:
    """ "30 kg in the week of 7 December, 50 kg in the week of 14 December"; what is more than `most` as "and
    later weeks"."""
    every = list(found)
    texts = [
        _("%(quantity)s in the week of %(day)s")
        % {"quantity": written(one.quantity), "day": day(one.week.first)}
        for one in every[:most]
    ]
    if len(every) > most:
        texts.append(_("and later weeks"))
    return _(", ").join(texts)
