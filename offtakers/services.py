"""A company is registered, proven, verified, suspended; who buys for it; on which terms."""

from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.ledger.money import Money
from offtakers import signals, states
from offtakers.models import TEMPO_DAYS, Company, CompanyMember, Invitation, TermsChange

FACTS = ("name", "kind", "country", "npwp", "nib", "address", "regency", "phone", "email")


class CompanyError(Exception):
    """A step that is refused. `code` says why: "one_company", "no_proof", "fixed", "last_admin", "terms", "own",
    "gone"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def register(*, user: Any, facts: dict[str, Any], proof: Any = None, actor: Actor) -> Company:
    """Write a company down as a draft; who does it becomes its admin. `facts` holds FACTS.

    Side effects: Company, CompanyMember, private file, history row. Raises CompanyError("one_company").
    """
    try:
        with transaction.atomic():
            company = Company.objects.create(**{name: facts[name] for name in FACTS})
            CompanyMember.objects.create(company=company, user=user, role=CompanyMember.Role.ADMIN)
            machine.record(company, "", states.DRAFT, actor=actor)
            _keep_proof(company, proof)
            return company
    except IntegrityError as error:  # one person, one company: the database decides a race
        raise CompanyError("one_company") from error


@transaction.atomic
def correct(*, company: Company, facts: dict[str, Any], proof: Any = None) -> Company:
    """Other facts, or another proof, before the office has looked.

    Side effects: Company, private file (the earlier one goes). Raises CompanyError("fixed") once it was sent.
    """
    locked = Company.objects.select_for_update(of=("self",), no_key=True).get(pk=company.pk)
    if not locked.is_editable:
        raise CompanyError("fixed")
    for name in FACTS:
        setattr(locked, name, facts[name])
    locked.save(update_fields=FACTS)
    _keep_proof(locked, proof)
    return locked


def _keep_proof(company: Company, proof: Any) -> None:
    """Stored under a name nobody can guess; what it is was read from its content (marketplace.common.proofs)."""
    if not proof:
        return
    old, storage = company.proof.name, company.proof.storage
    company.proof.save(f"{uuid4().hex}.{proof.kind}", proof, save=True)
    if old:
        transaction.on_commit(lambda: storage.delete(old))


@transaction.atomic
def submit(*, company: Company, actor: Actor) -> None:
    """Ask the office to verify. Side effects: history row. Raises CompanyError("no_proof"), IllegalMove."""
    if not company.proof:
        raise CompanyError("no_proof")
    states.COMPANY.move(company, states.SUBMITTED, actor=actor, submitted_at=timezone.now())


def verify(*, company: Company, actor: Actor, why: str = "") -> None:
    """The office believes the proof, or lifts a suspension. Side effects: as _decide(). Raises CompanyError("own")."""
    _not_own(company, actor)
    _decide(company, states.VERIFIED, actor, why)


def _not_own(company: Company, actor: Actor) -> None:
    """Nobody of the office decides in favour of the company they buy for: a colleague does."""
    if actor.id is not None and company.members.filter(user_id=actor.id).exists():
        raise CompanyError("own")


def refuse(*, company: Company, actor: Actor, why: str) -> None:
    """The proof does not convince; the company reads why and may mend it. Side effects: as _decide()."""
    _decide(company, states.REFUSED, actor, why)


def suspend(*, company: Company, actor: Actor, why: str) -> None:
    """No new order on tempo until it is verified again; what is owed stays owed. Side effects: as _decide()."""
    _decide(company, states.SUSPENDED, actor, why)


@transaction.atomic
def _decide(company: Company, to: str, actor: Actor, why: str) -> None:
    """Side effects: history row, signal (a mail to the members). Raises IllegalMove."""
    states.COMPANY.move(company, to, actor=actor, why=why)
    signals.decided.send(Company, company=company, why=why)


@transaction.atomic
def set_terms(*, company: Company, tempo_days: int, credit_limit: Money, actor: Actor, why: str) -> None:
    """How many days after delivery the company pays, and how much it may owe at any one time.

    Running orders keep the terms they were placed on. A company abroad buys on tempo by contract only.
    Side effects: Company, one TermsChange, signal (a mail). Raises CompanyError("terms"), CompanyError("own").
    """
    _not_own(company, actor)
    locked = Company.objects.select_for_update(of=("self",), no_key=True).get(pk=company.pk)
    domestic = locked.kind == Company.Kind.DOMESTIC
    if tempo_days not in TEMPO_DAYS or credit_limit.minor < 0 or (tempo_days and not domestic):
        raise CompanyError("terms")
    company.tempo_days = locked.tempo_days = tempo_days
    company.credit_limit = locked.credit_limit = credit_limit.minor
    locked.save(update_fields=["tempo_days", "credit_limit"])
    TermsChange.objects.create(
        company=locked,
        tempo_days=tempo_days,
        credit_limit=credit_limit.minor,
        actor_name=actor.name,
        why=why[:500],
    )
    signals.terms_set.send(Company, company=company, why=why)


@transaction.atomic
def invite(*, company: Company, email: str, role: str, language: str) -> Invitation:
    """Ask somebody to buy for this company. Whether the address is known here is told to nobody.

    Side effects: Invitation, signal (a mail with the link). The same address again: the first one, no mail.
    """
    Company.objects.select_for_update(of=("self",), no_key=True).get(pk=company.pk)
    if found := Invitation.objects.filter(company=company, email__iexact=email).first():
        return found
    invitation = Invitation.objects.create(company=company, email=email.lower(), role=role)
    signals.invited.send(Invitation, invitation=invitation, language=language)
    return invitation


@transaction.atomic
def join(*, invitation: Invitation, user: Any) -> CompanyMember:
    """The invited person says yes. Side effects: CompanyMember; the invitation goes.

    Raises CompanyError("one_company") for a person who buys for another company already, "gone" if the
    invitation was taken back meanwhile.
    """
    if not Invitation.objects.select_for_update().filter(pk=invitation.pk).exists():
        raise CompanyError("gone")
    try:
        with transaction.atomic():
            member = CompanyMember.objects.create(company=invitation.company, user=user, role=invitation.role)
    except IntegrityError as error:
        raise CompanyError("one_company") from error
    invitation.delete()
    return member


@transaction.atomic
def remove_member(*, member: CompanyMember) -> None:
    """This person buys for the company no longer. Raises CompanyError("last_admin")."""
    Company.objects.select_for_update(of=("self",), no_key=True).get(pk=member.company_id)
    admins = CompanyMember.objects.filter(company=member.company_id, role=CompanyMember.Role.ADMIN)
    if not admins.exclude(pk=member.pk).exists():
        raise CompanyError("last_admin")
    member.delete()
