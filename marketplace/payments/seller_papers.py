"""A pesantren's statement as its pages, its PDF and its CSV show it: the same rows everywhere."""

import csv
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from marketplace.common import dates, pdf
from marketplace.common.csv_lines import Echo, plain
from marketplace.ledger.money import MINOR_DIGITS
from marketplace.payments.seller_statements import Entry, Statement
from marketplace.pesantren.models import Partner
from marketplace.reference import working_days


def name(partner: Partner, found: Statement) -> str:
    """What its files are called, without the ending."""
    return f"rekening-{partner.code}-{found.first:%Y-%m}"


def write_pdf(partner: Partner, found: Statement, language: str) -> bytes:
    """The statement on paper, in this language."""
    with translation.override(language):
        return pdf.render("seller_statement", _data(partner, found, language))


def _data(partner: Partner, found: Statement, language: str) -> dict[str, Any]:
    operator = settings.OPERATOR
    return {
        "language": language,
        "title": _("Statement"),
        "number": f"{partner.code} {found.first:%Y-%m-%d}/{found.last:%Y-%m-%d}",
        "period": dates.between(found.first, found.last),
        "operator": operator,
        "currency": found.opening.currency,
        "labels": {
            "from": _("Who holds the money"),
            "to": _("Pesantren"),
            "when": _("When"),
            "what": _("What"),
            "amount": _("Amount"),
            "after": _("Owed after it"),
        },
        "from": [operator["name"], operator["email"]],
        "to": [partner.name, str(partner.regency)],
        "opening": [_("Owed at the beginning"), str(found.opening)],
        "closing": [_("Owed at the end"), str(found.closing)],
        "entries": [_entry(one) for one in found.entries],
    }


def _entry(one: Entry) -> dict[str, str]:
    local = timezone.localtime(one.at, working_days.JAKARTA)
    return {
        "when": f"{local:%Y-%m-%d %H:%M}",
        "what": one.words,
        "order": one.order,
        "amount": str(one.amount),
        "after": str(one.after),
    }


def csv_lines(found: Statement) -> Iterator[str]:
    """Amounts in whole rupiah (other currencies with their cents), a minus where less is owed."""
    writer = csv.writer(Echo())
    yield "\ufeff"  # spreadsheets read it as UTF-8
    head = [_("When"), _("What"), _("Order"), _("Entry"), _("Amount"), _("Owed after it"), _("Currency")]
    yield writer.writerow(head)
    yield writer.writerow([found.first, _("Owed at the beginning"), "", "", "", *_figures(found.opening)])
    for one in found.entries:
        at = timezone.localtime(one.at, working_days.JAKARTA)
        texts = [f"{at:%Y-%m-%d %H:%M:%S}", one.words, one.order, one.key]
        amount = _figures(one.amount)[0]
        yield writer.writerow([*map(plain, texts), amount, *_figures(one.after)])
    yield writer.writerow([found.last, _("Owed at the end"), "", "", "", *_figures(found.closing)])


def _figures(money: Any) -> list[str]:
    return [f"{money.to_decimal():.{MINOR_DIGITS[money.currency]}f}", money.currency]
