"""Mails about orders and their parts: to the buyer in the order's language, to members in their own."""

from collections.abc import Sequence

from django.conf import settings

from catalogue.lots.models import Lot
from catalogue.lots.states import RECALLED
from marketplace.common.states import history
from marketplace.fulfilment.models import AuditRun, Fulfilment, FulfilmentLine, ShortDelivery
from marketplace.ledger.money import Money
from marketplace.notices.services import send, send_to
from marketplace.orders import links
from marketplace.orders.models import Order
from marketplace.payments.letters import Next
from marketplace.payments.models import Due, LetterOfCredit, PriceDifference
from marketplace.people.models import User


def to_buyer(order: Order, name: str, key: str, **context: object) -> None:
    """One mail to the buyer; `name` is the template, `key` says what it is about (written once)."""
    send(
        key=f"{name}/{key}",
        to=order.email,
        language=order.language,
        template=name,
        context={"order": order, "link": links.for_buyer(order), **context},
        time_zone=order.user.time_zone if order.user else "",
    )


def to_members(fulfilment: Fulfilment, name: str, *, about: str = "", **context: object) -> None:
    """One mail to each member of the pesantren who has an address; once a part, or once for what it is `about`."""
    for member in fulfilment.partner.members.select_related("user"):
        user = member.user
        if user.email and user.is_active:
            link = links.absolute("workspace:fulfilment", fulfilment.number, language=user.language)
            send(
                key=f"{name}/{about or fulfilment.number}/{user.pk}",
                to=user.email,
                language=user.language,
                template=name,
                time_zone=user.time_zone,
                context={"fulfilment": fulfilment, "link": link, "user": user, **context},
            )


def order_placed(order: Order, due: Due) -> None:
    to_buyer(
        order,
        "order_placed",
        order.number,
        due=due,
        fulfilments=list(order.fulfilments.select_related("partner")),
    )


def order_on_tempo(order: Order, due: Due) -> None:
    parts = list(order.fulfilments.select_related("partner"))
    to_buyer(order, "order_on_tempo", order.number, due=due, fulfilments=parts)


def bill_paid(due: Due) -> None:
    """The last of the money for an order on tempo has arrived."""
    to_buyer(due.order, "bill_paid", due.reference, due=due, received=Money(due.received, due.currency))


def balance_paid(due: Due) -> None:
    """A later step of an order's payment schedule is paid."""
    received = Money(due.received, due.currency)
    to_buyer(due.order, "balance_paid", due.reference, due=due, received=received)


def balance_reminder(due: Due, stage: int) -> None:
    """`stage`: days late (below zero: days left). Each is written once."""
    to_buyer(due.order, "balance_reminder", f"{due.reference}/{stage}", due=due, stage=stage)


def letter_reminder(letter: LetterOfCredit, step: Next, stage: int, person: User) -> None:
    """To one person of the office: what a letter of credit asks for next. Each step and stage is written once."""
    send_to(
        person,
        key=f"letter-reminder/{letter.pk}/{step.what}/{step.by}/{stage}",
        template="letter_reminder",
        letter=letter,
        order=letter.due.order,
        step=step,
        link=links.absolute("office:letter", letter.pk, language=person.language),
    )


def bill_reminder(due: Due, stage: int) -> None:
    """`stage`: days late (below zero: days left). Each is written once."""
    to_buyer(due.order, "bill_reminder", f"{due.reference}/{stage}", due=due, stage=stage)


def order_cleared(order: Order) -> None:
    to_buyer(order, "order_cleared", order.number)


def order_expired(order: Order) -> None:
    to_buyer(order, "order_expired", order.number)


def order_cancelled(order: Order) -> None:
    to_buyer(order, "order_cancelled", order.number)


def part(fulfilment: Fulfilment, name: str, **context: object) -> None:
    """Tell the buyer what happened to one part: part_accepted, part_declined, part_handed_over, part_delivered …"""
    to_buyer(fulfilment.order, name, fulfilment.number, fulfilment=fulfilment, **context)


def lot_recalled(part: Fulfilment, lot: Lot, why: str) -> None:
    """To the buyer of a part that has left, once a part and recall (a lot may be recalled again)."""
    times = history(lot).filter(after=RECALLED).count()
    key = f"{part.number}/{lot.pk}/{times}"
    passport = lot.link(part.order.language)
    to_buyer(part.order, "lot_recalled", key, fulfilment=part, lot=lot, why=why, passport=passport)


def part_short(
    fulfilment: Fulfilment,
    told: ShortDelivery,
    lines: Sequence[FulfilmentLine],
    *,
    due: Due | None,
    balance: bool,
    back: Money,
) -> None:
    """To the buyer: less comes of these lines. `due`: the open bill it came off; `balance`: a balance gets smaller;
    `back`: what it is to the buyer."""
    to_buyer(
        fulfilment.order,
        "part_short",
        f"{fulfilment.number}/{told.number}",
        fulfilment=fulfilment,
        told=told,
        lines=lines,
        due=due,
        balance=balance,
        back=back,
    )


def exporter_bears(part: Fulfilment, row: PriceDifference, why: str) -> None:
    """To the exporter's members, about its own `part`: units of another one fell away, and what that is to it."""
    to_members(part, "exporter_bears", about=row.key, row=row, why=why)


def held_for_long(part: Fulfilment, days: int, person: User) -> None:
    """To one person of the office, once a part and limit. `days` is the limit that was passed."""
    send_to(
        person,
        key=f"held-for-long/{part.number}/{days}",
        template="held_for_long",
        part=part,
        days=days,
        amount=part.goods + part.fee,
        must_decide=days >= settings.HELD_DECIDE_DAYS,
        link=links.absolute("office:held", language=person.language),
    )


def audit_differs(person: User, run: AuditRun) -> None:
    """To one person of the office, once a check; the faults themselves are in plain English for whoever mends them."""
    link = links.absolute("office:books", language=person.language)
    key = f"audit-differs/{run.pk}"
    send_to(person, key=key, template="audit_differs", run=run, shown=run.faults[:10], link=link)
