"""What waits, in words: one row with what it is, since when, and what to do. Each kind is loaded at once for a page."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from catalogue.models import Product
from catalogue.permits import queries as permits
from catalogue.permits import states as permit_states
from catalogue.permits.models import Permit
from marketplace.common import dates
from marketplace.common.figures import grouped
from marketplace.complaints import queries as complaints
from marketplace.complaints.models import Complaint
from marketplace.conversations import queries as conversations
from marketplace.conversations.models import Thread
from marketplace.fulfilment import queries as fulfilment
from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment, Return
from marketplace.payments.models import PayoutAccount
from marketplace.pooling import queries as pooling
from marketplace.pooling.models import Share
from marketplace.programme.commitments import queries as commitment_queries
from marketplace.programme.events import queries as event_queries
from marketplace.programme.events.words import place
from marketplace.programme.models import Commitment, Exhibitor, Settlement
from marketplace.reference.working_days import today
from marketplace.sourcing import queries as sourcing
from marketplace.sourcing import states as sourcing_states
from marketplace.sourcing import supply_queries
from marketplace.sourcing.models import CallOff, Contract, Counter, Invited, Negotiation, Remark
from marketplace.workspace import inbox, parts
from marketplace.workspace.parts import Row as PartRow

MOST_LETTERS = 120  # of a message


@dataclass(frozen=True)
class Line:
    """One row: `title` says what to do with what, `button` does it at `url`; `second` is another way to answer."""

    title: str
    text: str
    url: str
    button: str
    note: str = ""
    left: str = ""
    is_late: bool = False
    second: tuple[str, str] | None = None  # address and words
    since: datetime | None = None
    seller: str = ""


def lines(user: Any, rows: Iterable[tuple[str, int, datetime, int]], sellers: dict[int, str]) -> list[Line]:
    """These rows of inbox.waiting() in their order; what went away meanwhile is left out. A few queries a kind."""
    found = [inbox.Waiting(*row) for row in rows]
    ids: dict[str, list[int]] = defaultdict(list)
    for one in found:
        ids[one.kind].append(one.pk)
    made = {kind: LOADERS[kind](user, pks) for kind, pks in ids.items()}
    return [
        _with(made[one.kind][one.pk], one.since, sellers.get(one.partner_id, ""))
        for one in found
        if one.pk in made[one.kind]
    ]


def _with(line: Line, since: datetime, seller: str) -> Line:
    return Line(**{**line.__dict__, "since": since, "seller": seller})


def _parts(user: Any, pks: list[int]) -> dict[int, Line]:
    return {part.pk: _part(part) for part in parts.of_member(user).filter(pk__in=pks)}


def _part(part: Fulfilment) -> Line:
    row = PartRow.of(part)
    url = reverse("workspace:fulfilment", args=[part.number])
    second = None
    if part.state == states.OFFERED:
        second = (reverse("workspace:decline", args=[part.number]), _("I cannot deliver"))
    elif part.state in states.MAY_FALL_SHORT:
        second = (reverse("workspace:short", args=[part.number]), _("Not everything comes"))
    button = row.job
    if part.state == states.PACKED:
        url = reverse("workspace:hand-over", args=[part.number])
    elif part.state == states.HANDED_OVER or (not part.ships and part.state == states.ACCEPTED):
        url, button = (
            reverse("workspace:delivered", args=[part.number]),
            _("It arrived") if part.ships else _("Done"),
        )
    place = part.order.shipping_address.regency if part.order.shipping_address else None
    note = " · ".join(filter(None, [part.buys, place.short if place else "", part.number]))
    return Line(f"{row.job}: {row.goods}", "", url, button, note, row.left, row.is_late, second)


def _questions(user: Any, pks: list[int]) -> dict[int, Line]:
    return {thread.pk: _question(thread) for thread in conversations.for_members(user).filter(pk__in=pks)}


def _question(thread: Thread) -> Line:
    said = [message.text for message in thread.latest]  # type: ignore[attr-defined]
    text = said[0][:MOST_LETTERS] + ("…" if len(said[0]) > MOST_LETTERS else "") if said else ""
    title = _("Answer: %(name)s") % {"name": thread.buyer_name}
    return Line(
        title, text, reverse("workspace:conversation", args=[thread.pk]), pgettext("a question", "Answer")
    )


def _complaints(user: Any, pks: list[int]) -> dict[int, Line]:
    return {one.pk: _complaint(one) for one in complaints.for_members(user).filter(pk__in=pks)}


def _complaint(one: Complaint) -> Line:
    title = _("Complaint: %(subject)s") % {"subject": one.get_subject_display()}
    text = one.text[:MOST_LETTERS] + ("…" if len(one.text) > MOST_LETTERS else "")
    url = reverse("workspace:complaint", args=[one.number])
    return Line(title, text, url, _("Say how you see it"), one.fulfilment.number if one.fulfilment else "")


def _returns(user: Any, pks: list[int]) -> dict[int, Line]:
    return {back.pk: _back(back) for back in fulfilment.returns_for_members(user).filter(pk__in=pks)}


def _back(back: Return) -> Line:
    goods = ", ".join(
        f"{one.quantity} {one.line.line.unit_here} {one.line.line.title_here}" for one in back.lines.all()
    )
    note = f"{back.fulfilment.buys} · {back.fulfilment.number}"
    url = reverse("workspace:returned", args=[back.number])
    return Line(_("Comes back: %(goods)s") % {"goods": goods}, "", url, _("Say what came back"), note)


def _permits(user: Any, pks: list[int]) -> dict[int, Line]:
    return {permit.pk: _permit(permit) for permit in permits.kept_by(user).filter(pk__in=pks)}


def _permit(permit: Permit) -> Line:
    goods = list(permit.products.all())
    note = ", ".join(product.title for product in goods[:3])
    url, name = reverse("workspace:add-permit"), permit.get_kind_display()
    if goods:
        url += f"?product={goods[0].pk}"
    if permit.state == permit_states.REFUSED:
        return Line(
            _("Not accepted: %(permit)s") % {"permit": name}, permit.why, url, _("Send it anew"), note
        )
    day = permit.expires_on
    over = permit.state == permit_states.EXPIRED or bool(day and day < today())
    title = _("Ended: %(permit)s") if over else _("Ends soon: %(permit)s")
    left = _("valid until %(day)s") % {"day": dates.day(day)} if day else ""
    return Line(title % {"permit": name}, "", url, _("Send the new one"), note, left, over)


def _listings(user: Any, pks: list[int]) -> dict[int, Line]:
    found = Product.objects.filter(pk__in=pks)
    return {product.pk: _listing(product) for product in found}


def _listing(product: Product) -> Line:
    title = _("Stopped: %(product)s") % {"product": product.title}
    if product.claims_open:  # a permit may prove the words, the page says which they are
        text = _("Buyers do not see it: the office has not confirmed some of its words.")
        return Line(title, text, reverse("workspace:listing", args=[product.pk]), _("Look at the product"))
    text = _("Buyers do not see it. What is missing: %(what)s") % {"what": product.stopped_why or "–"}
    address = f"{reverse('workspace:add-permit')}?product={product.pk}"
    look = (reverse("workspace:listing", args=[product.pk]), _("Look at the product"))
    return Line(title, text, address, _("Add the permit"), second=look)


def _accounts(user: Any, pks: list[int]) -> dict[int, Line]:
    found = PayoutAccount.objects.filter(pk__in=pks).select_related("partner", "proposed_by")
    return {account.pk: _account(account) for account in found}


def _account(account: PayoutAccount) -> Line:
    facts = {"bank": account.bank, "digits": account.number[-4:], "holder": account.holder}
    return Line(
        _("A new bank account was named"),
        _("%(bank)s, ends in %(digits)s, %(holder)s. Is it yours? If not, take it back.") % facts,
        reverse("workspace:bank-account", args=[account.partner.code]),
        _("Look at it"),
        _("Named by %(name)s") % {"name": account.proposed_by},
    )


def _requests(user: Any, pks: list[int]) -> dict[int, Line]:
    return {one.pk: _request(one) for one in sourcing.told(user).filter(pk__in=pks)}


def _request(told: Invited) -> Line:
    line, demand = told.line, told.demand
    facts = {"quantity": grouped(line.quantity), "unit": line.unit.name, "name": line.name}
    title = _("Asked for: %(quantity)s %(unit)s %(name)s") % facts
    button = _("See it and quote") if told.is_ready else _("See what is missing")
    url = reverse("workspace:request", args=[demand.number])
    return Line(title, "", url, button, demand.number, _until(demand.answers_until))


def _until(moment: datetime | None) -> str:
    return _("answer by %(when)s") % {"when": dates.moment(moment)} if moment else ""


def _counters(user: Any, pks: list[int]) -> dict[int, Line]:
    found = Counter.objects.filter(pk__in=pks).select_related("quote__negotiation__demand")
    return {one.pk: _counter(one) for one in found}


def _counter(one: Counter) -> Line:
    url = reverse("workspace:talk", args=[one.quote.negotiation_id])
    demand = one.quote.negotiation.demand
    title = _("Counter-offer to %(number)s") % {"number": one.quote.number}
    return Line(title, _short(one.note), url, _("Look at it"), "", _until(demand.answers_until))


def _remarks(user: Any, pks: list[int]) -> dict[int, Line]:
    found = sourcing.talks_of(user).filter(pk__in=pks).prefetch_related("remarks")
    return {talk.pk: _remark(talk) for talk in found}


def _remark(talk: Negotiation) -> Line:
    asked = [one.text for one in talk.remarks.all() if one.side == Remark.BUYER]
    title = _("Question about %(number)s") % {"number": talk.demand.number}
    url = f"{reverse('workspace:talk', args=[talk.pk])}#thread"
    return Line(title, _short(asked[-1] if asked else ""), url, pgettext("a question", "Answer"))


def _supply(user: Any, pks: list[int]) -> dict[int, Line]:
    found = supply_queries.supply_to_answer(user).filter(pk__in=pks)
    return {talk.pk: _supplied(talk) for talk in found}


def _supplied(talk: Negotiation) -> Line:
    title = _("Pesantren wrote about their supply for %(number)s") % {"number": talk.demand.number}
    url = f"{reverse('workspace:offer', args=[talk.demand.number])}?as={talk.partner.code}#supply"
    return Line(title, "", url, _("Read and answer"))


def _short(text: str) -> str:
    return text[:MOST_LETTERS] + ("…" if len(text) > MOST_LETTERS else "")


def _shares(user: Any, pks: list[int]) -> dict[int, Line]:
    return {one.pk: _share(one) for one in pooling.shares_of(user).filter(pk__in=pks)}


def _share(one: Share) -> Line:
    facts = {"quantity": grouped(one.quantity), "unit": one.pool.unit, "name": one.pool.label}
    title = _("Your part: %(quantity)s %(unit)s %(name)s") % facts
    url = reverse("workspace:share", args=[one.pk])
    return Line(title, "", url, _("Confirm or decline"), str(one.goods), _until(one.confirm_by))


def _contracts(user: Any, pks: list[int]) -> dict[int, Line]:
    return {one.pk: _contract(one) for one in sourcing.contracts_of_sellers(user).filter(pk__in=pks)}


def _contract(one: Contract) -> Line:
    url = reverse("workspace:contract", args=[one.number])
    if one.state != sourcing_states.DRAFTED:
        title = _("Sign the amendment of contract %(number)s") % {"number": one.number}
        return Line(title, _("It holds once both have signed it."), url, _("Look at it"), one.company.name)
    title = _("Sign the contract %(number)s") % {"number": one.number}
    return Line(
        title, _("Write the terms down, read the paper, sign it."), url, _("Look at it"), one.company.name
    )


def _call_offs(user: Any, pks: list[int]) -> dict[int, Line]:
    found = sourcing.call_offs_of_sellers(user).filter(pk__in=pks)
    return {one.pk: _call_off(one) for one in found.prefetch_related("lines__contract_line__unit")}


def _call_off(one: CallOff) -> Line:
    goods = [
        f"{grouped(row.quantity)} {row.contract_line.unit} {row.contract_line.name}"
        for row in one.lines.all()
    ]
    title = _("Delivery asked for: %(goods)s") % {"goods": ", ".join(goods)}
    confirmed = one.state == sourcing_states.CONFIRMED
    text = (
        _("All shares are confirmed: make the order.")
        if confirmed
        else _("Ask the pesantren for their parts.")
    )
    left = _("leaves from %(day)s on") % {"day": dates.day(one.first)}
    url = reverse("workspace:call-off", args=[one.pk])
    return Line(title, text, url, _("Look at it"), f"{one.contract.company.name} · {one}", left)


def _promises(user: Any, pks: list[int]) -> dict[int, Line]:
    return {one.pk: _promise(one) for one in commitment_queries.of_pesantren(user).filter(pk__in=pks)}


def _promise(one: Commitment) -> Line:
    facts = {"buyer": one.guest.name, "what": one.what}
    title = _("Is it so? Promised to %(buyer)s: %(what)s") % facts
    url = reverse("workspace:commitment", args=[one.number])
    return Line(title, str(one.amount), url, _("Read and answer"), f"{one.event.name} · {one.number}")


def _settled(user: Any, pks: list[int]) -> dict[int, Line]:
    found = commitment_queries.paid_elsewhere(user).filter(pk__in=pks)
    return {one.pk: _paid(one) for one in found.select_related("commitment__guest", "commitment__event")}


def _paid(one: Settlement) -> Line:
    promise = one.commitment
    title = _("Did %(buyer)s pay %(amount)s?") % {"buyer": promise.guest.name, "amount": one.money}
    text = _("It was reported with a paper. It counts once you have said so, too.")
    url = reverse("workspace:commitment", args=[promise.number])
    return Line(title, text, url, _("Read and answer"), f"{promise.event.name} · {promise.number}")


def _invited(user: Any, pks: list[int]) -> dict[int, Line]:
    return {one.pk: _invitation(one) for one in event_queries.to_answer(user).filter(pk__in=pks)}


def _invitation(one: Exhibitor) -> Line:
    event = one.event
    title = _("Do you come? %(event)s") % {"event": event.name}
    note = " · ".join(filter(None, [dates.day(event.starts_on) if event.starts_on else "", place(event)]))
    return Line(title, "", reverse("workspace:event", args=[one.pk]), pgettext("a question", "Answer"), note)


LOADERS: dict[str, Callable[[Any, list[int]], dict[int, Line]]] = {
    inbox.PART: _parts,
    inbox.QUESTION: _questions,
    inbox.COMPLAINT: _complaints,
    inbox.BACK: _returns,
    inbox.PERMIT: _permits,
    inbox.REFUSED: _permits,
    inbox.LISTING: _listings,
    inbox.ACCOUNT: _accounts,
    inbox.REQUEST: _requests,
    inbox.COUNTER: _counters,
    inbox.REMARK: _remarks,
    inbox.SUPPLY: _supply,
    inbox.SHARE: _shares,
    inbox.CONTRACT: _contracts,
    inbox.CALL_OFF: _call_offs,
    inbox.PROMISE: _promises,
    inbox.SETTLED: _settled,
    inbox.INVITED: _invited,
}
