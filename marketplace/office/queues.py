"""What pesantren wait for, and which of them do not answer: six queues, the oldest first, with the way to reach them.

Messages go out in Indonesian, whatever the office reads; they are data here, not translations.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalogue.claims import queries as claims
from catalogue.permits import queries as permits
from catalogue.permits.services import WARN_DAYS
from marketplace.common import whatsapp
from marketplace.conversations import queries as conversations
from marketplace.fulfilment import queries as fulfilment
from marketplace.people.phones import for_people
from marketplace.pesantren.joining import queries as joining
from marketplace.pesantren.models import Member
from marketplace.reference import working_days

ANSWER_DAYS = 2  # working days in which a question is answered
SINCE = _("Since")
HELLO = "Assalamu'alaikum. Kami dari kantor Pasar Pesantren. "
SAID = {
    "applications": "Terima kasih atas pengajuan {name}. Kami ingin menanyakan beberapa hal.",
    "claims": "Tentang tulisan pada produk {what} dari {name}: bolehkah kami melihat buktinya?",
    "permits": "Tentang {what} dari {name} yang dikirim ke kami: ada yang ingin kami tanyakan.",
    "ending": "{what} dari {name} berakhir {day}. Mohon kirim yang baru lewat halaman Izin.",
    "orders": "Pesanan {what} untuk {name} menunggu jawaban sejak {day}. Mohon dijawab di halaman Pesanan.",
    "questions": "Ada pertanyaan pembeli untuk {name} yang belum dijawab sejak {day}. Mohon dijawab di halaman Pesan.",
}


@dataclass(frozen=True)
class Row:
    """One thing that waits: of whom, what, since when (or until when), and how to reach them."""

    name: str
    place: str
    what: str
    at: datetime | date | None
    url: str
    phone: str = ""
    whatsapp: str = ""
    note: str = ""


@dataclass(frozen=True)
class Queue:
    """`rows` gives what waits for whoever asks, the oldest by `oldest` first; `read` makes a Row of one."""

    code: str
    label: Any
    rows: Callable[[Any], QuerySet[Any]]
    oldest: str
    read: Callable[[Any], tuple[Any, Row]]
    when: Any = SINCE

    def count(self, user: Any) -> tuple[int, datetime | date | None]:
        """How many, and since when the oldest. One query."""
        plain = self.rows(user).select_related(None).prefetch_related(None).order_by()
        found = plain.aggregate(count=Count("pk"), oldest=Min(self.oldest))
        return found["count"], found["oldest"]

    def shown(self, found: Iterable[Any]) -> list[Row]:
        """A page of it, with telephones: one more query, however many rows."""
        pairs = [self.read(one) for one in found]
        phones = _phones({partner.pk for partner, _row in pairs if partner is not None})
        return [
            _reached(self.code, row, phones.get(getattr(partner, "pk", None), "")) for partner, row in pairs
        ]


def _phones(partners: set[int]) -> dict[int | None, str]:
    """The telephone of somebody who works there, for pesantren that have none of their own."""
    rows = Member.objects.filter(partner__in=partners, user__is_active=True, user__phone__isnull=False)
    found = rows.order_by("role", "-pk").values_list("partner_id", "user__phone")  # who is responsible wins
    return {partner: phone for partner, phone in found if phone}


def _reached(code: str, row: Row, fallback: str) -> Row:
    phone = row.phone or fallback
    day = working_days.indonesian(row.at) if row.at else ""
    text = HELLO + SAID[code].format(name=row.name, what=row.what, day=day)
    link = whatsapp.link(phone, text)
    return Row(
        row.name, row.place, row.what, row.at, row.url, for_people(phone) if phone else "", link, row.note
    )


def _row(partner: Any, what: str, at: Any, url: str, note: str = "") -> tuple[Any, Row]:
    return partner, Row(partner.name, str(partner.regency), what, at, url, partner.phone, note=note)


def _application(one: Any) -> tuple[Any, Row]:
    url = reverse("office:application", args=[one.pk])
    return None, Row(one.name, str(one.regency), one.product, one.sent_at, url, one.phone)


def _claim(one: Any) -> tuple[Any, Row]:
    said = ", ".join(claim["text"] for claim in one.claims)
    url = reverse("office:claim", args=[one.pk])
    return _row(one.seller, one.title, one.proposed_at, url, said)


def _permit(one: Any) -> tuple[Any, Row]:
    what = f"{one.get_kind_display()} {one.number}".strip()
    return _row(one.partner, what, one.proposed_at, reverse("office:permit", args=[one.pk]))


def _ending(one: Any) -> tuple[Any, Row]:
    left = (one.expires_on - working_days.today()).days
    if left < 0:  # the night's work ends it
        note = ngettext("ended %(n)s day ago", "ended %(n)s days ago", -left) % {"n": -left}
    else:
        note = ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}
    partner, row = _permit(one)
    return partner, Row(row.name, row.place, row.what, one.expires_on, row.url, row.phone, note=note)


def _order(one: Any) -> tuple[Any, Row]:
    return _row(one.partner, one.number, one.offered_at, reverse("office:part", args=[one.number]))


def _question(one: Any) -> tuple[Any, Row]:
    return _row(one.partner, "", one.asked_at, reverse("office:pesantren", args=[one.partner.code]))


QUEUES = {
    one.code: one
    for one in (
        Queue("applications", _("Pesantren that want to sell"), joining.waiting, "sent_at", _application),
        Queue("claims", _("Claims to look at"), claims.waiting, "proposed_at", _claim),
        Queue("permits", _("Permits to look at"), permits.waiting, "proposed_at", _permit),
        Queue(
            "ending",
            _("Permits that end within 60 days"),
            lambda user: permits.ending(user, WARN_DAYS[0]),
            "expires_on",
            _ending,
            _("Last valid day"),
        ),
        Queue(
            "orders",
            _("Orders that no pesantren answered"),
            lambda user: fulfilment.unanswered(user).order_by("offered_at", "pk"),
            "offered_at",
            _order,
        ),
        Queue(
            "questions",
            _("Questions without an answer"),
            lambda user: conversations.left_open(user, since=working_days.passed_since(ANSWER_DAYS)),
            "asked_at",
            _question,
        ),
    )
}
