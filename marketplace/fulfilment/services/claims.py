"""Claims after the money was released, settled by credit note: by the office, or by the buyer's own signature."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import mails, states
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.fulfilment.services import exporter, returns, tempo
from marketplace.fulfilment.services.release import released_units
from marketplace.ledger.money import Money
from marketplace.payments import registry
from marketplace.payments import states as due_states
from marketplace.payments.bearing import Bears
from marketplace.payments.exceptions import Changed
from marketplace.payments.models import Approval, CreditNote, Due
from marketplace.payments.services import approvals
from marketplace.payments.services import credit_notes as notes

Quantities = Mapping[int, int | Money]


@transaction.atomic
def issue_credit_note(
    *,
    fulfilment: Fulfilment,
    lines: Quantities,
    why: str,
    actor: Actor,
    seen: Money | None = None,
    after: int | None = None,
    seen_beside: Money | None = None,
    approval: Approval | None = None,
) -> CreditNote:
    """The office settles a claim. `lines` maps FulfilmentLine ids to units (expected back), or to an amount.

    `seen`: what the office was shown the pesantren bears, `seen_beside` the exporter, `after` how many earlier notes.
    Of what an exporter sold the buyer gets the contract's price, and the exporter bears the difference.
    Side effects: those of credit_notes.issue, PriceDifference, maybe a Return, mails to both. Raises IllegalMove before
    the buyer signed, PaymentError and its kinds.
    """
    due = _open_due(fulfilment)
    locked = exporter.locked(fulfilment)
    if locked.state != states.RECEIVED:
        raise IllegalMove(locked, locked.state, "credited")
    bears = bears_of(locked, lines)
    part = part_of(locked, due, bears=bears)
    facts = claims_of(locked, lines)
    exporter.take_off(bears)
    note = notes.issue(
        part=part,
        claims=facts,
        why=why,
        actor=actor,
        seen=seen,
        after=after,
        seen_beside=seen_beside,
        approval=approval,
    )
    _bear(note, bears, actor)
    units = {pk: asked for pk, asked in lines.items() if isinstance(asked, int)}
    returns.expect(fulfilment=locked, units=units, actor=actor, credit_note=note.number)
    tell(locked, note)
    return note


def propose_credit_note(
    *,
    fulfilment: Fulfilment,
    units: Mapping[int, int],
    why: str,
    actor: Actor,
    seen: Money,
    after: int,
    seen_beside: Money | None = None,
) -> Approval:
    """Ask a second person for a note above the limit. `units` by FulfilmentLine id.

    Side effects: Approval, history row. Raises as issue_credit_note, Claimed.
    """
    if fulfilment.state != states.RECEIVED:
        raise IllegalMove(fulfilment, fulfilment.state, "credited")
    part = part_of(fulfilment, open_bill(fulfilment), bears=bears_of(fulfilment, units))
    found = notes.shares(part, claims_of(fulfilment, units))
    if notes.differs(part, found, seen, seen_beside, after):
        raise Changed("Another credit note was issued meanwhile.")
    data = {"part": fulfilment.number, "lines": units, "why": why, "seen": seen.minor, "after": after}
    data["beside"] = found.beside.minor
    return approvals.propose_for_order(
        action=due_states.CREDIT_NOTE, order=fulfilment.order, amount=found.to_buyer, data=data, actor=actor
    )


@registry.step(due_states.CREDIT_NOTE)
def _confirmed(approval: Approval, actor: Actor) -> None:
    """A second person agreed (payments.services.approvals.confirm)."""
    data = approval.data
    issue_credit_note(
        fulfilment=Fulfilment.objects.get(number=data["part"]),
        lines={int(pk): units for pk, units in data["lines"].items()},
        why=data["why"],
        actor=actor,
        seen=Money(data["seen"], approval.currency),
        after=data["after"],
        # Proposals from before do not say it.
        seen_beside=Money(data["beside"], approval.currency) if "beside" in data else None,
        approval=approval,
    )


def settle_rejected(
    *,
    fulfilment: Fulfilment,
    lines: Quantities,
    whole: bool,
    due: Due | None,
    bears: Bears | None,
    actor: Actor,
) -> None:
    """The buyer rejects what was released at hand-over (of the `whole` part: the delivery fee goes back too).

    The caller has locked `due` and the part, and reckoned what an exporter `bears`. Side effects: those of
    credit_notes.issue, PriceDifference, mails. Raises PaymentError.
    """
    open_ = due if due and due.state == due_states.OPEN else None
    part = part_of(fulfilment, open_, delivery=fulfilment.fee if whole else None, bears=bears)
    claims = claims_of(fulfilment, {pk: units for pk, units in lines.items() if units})
    if not claims:
        return
    why = "; ".join(filter(None, fulfilment.lines.order_by("pk").values_list("reason", flat=True)))
    note = notes.issue(part=part, claims=claims, why=why, actor=actor, by_office=False)
    _bear(note, bears, actor)
    tell(fulfilment, note)


def part_of(
    fulfilment: Fulfilment, due: Due | None, delivery: Money | None = None, bears: Bears | None = None
) -> notes.Part:
    beside = bears.amount if bears else None
    return notes.Part(
        fulfilment.order, fulfilment.partner_id, fulfilment.number, due, delivery, beside=beside
    )


def bears_of(fulfilment: Fulfilment, lines: Quantities) -> Bears | None:
    """What an exporter bears of these units, beside the pesantren; of an amount alone nothing."""
    rows = _lines(fulfilment).filter(pk__in=lines)
    asked = {row: lines[row.pk] for row in rows}
    units = {row: count for row, count in asked.items() if isinstance(count, int)}
    return exporter.reckon(fulfilment, units, credited=True)


def _bear(note: CreditNote, bears: Bears | None, actor: Actor) -> None:
    exporter.book(
        bears,
        note.refund,
        key=f"claim/{note.number}",
        reason="claim",
        why=note.why,
        actor=actor,
    )


def open_bill(fulfilment: Fulfilment) -> Due | None:
    """The company's open bill, not locked, to show what a note would do."""
    return Due.objects.filter(order=fulfilment.order_id, terms_days__gt=0, state=due_states.OPEN).first()


def _open_due(fulfilment: Fulfilment) -> Due | None:
    due = tempo.locked_due(fulfilment.order)
    return due if due and due.state == due_states.OPEN else None


def claims_of(fulfilment: Fulfilment, lines: Quantities) -> list[notes.Claim]:
    """Units or amounts by FulfilmentLine id, as facts for the books. Unknown ids are left out."""
    found = []
    for line in _lines(fulfilment).filter(pk__in=lines):
        asked = lines[line.pk]
        units = 0 if isinstance(asked, Money) else asked
        amount = asked if isinstance(asked, Money) else _worth(line, asked)
        if units and not amount:
            continue  # other notes took all of it
        found.append(notes.Claim(line.line, line.worth(released_units(line)), amount, units))
    return found


def _worth(line: FulfilmentLine, units: int) -> Money:
    """Of what an exporter adds to its goods only what is left: notes for units of others took the rest."""
    if units and line.line.sold_price is None and line.line.order.sold_by_id == line.fulfilment.partner_id:
        return min(exporter.left_of(line), line.worth(units))
    return line.worth(units)


def left(fulfilment: Fulfilment) -> dict[int, int]:
    """Units that a note can still be about, by FulfilmentLine id: those whose whole price is left."""
    earlier = notes.credited(fulfilment.order, fulfilment.partner_id)
    found = {}
    for line in _lines(fulfilment):
        price, taken = line.worth(1).minor, earlier[line.line_id][1]
        found[line.pk] = max(released_units(line) - -(-taken // price), 0) if price else 0
    return found


def _lines(fulfilment: Fulfilment) -> QuerySet[FulfilmentLine]:
    lines = FulfilmentLine.objects.select_related("line__order", "fulfilment")
    return lines.filter(fulfilment=fulfilment).order_by("pk")


def tell(fulfilment: Fulfilment, note: CreditNote) -> None:
    """A mail to the buyer and to each member of the pesantren."""
    mails.to_buyer(fulfilment.order, "credit_note", note.number, note=note, fulfilment=fulfilment)
    mails.to_members(fulfilment, "credit_note_pesantren", about=note.number, note=note)
