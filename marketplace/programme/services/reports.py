"""Reports for the head of the office and the governor, made in the background (trying.py)."""

from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import translation

from marketplace.common.queue import enqueue
from marketplace.programme import numbers, states
from marketplace.programme.models import Report
from marketplace.programme.reports import content as report_content
from marketplace.programme.reports import files as report_files
from marketplace.programme.services.trying import attempt, note
from marketplace.reference.models import Province

LOCKS = 0x7052  # the first half of our advisory locks: "pR"
TASK = "programme.make_report"


def ask(*, province: Province, period: str, first: date, last: date, language: str, person: Any) -> Report:
    """Have a report made; one of the same days and language that is being made is given back.

    Side effects: Report, task on commit.
    """
    span = {"province": province, "first": first, "last": last, "language": language}
    try:
        with transaction.atomic():
            made = Report.objects.create(**span, period=period, token=numbers.token(), by=person)
            enqueue(TASK, made.pk)
    except IntegrityError:  # pressed twice: programme_report_once_at_a_time
        waiting = Report.objects.filter(**span, state__in=[states.WAITING, states.WORKING]).first()
        return waiting or ask(
            province=province, period=period, first=first, last=last, language=language, person=person
        )
    return made


def make(*, report: Report) -> None:
    """Nothing half-made is kept. Side effects: progress, two files; those of trying.attempt."""
    attempt(report, LOCKS, _make, between=states.WAITING, died="The worker died each time")


def _make(report: Report) -> None:
    note(report, step=0)
    with translation.override(report.language):
        content = report_content.of(report)
        note(report, step=1)
        page = report_files.to_pdf(content, report.language, report.file_name)
        note(report, step=2)
        book = report_files.to_xlsx(content, report.language)
    note(report, step=3)
    report.pdf.save("report.pdf", ContentFile(page), save=False)
    report.xlsx.save("report.xlsx", ContentFile(book), save=False)
    note(report, state=states.DONE, step=report.steps, pdf=report.pdf.name, xlsx=report.xlsx.name, problem="")
