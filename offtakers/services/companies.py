"""A company's facts and proof, the office's decisions on them, and the terms the office gives."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import SYSTEM, Actor
from marketplace.ledger.money import Money
from marketplace.reference import working_days
from offtakers import signals, states
from offtakers.models import TEMPO_DAYS, Company, CompanyMember, Role, TermsChange
from offtakers.models.companies import INDONESIA

FACTS = (
    "name",
    "country",
    "npwp",
    "nib",
    "trade_licence",
    "tax_kind",
    "tax_number",
    "address",
    "regency",
    "phone",
    "email",
)
LONGEST = timedelta(days=3 * 366)  # the office's word is looked at again after three years at most


class CompanyError(Exception):
    """A step that is refused. `code` says why: "no_proof", "facts" (some are missing), "fixed", "terms", "own",
    "until" (the last day), "gone", "member", "last_owner", "last_approver", "roles", "many", "currency", "owner"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def locked(company: Company) -> Company:
    """The company's row, locked before anything else of it (fulfilment/LOCKS.md), as it is now."""
    return Company.objects.select_for_update(of=("self",), no_key=True).get(pk=company.pk)


def note(company: Company, what: str, *, actor: Actor, why: str = "") -> None:
    """One history row of something that is no move."""
    machine.record(company, company.state, what, actor=actor, why=why)


def register(
    *,
    user: Any,
    facts: dict[str, Any],
    proof: Any = None,
    currency: str = "IDR",
    key: UUID | None = None,
    actor: Actor,
) -> Company:
    """Write a company down as a draft; who does it is its owner and buys for it. `facts` holds FACTS.

    The same `key` of the same person again is the same company. Side effects: Company, CompanyMember, private
    file, history row. Raises CompanyError("gone") for a key of another person's company.
    """
    key = key or uuid4()
    try:
        with transaction.atomic():
            company = Company.objects.create(
                **{name: facts[name] for name in FACTS}, kind=_kind(facts), currency=currency, key=key
            )
            CompanyMember.objects.create(company=company, user=user, roles=[Role.OWNER, Role.BUYER])
            machine.record(company, "", states.DRAFT, actor=actor)
            _keep_proof(company, proof)
            return company
    except IntegrityError as error:  # pressed twice: the database decides a race
        if found := Company.objects.filter(key=key, members__user=user).first():
            return found
        raise CompanyError("gone") from error


def _kind(facts: dict[str, Any]) -> str:
    return Company.Kind.DOMESTIC if facts["country"] == INDONESIA else Company.Kind.OVERSEAS


@transaction.atomic
def correct(*, company: Company, facts: dict[str, Any], proof: Any = None, actor: Actor) -> Company:
    """Other facts, or another proof, before the office has looked or after its word has ended.

    Side effects: Company, private file (the earlier one goes), history row. Raises CompanyError("fixed") once it
    was sent.
    """
    found = locked(company)
    if not found.is_editable:
        raise CompanyError("fixed")
    changed = [name for name in FACTS if getattr(found, name) != facts[name]]
    for name in FACTS:
        setattr(found, name, facts[name])
    found.kind = _kind(facts)
    found.save(update_fields=[*FACTS, "kind"])
    _keep_proof(found, proof)
    if changed or proof:
        note(found, states.CORRECTED, actor=actor, why=", ".join([*changed, *(["proof"] if proof else [])]))
    return found


def _keep_proof(company: Company, proof: Any, field: str = "proof") -> None:
    """Stored under a name nobody can guess; what it is was read from its content (marketplace.common.proofs)."""
    if not proof:
        return
    file = getattr(company, field)
    old, storage = file.name, file.storage
    file.save(f"{uuid4().hex}.{proof.kind}", proof, save=True)
    if old:
        transaction.on_commit(lambda: storage.delete(old))


@transaction.atomic
def submit(*, company: Company, actor: Actor) -> None:
    """Ask the office to verify. Side effects: history row. Raises CompanyError "no_proof" or "facts", IllegalMove."""
    if not company.proof:
        raise CompanyError("no_proof")
    if company.missing():
        raise CompanyError("facts")
    states.COMPANY.move(company, states.SUBMITTED, actor=actor, submitted_at=timezone.now())


@transaction.atomic
def renew(*, company: Company, proof: Any, actor: Actor) -> None:
    """A newer proof while the office's word still holds: it holds on until the office has looked.

    Side effects: private file (an earlier one that waits goes), history row. Raises CompanyError("fixed").
    """
    found = locked(company)
    if found.state != states.VERIFIED:
        raise CompanyError("fixed")
    _keep_proof(found, proof, "renewal")
    Company.objects.filter(pk=found.pk).update(submitted_at=timezone.now())
    note(found, states.RENEWAL, actor=actor)


def verify(*, company: Company, until: date, actor: Actor, why: str = "") -> None:
    """The office believes the proof, up to and including the day `until`.

    Side effects: as _decide(). Raises CompanyError "own" or "until", IllegalMove.
    """
    _not_own(company, actor)
    _check_until(until)
    _decide(company, states.VERIFIED, actor, why, before=states.SUBMITTED, verified_until=until)


def _check_until(until: date) -> None:
    today = working_days.today()
    if not today < until <= today + LONGEST:
        raise CompanyError("until")


@transaction.atomic
def prolong(*, company: Company, until: date, actor: Actor) -> None:
    """The newer proof takes the place of the earlier one, and the office's word holds until then.

    Side effects: Company, history row, signal (a mail); the earlier proof's file goes. Raises CompanyError "own",
    "until", or "no_proof" where none waits any more.
    """
    _not_own(company, actor)
    _check_until(until)
    found = locked(company)
    if not found.renewal or found.state != states.VERIFIED:
        raise CompanyError("no_proof")
    old, storage = found.proof.name, found.proof.storage
    company.proof, company.renewal, company.verified_until = found.renewal.name, "", until
    company.state = found.state
    company.save(update_fields=["proof", "renewal", "verified_until"])
    note(found, states.VERIFIED, actor=actor, why=until.isoformat())
    signals.decided.send(Company, company=company, why="")
    if old:
        transaction.on_commit(lambda: storage.delete(old))


@transaction.atomic
def refuse_renewal(*, company: Company, actor: Actor, why: str) -> None:
    """The newer proof does not convince; the present word holds until its last day.

    Side effects: history row, signal (a mail), the file goes. Raises CompanyError("no_proof").
    """
    found = locked(company)
    if not found.renewal:
        raise CompanyError("no_proof")
    old, storage = found.renewal.name or "", found.renewal.storage
    Company.objects.filter(pk=found.pk).update(renewal="")
    note(found, states.RENEWAL_REFUSED, actor=actor, why=why)
    transaction.on_commit(lambda: storage.delete(old))
    signals.renewal_refused.send(Company, company=found, why=why)


def _not_own(company: Company, actor: Actor) -> None:
    """Nobody of the office decides in favour of the company they buy for: a colleague does."""
    if actor.id is not None and company.members.filter(user_id=actor.id).exists():
        raise CompanyError("own")


def refuse(*, company: Company, actor: Actor, why: str) -> None:
    """The proof does not convince; the company reads why and may mend it. Side effects: as _decide()."""
    _decide(company, states.REFUSED, actor, why)


def suspend(*, company: Company, actor: Actor, why: str) -> None:
    """No new order on tempo, and not verified, until it is lifted; what is owed stays owed, nothing is deleted.

    Side effects: as _decide().
    """
    _decide(company, states.SUSPENDED, actor, why)


@transaction.atomic
def lift(*, company: Company, actor: Actor) -> None:
    """The suspension ends: verified again, or the verification has ended meanwhile.

    Side effects: as _decide(). Raises CompanyError("own"), IllegalMove.
    """
    _not_own(company, actor)
    found = locked(company)
    over = found.verified_until is not None and found.verified_until < working_days.today()
    _decide(company, states.EXPIRED if over else states.VERIFIED, actor, "", before=states.SUSPENDED)
    if over:
        send_renewal_on(found)


def send_renewal_on(company: Company) -> None:
    """The verification ended while a newer proof waits: it stands in the office's queue as if sent again.

    Inside the caller's transaction. Side effects: Company, history row, the earlier proof's file goes.
    """
    if not company.renewal:
        return
    old, storage = company.proof.name, company.proof.storage
    newer = company.renewal.name
    states.COMPANY.move(company, states.SUBMITTED, actor=SYSTEM, proof=newer, renewal="")
    if old:
        transaction.on_commit(lambda: storage.delete(old))


@transaction.atomic
def _decide(company: Company, to: str, actor: Actor, why: str, *, before: str = "", **changes: Any) -> None:
    """Side effects: Company, history row, signal (a mail to the members). Raises IllegalMove.

    `before`: the only state this decision is about; another may lead to the same state by another decision.
    """
    found = locked(company)
    if before and found.state != before:
        raise machine.IllegalMove(company, found.state, to)
    states.COMPANY.move(company, to, actor=actor, why=why, **changes)
    signals.decided.send(Company, company=company, why=why)


@transaction.atomic
def set_terms(*, company: Company, tempo_days: int, credit_limit: Money, actor: Actor, why: str) -> None:
    """How many days after delivery the company pays, and how much it may owe at any one time.

    Running orders keep the terms they were placed on. A company abroad buys on tempo by contract only.
    Side effects: Company, one TermsChange, signal (a mail). Raises CompanyError("terms"), CompanyError("own").
    """
    _not_own(company, actor)
    found = locked(company)
    domestic = found.kind == Company.Kind.DOMESTIC
    if tempo_days not in TEMPO_DAYS or credit_limit.minor < 0 or (tempo_days and not domestic):
        raise CompanyError("terms")
    company.tempo_days = found.tempo_days = tempo_days
    company.credit_limit = found.credit_limit = credit_limit.minor
    found.save(update_fields=["tempo_days", "credit_limit"])
    TermsChange.objects.create(
        company=found,
        tempo_days=tempo_days,
        credit_limit=credit_limit.minor,
        actor_name=actor.name,
        why=why[:500],
    )
    signals.terms_set.send(Company, company=company, why=why)
