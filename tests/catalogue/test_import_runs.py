"""A file of listings on its way: one yes, one at a time, killed and gone on with, refused, forgotten."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.test import TestCase
from django.utils import timezone, translation

from catalogue.imports import services, states, tasks
from catalogue.imports.faults import AnotherRuns
from catalogue.imports.models import ImportRow, ListingImport
from catalogue.imports.personal import FILES
from catalogue.imports.services import checking, taking
from catalogue.models import Product
from catalogue.services import listings
from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.states import IllegalMove, history
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.imports import (
    GOOD,
    as_csv,
    as_zip,
    lines,
    make_kind,
    sent,
    table,
    taken,
    uploaded,
    worked,
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def mine() -> Any:
    return make_pesantren("contoh-satu")


@pytest.fixture
def person(mine: Any) -> Any:
    found = make_user("member@example.com", name="Contoh Penjaga", language="en")
    make_member(found, mine)
    return found


@pytest.fixture
def kind() -> Any:
    return make_kind()


def test_a_second_yes_does_nothing_and_only_one_file_at_a_time(mine: Any, person: Any, kind: Any) -> None:
    run, other = sent(mine, person, GOOD), sent(mine, person, {**GOOD, "name": "Opak"})
    actor = Actor.of(person)
    services.confirm(run=run, actor=actor)
    with pytest.raises(IllegalMove):
        services.confirm(run=run, actor=actor)
    with pytest.raises(AnotherRuns):
        services.confirm(run=other, actor=actor)
    for _again in range(2):
        worked(run)
    services.confirm(run=other, actor=actor)
    worked(other)
    assert Product.objects.count() == 2
    assert [one.after for one in history(run)] == ["uploaded", "checking", "checked", "taking", "taken"]


def test_the_same_form_sent_twice_is_one(mine: Any, person: Any, kind: Any) -> None:
    key, content = uuid4(), as_csv(table([GOOD]))
    first, again = (uploaded(mine, person, content, key=key) for _ in range(2))
    assert first == again
    with pytest.raises(ListingImport.DoesNotExist):
        uploaded(make_pesantren("contoh-dua"), person, content, key=key)


def test_killed_at_any_moment_it_goes_on(mine: Any, person: Any, kind: Any, monkeypatch: Any) -> None:
    """A worker that dies in the middle of a chunk, of a row, or between two rows costs time and nothing else."""
    rows = [{**GOOD, "name": f"Barang {n}"} for n in range(7)]
    monkeypatch.setattr(checking, "CHUNK", 3)
    run = uploaded(mine, person, as_csv(table(rows)))

    def dying(module: Any, name: str, at: int) -> None:
        real, calls = getattr(module, name), iter(range(10**6))

        def once(*args: Any, **kw: Any) -> Any:
            if next(calls) == at:
                raise OperationalError("the worker dies")
            return real(*args, **kw)

        with monkeypatch.context() as patch:
            patch.setattr(module, name, once)
            with pytest.raises(OperationalError):
                tasks.go_on(run.pk)
        run.refresh_from_db()

    dying(checking, "_keep", 0)
    assert (run.state, ImportRow.objects.count()) == (states.UPLOADED, 0)
    dying(checking, "plan", 4)
    assert (run.state, run.done) == (states.CHECKING, 3)
    tasks.sweep()
    run.refresh_from_db()
    assert (run.state, run.done) == (states.CHECKED, 7)
    services.confirm(run=run, actor=SYSTEM)
    dying(taking, "plan", 2)
    dying(listings, "record", 1)
    assert (run.state, run.done, Product.objects.count()) == (states.TAKING, 3, 3)
    tasks.sweep()
    tasks.sweep()
    run.refresh_from_db()
    assert (run.state, run.done, Product.objects.count()) == (states.TAKEN, 7, 7)


def test_a_file_that_kills_three_workers_is_refused(
    mine: Any, person: Any, kind: Any, monkeypatch: Any
) -> None:
    run = uploaded(mine, person, as_csv(table([GOOD])))

    def die(*args: Any) -> None:
        raise OperationalError("the worker dies")

    with monkeypatch.context() as patch:
        patch.setattr(checking, "read", die)
        for _again in range(3):
            tasks.sweep()
    worked(run)
    run.refresh_from_db()
    assert (run.state, run.why) == (
        states.REFUSED,
        "This file cannot be read. Save it anew, or send it in parts.",
    )


def test_a_row_we_stumble_over_does_not_hold_up_the_others(
    mine: Any, person: Any, kind: Any, monkeypatch: Any
) -> None:
    real = listings.start

    def stumble(**kw: Any) -> Any:
        made = real(**kw)
        if kw["answers"]["name"] == "Barang 1":
            raise RuntimeError("our own mistake")
        return made

    run = sent(mine, person, *({**GOOD, "name": f"Barang {n}"} for n in range(3)))
    monkeypatch.setattr(listings, "start", stumble)
    run = taken(run)
    assert [one.result for one in lines(run)] == [states.DRAFT, states.KEPT, states.DRAFT]
    assert Product.objects.count() == 2, "nothing of that row is left"


def test_when_time_is_over_another_task_goes_on(
    mine: Any, person: Any, kind: Any, monkeypatch: Any, queued: Any
) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        run = uploaded(mine, person, as_csv(table([GOOD])))
        monkeypatch.setattr(tasks, "SECONDS", -1)
        tasks.go_on(run.pk)
    assert queued == [("imports.go_on", run.pk)] * 2
    run.refresh_from_db()
    assert run.state == states.CHECKING


def test_a_refused_file_says_why_in_the_readers_language_and_goes(mine: Any, person: Any, kind: Any) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        run = uploaded(mine, person, as_csv([["name"], ["Keripik"]]), language="en")
        name = run.file.name
        assert name.startswith("private/imports/")
        assert default_storage.exists(name)
        worked(run)
    run.refresh_from_db()
    assert run.state == states.REFUSED
    assert run.why.startswith("This is not our template")
    assert not default_storage.exists(name)


def test_files_and_rows_end(mine: Any, person: Any, kind: Any) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        done = taken(sent(mine, person, GOOD, photos=as_zip({"a.jpg": b"x"})))
        waiting = sent(mine, person, {**GOOD, "name": "Opak"})
    assert (done.file.name, done.photos.name, default_storage.listdir("private/imports")[1]) == (
        "", "", [waiting.file.name.rpartition("/")[2]],
    )  # fmt: skip
    with pytest.raises(IllegalMove):
        services.drop(run=done, actor=SYSTEM)
    now = timezone.now()
    assert FILES.purge(now) == 0
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert FILES.purge(now + timedelta(days=31)) == 2
    assert not ListingImport.objects.exists()
    assert default_storage.listdir("private/imports")[1] == []
    assert Product.objects.count() == 1


def test_what_is_mine_is_in_my_copy_and_goes_with_me(mine: Any, person: Any, kind: Any) -> None:
    run = sent(mine, person, GOOD)
    assert [(row["file"], row["state"]) for row in FILES.export(person)] == [("barang.csv", "checked")]
    FILES.erase(person)
    run.refresh_from_db()
    assert (run.by, run.by_name, run.name) == (None, "–", "–")
    services.confirm(run=run, actor=SYSTEM)
    assert worked(run).state == states.TAKEN
