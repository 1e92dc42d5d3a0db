"""A workbook of registrations: sent, read by a worker, looked at by a person, and written once that person says yes."""

from time import monotonic
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from catalogue.imports.faults import FileError
from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.models import StateChange
from marketplace.common.queue import enqueue
from marketplace.common.refused import Refused
from marketplace.common.states import record
from marketplace.pesantren.models import Partner
from marketplace.programme import numbers, states
from marketplace.programme.models import Participation, ProgrammeYear, RegistrationFile
from marketplace.programme.registrations import sheet as registration_sheet
from marketplace.programme.registrations.rows import Desk, name_likely
from marketplace.programme.services.trying import attempt

LOCKS = 0x7266  # the first half of our advisory locks: "rf"
CHUNK = 250  # rows written in one transaction
TASK = "programme.read_registrations"


def upload(*, year: ProgrammeYear, file: UploadedFile, person: Any, language: str) -> RegistrationFile:
    """Keep a file that looks like one of ours; a worker reads it. Raises FileError; Refused where the year takes
    no registration.

    Side effects: a private file, one RegistrationFile with its history row, a task on commit.
    """
    if year.state != states.OPEN or year.is_historic:
        raise _closed()
    registration_sheet.check(file)
    actor = Actor.of(person)
    with transaction.atomic():
        made = RegistrationFile.objects.create(
            token=numbers.token(), year=year, file=file, name=(file.name or "")[-150:], by=person,
            by_name=actor.name, language=language,
        )  # fmt: skip
        record(made, "", states.WAITING, actor=actor)
        enqueue(TASK, made.pk)
    return made


def _closed() -> Refused:
    return Refused(_("This year takes no registration now."))


def read_file(run: RegistrationFile) -> None:
    """Judge every row; nothing is written of any. Safe to run twice and to kill: three tries, then it is refused.

    Side effects: rows, state, history row; a file that cannot be read goes; those of trying.attempt.
    """
    state = states.WAITING  # until its rows can be shown
    with translation.override(run.language):
        attempt(run, LOCKS, _read, waits=[state], during=state, between=state, fail=_unreadable)


def _read(run: RegistrationFile) -> None:
    try:
        with run.file.open("rb") as file:
            typed = registration_sheet.read(file.read())
    except FileError as error:
        _fail(run, str(error))
        return
    desk = Desk(run.year)
    rows = [desk.judge(one) for one in typed]
    name_likely(rows, run.year)
    with transaction.atomic():
        held = _held(run, states.WAITING)
        if held is None:  # thrown away meanwhile
            return
        found: dict[str, Any] = {"rows": rows, "steps": len(rows), "step": 0, "problem": ""}
        states.REGISTRATION.move(held, states.PREVIEWED, actor=SYSTEM, **found)
        _forget_file(held)


def _unreadable(run: RegistrationFile, problem: str) -> None:
    """Whoever sent it reads what to do; why stands in the log."""
    _fail(run, _("This file cannot be read. Save it anew, or send it in parts."))


def _held(run: RegistrationFile, state: str) -> RegistrationFile | None:
    """The row, ours until the transaction ends; nothing if another worker has it or it has moved on."""
    rows = RegistrationFile.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return rows.select_related("year__province").filter(pk=run.pk, state=state).first()


@transaction.atomic
def _fail(run: RegistrationFile, why: str) -> None:
    states.REGISTRATION.move(run, states.FAILED, actor=SYSTEM, why=why, problem=why[:1000])
    _forget_file(run)


def _forget_file(run: RegistrationFile) -> None:
    """The rows tell all that is needed: the file goes once this is committed."""
    if run.file:
        storage, name = run.file.storage, str(run.file.name)
        RegistrationFile.objects.filter(pk=run.pk).update(file="")
        transaction.on_commit(lambda: storage.delete(name))


def confirm(*, run: RegistrationFile, without_likely: bool, actor: Actor) -> None:
    """A person has seen the rows: write the good ones. Raises IllegalMove (the second time); Refused where the year
    takes no registration any more.

    Side effects: state, history row, a task on commit.
    """
    with transaction.atomic():
        states.REGISTRATION.move(run, states.WORKING, actor=actor, step=0, without_likely=without_likely)
        year = ProgrammeYear.objects.select_for_update(no_key=True).get(pk=run.year_id)
        if year.state != states.OPEN:
            raise _closed()
        enqueue(TASK, run.pk)


def drop(*, run: RegistrationFile, actor: Actor) -> bool:
    """Nothing of it is written: it goes with all that stood in it. False once it is being written, or was.

    Side effects: the row and its file go; a history row stays.
    """
    with transaction.atomic():
        held = RegistrationFile.objects.select_for_update(no_key=True).filter(pk=run.pk).first()
        if held is None or held.state in (states.WORKING, states.DONE):
            return False
        record(held, held.state, "dropped", actor=actor)
        _forget_file(held)
        RegistrationFile.objects.filter(pk=held.pk).delete()
    return True


def write_on(run: RegistrationFile, *, until: float) -> bool:
    """Register the rows that are left, until the clock (time.monotonic) says `until`; true once all are.

    Any number of workers, killed at any moment, register each row once. Side effects: participants with their history
    rows and links; at the end state and history row.
    """
    while monotonic() < until:
        if _write_some(run):
            return True
    return False


@transaction.atomic
def _write_some(run: RegistrationFile) -> bool:
    """One chunk in a transaction of its own, with the place in the file; true when nothing is left for this worker."""
    held = _held(run, states.WORKING)
    if held is None:
        return True
    year = ProgrammeYear.objects.select_for_update(no_key=True).get(pk=held.year_id)
    part = held.rows[held.step : held.step + CHUNK]
    if not part or year.state != states.OPEN:
        closed = _("The year was closed before all rows were registered.") if part else ""
        after = states.FAILED if part else states.DONE
        states.REGISTRATION.move(held, after, actor=SYSTEM, why=closed, problem=closed)
        return True
    made = _register(held, year, part)
    RegistrationFile.objects.filter(pk=held.pk).update(
        step=held.step + len(part), written=held.written + made
    )
    return False


def _register(run: RegistrationFile, year: ProgrammeYear, part: list[dict[str, Any]]) -> int:
    """The good rows of this part whose NSPP has not joined meanwhile; how many they are."""
    wanted = [row["facts"] for row in part if row["facts"] and not (run.without_likely and row["likely"])]
    numbers_of = [facts["nspp"] for facts in wanted]
    there = Participation.objects.filter(province=year.province_id, nspp__in=numbers_of)
    joined = set(there.values_list("nspp", flat=True))
    sell = Partner.objects.filter(nspp__in=numbers_of, regency__province=year.province_id)
    sell = sell.exclude(participations__province=year.province_id)
    partners = dict(sell.values_list("nspp", "pk"))
    made = Participation.objects.bulk_create(
        Participation(
            province_id=year.province_id, year=year, partner_id=partners.get(facts["nspp"]),
            regency_id=facts["regency"], **{name: facts[name] for name in facts if name != "regency"},
        )
        for facts in wanted
        if facts["nspp"] not in joined
    )  # fmt: skip
    now, label = timezone.now(), Participation._meta.label_lower
    StateChange.objects.bulk_create(
        StateChange(
            subject_type=label, subject_id=one.pk, before="", after=states.REGISTERED,
            actor_id=run.by_id, actor_name=run.by_name, why=run.name[:500], at=now,
        )
        for one in made
    )  # fmt: skip
    return len(made)
