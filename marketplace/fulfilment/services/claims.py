"""Claims after the money was released, settled by credit note: by the office, or by the buyer's own signature."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import mails, states
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.fulfilment.services import tempo
from marketplace.fulfilment.services.release import released_units
from marketplace.ledger.money import Money
from marketplace.payments import registry
from marketplace.payments import states as due_states
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
    approval: Approval | None = None,
) -> CreditNote:
    """The office settles a claim. `lines` maps FulfilmentLine ids to units, or to an amount.

    `seen`: what the office was shown the pesantren bears, `after` how many earlier notes. Side effects: those of
    credit_notes.issue, mails to both. Raises IllegalMove before the buyer signed, PaymentError and its kinds.
    """
    due = _open_due(fulfilment)
    locked = Fulfilment.objects.select_for_update(of=("self",), no_key=True).get(pk=fulfilment.pk)
    if locked.state != states.RECEIVED:
        raise IllegalMove(locked, locked.state, "credited")
    part = part_of(locked, due)
    facts = claims_of(locked, lines)
    note = notes.issue(
        part=part, claims=facts, why=why, actor=actor, seen=seen, after=after, approval=approval
    )
    tell(locked, note)
    return note


def propose_credit_note(
    *, fulfilment: Fulfilment, units: Mapping[int, int], why: str, actor: Actor, seen: Money, after: int
) -> Approval:
    """Ask a second person for a note above the limit. `units` by FulfilmentLine id.

    Side effects: Approval, history row. Raises as issue_credit_note, Claimed.
    """
    if fulfilment.state != states.RECEIVED:
        raise IllegalMove(fulfilment, fulfilment.state, "credited")
    part = part_of(fulfilment, open_bill(fulfilment))
    found = notes.shares(part, claims_of(fulfilment, units))
    if found.pesantren != seen or notes.count(part) != after:
        raise Changed("Another credit note was issued meanwhile.")
    data = {"part": fulfilment.number, "lines": units, "why": why, "seen": seen.minor, "after": after}
    return approvals.propose_for_order(
        action=due_states.CREDIT_NOTE, order=fulfilment.order, amount=found.amount, data=data, actor=actor
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
        approval=approval,
    )


def settle_rejected(
    *, fulfilment: Fulfilment, lines: Quantities, whole: bool, due: Due | None, actor: Actor
) -> None:
    """The buyer rejects what was released at hand-over (of the `whole` part: the delivery fee goes back too).

    The caller has locked `due` and the part. Side effects: those of credit_notes.issue, mails. Raises PaymentError.
    """
    open_ = due if due and due.state == due_states.OPEN else None
    part = part_of(fulfilment, open_, delivery=fulfilment.fee if whole else None)
    claims = claims_of(fulfilment, {pk: units for pk, units in lines.items() if units})
    if not claims:
        return
    why = "; ".join(filter(None, fulfilment.lines.order_by("pk").values_list("reason", flat=True)))
    tell(fulfilment, notes.issue(part=part, claims=claims, why=why, actor=actor, by_office=False))


def part_of(fulfilment: Fulfilment, due: Due | None, delivery: Money | None = None) -> notes.Part:
    return notes.Part(fulfilment.order, fulfilment.partner_id, fulfilment.number, due, delivery)


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
        amount = asked if isinstance(asked, Money) else line.unit_price * asked
        found.append(notes.Claim(line.line, line.unit_price * released_units(line), amount, units))
    return found


def left(fulfilment: Fulfilment) -> dict[int, int]:
    """Units that a note can still be about, by FulfilmentLine id: those whose whole price is left."""
    earlier = notes.credited(fulfilment.order, fulfilment.partner_id)
    found = {}
    for line in _lines(fulfilment):
        price, taken = line.unit_price.minor, earlier[line.line_id][1]
        found[line.pk] = max(released_units(line) - -(-taken // price), 0) if price else 0
    return found


def _lines(fulfilment: Fulfilment) -> QuerySet[FulfilmentLine]:
    lines = FulfilmentLine.objects.select_related("line__order", "fulfilment")
    return lines.filter(fulfilment=fulfilment).order_by("pk")


def tell(fulfilment: Fulfilment, note: CreditNote) -> None:
    """A mail to the buyer and to each member of the pesantren."""
    mails.to_buyer(fulfilment.order, "credit_note", note.number, note=note, fulfilment=fulfilment)
    mails.to_members(fulfilment, "credit_note_pesantren", about=note.number, note=note)
