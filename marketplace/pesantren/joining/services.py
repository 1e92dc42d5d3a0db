"""Joining: apply, answer what is asked, and the office's decision. Every step leaves a history row."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.states import record
from marketplace.pesantren.joining import mails, queries, states
from marketplace.pesantren.joining.models import Answer, Application, Requirement
from marketplace.pesantren.models import Member, Partner
from marketplace.reference.queries import PROGRAMME

LONGEST_CODE = 40


class JoiningError(Exception):
    """A step that is refused. `code`: "known" (the NSPP sells or asks already), "open" (this person asks already),
    "unfit" (a requirement is open), "own" (the own application), "taken" (somebody works for that pesantren),
    "decided" (it is too late)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def _nspp(application: Application) -> bool:
    """Twelve digits (design/domain.md, 4), and no pesantren that sells has them."""
    sells = Partner.objects.filter(nspp=application.nspp, members__isnull=False)
    return bool(re.fullmatch(r"\d{12}", application.nspp)) and not sells.exists()


def _place(application: Application) -> bool:
    """The pesantren lies in the province that runs the programme (design/domain.md, 1)."""
    return application.regency.province.code == PROGRAMME


def _nib(application: Application) -> bool:
    return bool(re.fullmatch(r"\d{13}", application.nib))


COMPUTED: dict[str, Callable[[Application], bool]] = {"nspp": _nspp, "place": _place, "nib-number": _nib}


def apply(*, person: Any, facts: Mapping[str, Any], attested: set[str]) -> Application:
    """Ask to sell for a pesantren. `facts` are checked by the form; `attested`: codes of what was ticked.

    Raises JoiningError "known" or "open". Side effects: the application with its answers, history rows.
    """
    if Partner.objects.filter(nspp=facts["nspp"], members__isnull=False).exists():
        raise JoiningError("known")
    try:
        with transaction.atomic():
            application = Application.objects.create(person=person, **facts)
    except IntegrityError as error:
        code = "open" if "person_one_open" in str(error) else "known"
        raise JoiningError(code) from error
    record(application, "", states.SENT, actor=Actor.of(person))
    _answer(application, attested, Actor.of(person))
    return application


def correct(*, application: Application, facts: Mapping[str, Any], attested: set[str]) -> None:
    """Send it again with what the office asked for. Raises IllegalMove unless it was asked, JoiningError "known".

    What the office verified of facts that changed is looked at anew. Side effects: facts, answers, history.
    """
    actor = Actor.of(application.person)
    try:
        with transaction.atomic():
            changed = {name for name, value in facts.items() if getattr(application, name) != value}
            moved = {**facts, "sent_at": timezone.now(), "why": ""}
            states.APPLICATION.move(application, states.SENT, actor=actor, **_without_why(moved))
            Application.objects.filter(pk=application.pk).update(why="")
            application.refresh_from_db()
            if changed:
                for answer in application.answers.filter(requirement__kind=Requirement.VERIFIED):
                    _set(answer, states.UNKNOWN, actor, "facts changed")
            _answer(application, attested, actor)
    except IntegrityError as error:
        raise JoiningError("known") from error


def _without_why(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "why"}


def _answer(application: Application, attested: set[str], actor: Actor) -> None:
    """Compute what can be computed, take what was ticked; what a person verifies stays as it is."""
    for requirement in Requirement.objects.filter(needed_for=Requirement.SELLING):
        answer, _ = Answer.objects.get_or_create(application=application, requirement=requirement)
        if requirement.kind == Requirement.COMPUTED:
            fits = COMPUTED[requirement.code](application)
            _set(answer, states.MET if fits else states.MISSED, SYSTEM, "computed")
        elif requirement.kind == Requirement.ATTESTED:
            said = requirement.code in attested
            _set(answer, states.MET if said else states.UNKNOWN, actor, "attested")


def _set(answer: Answer, state: str, actor: Actor, why: str) -> None:
    if answer.state != state:
        states.ANSWER.move(answer, state, actor=actor, why=why)
        Answer.objects.filter(pk=answer.pk).update(why=why)


def withdraw(*, application: Application) -> None:
    """Raises IllegalMove once it is decided."""
    states.APPLICATION.move(application, states.WITHDRAWN, actor=Actor.of(application.person))


def judge(*, answer: Answer, state: str, actor: Actor, why: str) -> None:
    """The office says of one requirement: met, missed or waived (why is kept). Raises JoiningError "own" or "decided",
    IllegalMove. Side effects: the answer with its history.
    """
    if answer.application.person_id == actor.id:
        raise JoiningError("own")
    with transaction.atomic():
        if _locked(answer.application).state not in states.OPEN:
            raise JoiningError("decided")
        states.ANSWER.move(answer, state, actor=actor, why=why[:300])
        Answer.objects.filter(pk=answer.pk).update(why=why[:300])


def _locked(application: Application) -> Application:
    """The row as it is now: nothing is judged while it is decided."""
    return Application.objects.select_for_update(of=("self",), no_key=True).get(pk=application.pk)


def ask_for_more(*, application: Application, actor: Actor, why: str) -> None:
    """Side effects: state with history, one mail. Raises IllegalMove."""
    _decide(application, states.ASKED, actor, why)


def reject(*, application: Application, actor: Actor, why: str) -> None:
    """Side effects: state with history, one mail. Raises IllegalMove."""
    _decide(application, states.REJECTED, actor, why)


def _decide(application: Application, state: str, actor: Actor, why: str) -> None:
    with transaction.atomic():
        states.APPLICATION.move(application, state, actor=actor, why=why[:300])
        Application.objects.filter(pk=application.pk).update(why=why[:300])
        application.why = why[:300]
        mails.decided(application)


def approve(*, application: Application, partner: Partner | None, actor: Actor) -> Partner:
    """The pesantren sells here from now on: `partner`, if the office knows it from public sources, or a new one.

    The person becomes the one responsible. Raises JoiningError "own", "unfit", "known" or "taken", IllegalMove.
    Side effects: state with history, a Partner or its NSPP and telephone, a Member, one mail.
    """
    if application.person_id == actor.id:
        raise JoiningError("own")
    with transaction.atomic():
        _locked(application)
        if application.state in states.OPEN and queries.unfit(application):
            raise JoiningError("unfit")
        states.APPLICATION.move(application, states.APPROVED, actor=actor)
        chosen = _join(application, partner)
        Application.objects.filter(pk=application.pk).update(partner=chosen)
        application.partner = chosen
        Member.objects.get_or_create(partner=chosen, user=application.person)
        record(chosen, "", "joined", actor=actor, why=f"NSPP {application.nspp}")
        mails.decided(application)
    return chosen


def _join(application: Application, partner: Partner | None) -> Partner:
    facts = {"nspp": application.nspp, "phone": application.phone, "sells": True}
    try:
        with transaction.atomic():
            if partner is None:
                name, place = application.name, application.regency
                return Partner.objects.create(name=name, regency=place, code=_code(application), **facts)
            locked = Partner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
            if locked.members.exists():
                raise JoiningError("taken")
            for name, value in facts.items():
                setattr(locked, name, value)
            locked.save()
            return locked
    except IntegrityError as error:
        raise JoiningError("known") from error


def _code(application: Application) -> str:
    """For addresses of pages: the name, and the last digits of the NSPP, because names are not unique."""
    return f"{slugify(application.name)[:LONGEST_CODE].strip('-') or 'pesantren'}-{application.nspp[-4:]}"
