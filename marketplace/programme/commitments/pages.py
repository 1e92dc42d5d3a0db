"""One promise as one of its two sides reads and answers it: by its link, in the workspace, in the buyer's account."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.ledger.money import Money
from marketplace.programme import states
from marketplace.programme.commitments import queries as commitment_queries
from marketplace.programme.commitments.forms import ReasonForm, SettlementForm
from marketplace.programme.commitments.stages import stage_of
from marketplace.programme.models import Commitment
from marketplace.programme.services import commitments, links, settlements
from marketplace.programme.services.commitments import CommitmentError
from marketplace.programme.services.links import LinkError
from marketplace.programme.services.settlements import SettlementError
from marketplace.programme.states import BUYER, SELLER

TONES = {states.CONFIRMED: "good", states.RECORDED: "warn", states.DISPUTED: "bad", states.CLOSED: "plain"}


def typed(data: Mapping[str, Any], name: str) -> str:
    """What an address or a hidden field holds, fit for the database: it takes no NUL."""
    return str(data.get(name, "")).replace("\0", "")


def actor_of(request: HttpRequest, commitment: Commitment, side: str) -> Actor:
    """The signed-in person, else whoever has the link of this side."""
    if request.user.is_authenticated:
        return Actor.of(request.user)
    name = commitment.exhibitor.partner.name if side == SELLER else commitment.guest.name
    return Actor(id=None, name=f"{name} ({side})"[:150])


def forms_of(request: HttpRequest, commitment: Commitment, do: str) -> dict[str, Any]:
    def data(name: str) -> Any:
        return request.POST if do == name else None

    files = request.FILES if do == "settle" else None
    return {
        "different": ReasonForm(data("different"), prefix="different"),
        "no": ReasonForm(data("no"), prefix="no"),
        "settle": SettlementForm(data("settle"), files, commitment=commitment, prefix="settle"),
    }


def act(request: HttpRequest, commitment: Commitment, side: str, forms: dict[str, Any]) -> bool:
    """Do what the sent form says (`do`); false where its form comes back with a reason."""
    do = request.POST.get("do", "")
    work = _ACTS.get(do)
    if work is None:
        return True
    form = forms.get(do)
    if form is not None and not form.is_valid():
        return False
    return work(request, commitment, side, form)


def context(request: HttpRequest, commitment: Commitment, side: str, forms: dict[str, Any]) -> dict[str, Any]:
    """What the page shows. A pesantren that sells to an exporter does not read what the buyer pays."""
    progress = stage_of(commitment)
    said = commitment.seller_said_at if side == SELLER else commitment.buyer_said_at
    other = commitment.buyer_said_at if side == SELLER else commitment.seller_said_at
    return {
        "one": commitment,
        "side": side,
        "tone": TONES[commitment.state],
        "said": said,
        "other_said": other,
        "seen": commitments.version(commitment),
        "asks": commitment.state == states.RECORDED and not said,
        "may_differ": commitment.state == states.RECORDED,
        "may_settle": commitment.state == states.CONFIRMED,
        "steps": progress.steps,
        "realised": Money(progress.realised) if _may_read_realised(commitment, side) else None,
        "settlements": [
            (row, not getattr(row, f"{side}_said_at") and not row.refused_why)
            for row in commitment.settlements.all()
        ],
        "forms": forms,
        "form": forms.get(request.POST.get("do", "")),
        "answered": request.POST.get("settlement", ""),
    }


def _may_read_realised(commitment: Commitment, side: str) -> bool:
    if side == BUYER:
        return True
    partner = commitment.exhibitor.partner_id
    of_others = Q(order__sold_by__isnull=False) & ~Q(order__sold_by=partner)
    return not commitment.links.filter(
        of_others | (Q(contract__isnull=False) & ~Q(contract__seller=partner))
    ).exists()


def suggestions(commitment: Commitment, side: str) -> dict[str, list[Any]]:
    """What this side may link with one press: the pesantren only what it sold itself, and no demands."""
    if side == BUYER:
        return links.suggestions(commitment, by_buyer=True)
    found = links.suggestions(commitment)
    partner = commitment.exhibitor.partner_id
    return {
        "demands": [],
        "contracts": [row for row in found["contracts"] if row.seller_id == partner],
        "orders": [row for row in found["orders"] if row.sold_by_id in (None, partner)],
    }


def _confirm(request: HttpRequest, commitment: Commitment, side: str, form: Any) -> bool:
    try:
        commitments.confirm(
            commitment=commitment,
            side=side,
            seen=request.POST.get("seen", ""),
            actor=actor_of(request, commitment, side),
        )
        messages.success(request, _("Thank you. You have confirmed it."))
    except CommitmentError as error:
        texts = {
            "changed": _("It was corrected meanwhile. Please read it again before you confirm."),
            "closed": _("It cannot be confirmed now: one side says it is different, or it is closed."),
        }
        messages.warning(request, texts[error.code])
    return True


def _different(request: HttpRequest, commitment: Commitment, side: str, form: Any) -> bool:
    try:
        commitments.dispute(
            commitment=commitment,
            side=side,
            why=form.cleaned_data["why"],
            actor=actor_of(request, commitment, side),
        )
        messages.success(request, _("Thank you. The office corrects it and asks you again."))
    except CommitmentError:
        messages.warning(request, _("Both sides confirmed it, or it is closed. Please call the office."))
    return True


def _settle(request: HttpRequest, commitment: Commitment, side: str, form: Any) -> bool:
    data = form.cleaned_data
    try:
        made = settlements.report(
            commitment=commitment,
            by=side,
            rupiah=data["rupiah"],
            settled_on=data["settled_on"],
            file=data["file"],
            actor=actor_of(request, commitment, side),
        )
    except SettlementError:
        form.add_error(None, _("Only what both sides confirmed can be reported as settled."))
        return False
    agreed = _("The other side had reported the same: it counts as reported now.")
    messages.success(request, agreed if made.counts else _("Kept. The other side is asked to confirm it."))
    return True


def _answer(request: HttpRequest, commitment: Commitment, side: str, form: Any) -> bool:
    """`do` "yes" or "no" (with a reason) about one settlement of this promise."""
    waiting = commitment_queries.settlements_to_answer(commitment, side)
    row = waiting.filter(token=typed(request.POST, "settlement")).first()
    if row is None:
        messages.info(request, _("Nothing was changed: it was answered already."))
        return True
    why = form.cleaned_data["why"] if form else ""
    try:
        actor = actor_of(request, commitment, side)
        settlements.answer(settlement=row, side=side, is_so=form is None, why=why, actor=actor)
        messages.success(request, _("Thank you. Your answer is kept."))
    except SettlementError:
        messages.info(request, _("Nothing was changed: it was answered already."))
    return True


def _link(request: HttpRequest, commitment: Commitment, side: str, form: Any) -> bool:
    """One press on a suggestion; only for who is signed in as this side."""
    kind, _dash, pk = request.POST.get("what", "").partition("-")
    offered = (
        suggestions(commitment, side).get(f"{kind}s", []) if _is_of(request.user, commitment, side) else []
    )
    row = next((one for one in offered if str(one.pk) == pk), None)
    if row is None:
        messages.info(request, _("Nothing was changed: this cannot be linked any more."))
        return True
    try:
        actor = actor_of(request, commitment, side)
        links.link(commitment=commitment, actor=actor, by_buyer=side == BUYER, **{kind: row})
        messages.success(request, _("Linked."))
    except LinkError:
        messages.info(request, _("Nothing was changed: this cannot be linked any more."))
    return True


def _is_of(user: Any, commitment: Commitment, side: str) -> bool:
    """Works for this side; to hold its link is not enough."""
    if not user.is_authenticated:
        return False
    mine = commitment_queries.of_pesantren(user) if side == SELLER else commitment_queries.of_buyer(user)
    return mine.filter(pk=commitment.pk).exists()


_ACTS: dict[str, Callable[[HttpRequest, Commitment, str, Any], bool]] = {
    "confirm": _confirm,
    "different": _different,
    "settle": _settle,
    "yes": _answer,
    "no": _answer,
    "link": _link,
}
