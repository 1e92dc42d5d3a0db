"""What each figure means, in plain words: shown on the page, in the open data and in the reports."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from marketplace.programme.models import Figure
from marketplace.programme.wording import sum_name


def _three() -> list[tuple[str, str, str]]:
    return [
        (
            "committed",
            sum_name("committed"),
            _(
                "What pesantren and buyers promised each other at an event and both confirmed. A promise that was "
                "closed later still counts as promised. What only one side said, or what is disputed, does not count."
            ),
        ),
        (
            "reported",
            sum_name("reported"),
            _(
                "What both sides say was settled outside this marketplace, with a paper as evidence. We did not see "
                "the money."
            ),
        ),
        (
            "realised",
            sum_name("realised"),
            _(
                "What became orders in this marketplace, was accepted by the buyer and paid through our books, for the "
                "goods alone, less what went back to the buyer."
            ),
        ),
    ]


def of_sums() -> list[tuple[str, str, str]]:
    """Code, name and meaning of the three sums and what stands beside them."""
    return [
        *_three(),
        (
            "participants",
            _("Participants"),
            _(
                "The pesantren that exhibited at the events of a row: of events that have begun and were not "
                "cancelled, those that came or did not decline, and those that promised something. They are the "
                "divisor of the value per pesantren."
            ),
        ),
        (
            "per_pesantren",
            _("Value per pesantren"),
            _(
                "A sum divided by its participants. Sums of years with different numbers of participants are compared "
                "by this value, not by the sums."
            ),
        ),
        (
            "window",
            pgettext("figure", "Window"),
            _("The first and the last day on which something was counted."),
        ),
        (
            "not_shown",
            _("Not shown"),
            _(
                "Fewer than three buyers or fewer than three pesantren stand behind the sum, or it would be found by "
                "taking the other sums from the total. Prices and people stay unknown."
            ),
        ),
        (
            "realisation",
            _("Realised after 3, 6 and 12 months"),
            _(
                "How many per cent of what was committed at an event were realised so long after its last day."
            ),
        ),
    ]


def of_figures() -> dict[str, str]:
    """The meaning of each published figure, by its code."""
    return {
        Figure.REGISTERED: _("Pesantren that registered for the year."),
        Figure.AUDITIONED: _("Pesantren that came to audition I, after the check of their papers."),
        Figure.ACCEPTED: _(
            "Pesantren taken into the programme of the year. A pesantren joins once in all years."
        ),
        Figure.FINALISTS: _("Pesantren in the final of the province."),
        Figure.WINNERS: _("Pesantren that won in the province."),
        Figure.TARGET: _("What the province aimed at. Not a result."),
        Figure.POTENTIAL: _(
            "What pesantren and buyers intended to trade, as the province told the press (potensi transaksi). Not what "
            "was delivered or paid: nobody recorded that."
        ),
        Figure.POTENTIAL_DAY: _(
            "The part of the potential transactions that was recorded on the day of the event itself."
        ),
        Figure.BUYERS: _("Companies that came to the temu bisnis to buy."),
        Figure.EXHIBITORS: _("Pesantren that exhibited at the temu bisnis."),
    }


def licence() -> str:
    return _(
        "You may use, copy and share these data, also for money, if you name the source: “OPOP, Pasar Pesantren” and "
        "the day you took them (Creative Commons Attribution 4.0). Figures of the press belong to the sources that "
        "are named beside them."
    )
