"""Codes open once, guesses lock, recovery codes replace the phone, and the tables alone open nothing."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from marketplace.common import personal
from marketplace.common.models import StateChange
from marketplace.common.states import history
from marketplace.notices.models import Mail
from marketplace.people.second_factor import codes, queries, services, states
from marketplace.people.second_factor.models import RecoveryCode, SecondFactor
from tests.common.race import race
from tests.factories.catalogue import make_user
from tests.factories.second_factor import code, with_app, wrong

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 5, 0, 0, tzinfo=UTC)


@pytest.fixture
def person() -> Any:
    return make_user("app@example.com", language="en")


def refused(person: Any, typed: str) -> str:
    try:
        services.check(person=person, typed=typed)
    except services.Refused as error:
        return error.code
    return ""


def what_happened(person: Any) -> list[str]:
    return [row.after for row in history(SecondFactor.objects.get(user=person))]


def test_the_codes_are_those_of_the_standard(settings: Any) -> None:
    """RFC 6238, appendix B (SHA-1), the last six of eight digits."""
    key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, wanted in [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]:
        assert codes.code_of(key, codes.step_at(seconds)) == wanted


@time_machine.travel(NOON, tick=False)
def test_one_step_of_clock_difference_is_forgiven_two_are_not(person: Any) -> None:
    with_app(person)
    assert refused(person, code(person, 2)) == "wrong"
    assert refused(person, code(person, -2)) == "wrong"
    assert refused(person, code(person, 0)) == ""
    assert refused(person, code(person, 1)) == ""
    assert SecondFactor.objects.get().wrong == 0


@time_machine.travel(NOON, tick=False)
def test_a_code_opens_once_and_none_from_before_it(person: Any) -> None:
    with_app(person)  # takes the step before
    assert refused(person, code(person, -1)) == "used"
    assert refused(person, code(person, 1)) == ""
    assert refused(person, code(person, 1)) == "used"
    assert refused(person, code(person, 0)) == "used"
    assert SecondFactor.objects.get().wrong == 0  # a repeated code is no guess


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_one_passes(person: Any) -> None:
    with time_machine.travel(NOON, tick=False):
        shown = with_app(person)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        now = code(person)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        for typed, others in ((now, "used"), (shown[0], "wrong")):
            found = race(*(lambda typed=typed: refused(person, typed) for _ in range(8)))
            assert sorted(found) == sorted(["", *[others] * 7])
    assert RecoveryCode.objects.filter(used_at=None).count() == 9


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_all_counted(person: Any) -> None:
    with_app(person)
    bad = wrong(person)
    found = race(*(lambda: refused(person, bad) for _ in range(8)))
    assert found.count("wrong") == services.TRIES - 1
    assert found.count("locked") == 8 - services.TRIES + 1
    assert SecondFactor.objects.get().wrong == services.TRIES


def test_each_five_wrong_codes_lock_for_longer(person: Any) -> None:
    with time_machine.travel(NOON - timedelta(days=1), tick=False):
        shown = with_app(person)
    at = NOON
    for minutes in (*services.LOCK_MINUTES, services.LOCK_MINUTES[-1]):
        with time_machine.travel(at, tick=False):
            tries = [refused(person, wrong(person)) for _ in range(6)]
            assert tries == ["wrong"] * 4 + ["locked"] * 2
            assert refused(person, code(person)) == "locked"  # the right one, too
            assert SecondFactor.objects.get().locked_until == at + timedelta(minutes=minutes)
        at += timedelta(minutes=minutes, seconds=1)
    assert what_happened(person) == ["on", *["locked"] * 5]
    assert Mail.objects.filter(subject="Wrong codes were tried for your account").count() == 5
    with time_machine.travel(at, tick=False):
        assert refused(person, wrong(person)) == "wrong"
        assert refused(person, shown[3].replace("-", " ")) == ""  # opens although nothing else does
        assert SecondFactor.objects.get().wrong == 0


def test_a_recovery_code_opens_once_and_guesses_are_few(person: Any) -> None:
    shown = with_app(person)
    assert len(set(shown)) == 10
    assert refused(person, shown[0]) == ""
    assert refused(person, shown[0]) == "wrong"
    mail = Mail.objects.get(subject="A recovery code was used")
    assert "9 are left" in mail.text
    assert what_happened(person) == ["on", "recovery code used"]
    assert [refused(person, "1234-5678-9012-3456") for _ in range(9)] == ["wrong"] * 8 + ["many"]
    assert refused(person, shown[1]) == "many"
    assert queries.codes_left(SecondFactor.objects.get()) == 9


def test_recovery_codes_are_another_persons_no_use(person: Any) -> None:
    theirs = with_app(make_user("other@example.com"))
    with_app(person)
    assert refused(person, theirs[0]) == "wrong"


def test_new_recovery_codes_end_the_old_ones(person: Any) -> None:
    before = with_app(person)
    after = services.renew_codes(person=person)
    assert refused(person, before[0]) == "wrong"
    assert refused(person, after[0]) == ""
    assert not set(before) & set(after)


@time_machine.travel(NOON, tick=False)
def test_another_phone_ends_the_one_before(person: Any) -> None:
    before = with_app(person)
    old = code(person)
    with_app(person)
    assert refused(person, old) == "wrong"
    assert refused(person, before[0]) == "wrong"
    assert refused(person, code(person)) == ""
    assert what_happened(person) == ["on", "new phone"]
    assert Mail.objects.filter(subject="Two-step verification moved to another phone").exists()


def test_off_and_on_again(person: Any) -> None:
    shown = with_app(person)
    services.switch_off(person=person)
    assert (refused(person, shown[0]), RecoveryCode.objects.count()) == ("off", 0)
    with pytest.raises(services.Refused, match="off"):
        services.switch_off(person=person)
    with pytest.raises(services.Refused, match="off"):
        services.renew_codes(person=person)
    with_app(person)
    assert what_happened(person) == ["on", "off", "on"]


def test_a_wrong_first_code_switches_nothing_on(person: Any) -> None:
    with pytest.raises(services.Refused, match="wrong"):
        services.switch_on(person=person, seed=codes.new_seed(), typed="12345")
    assert not SecondFactor.objects.exists()


def test_the_tables_alone_open_nothing(person: Any, settings: Any) -> None:
    """Everything we keep, and neither the secret nor a recovery code is in it, plain or guessable without the key."""
    shown = with_app(person)
    factor = SecondFactor.objects.get()
    key = codes.secret(person_id=person.pk, seed=factor.seed, mark=factor.key_mark)
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(f)::text from second_factor_secondfactor f")
        kept = cursor.fetchone()[0]
        cursor.execute("select string_agg(row_to_json(r)::text, ' ') from second_factor_recoverycode r")
        kept += cursor.fetchone()[0]
        cursor.execute("select coalesce(string_agg(why || after, ' '), '') from common_statechange")
        kept += cursor.fetchone()[0]
    assert key not in kept
    assert all(one not in kept and one.replace("-", "") not in kept for one in shown)
    settings.SECOND_FACTOR_KEYS = ["another key " * 6]
    with pytest.raises(codes.KeyGone):
        codes.secret(person_id=person.pk, seed=factor.seed, mark=factor.key_mark)
    assert refused(person, "123456") == "key"
    assert SecondFactor.objects.get().wrong == 0


def test_a_new_key_serves_new_apps_and_old_ones_go_on(person: Any, settings: Any) -> None:
    with_app(person)
    settings.SECOND_FACTOR_KEYS = ["another key " * 6, *settings.SECOND_FACTOR_KEYS]
    assert refused(person, code(person)) == ""
    later = make_user("later@example.com")
    with_app(later)
    marks = set(SecondFactor.objects.values_list("key_mark", flat=True))
    assert len(marks) == 2
    assert refused(later, code(later)) == ""


def test_what_the_app_reads(person: Any) -> None:
    key = codes.secret(person_id=1, seed="x", mark=codes.newest_mark())
    found = pyotp.parse_uri(codes.address(key, "app@example.com"))
    assert (found.secret, found.interval, found.digits) == (key, 30, 6)
    assert (found.name, found.issuer) == ("app@example.com", "Pasar Pesantren")
    assert codes.picture("x").startswith("data:image/svg+xml")
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", codes.in_fours(key))


@given(st.text(max_size=60))
def test_whatever_is_typed_becomes_plain_signs(typed: str) -> None:
    assert re.fullmatch(r"[A-Z0-9]*", codes.tidy(typed))


@pytest.mark.parametrize("typed", ["123 456", "١٢٣٤٥٦", "۱۲۳-۴۵۶", " 123456\n"])
def test_codes_in_any_script_and_spacing(typed: str) -> None:
    assert codes.tidy(typed) == "123456"


def test_the_demonstration_shows_a_code_that_is_taken(settings: Any) -> None:
    demo = make_user("office@example.com")
    other = make_user("somebody@example.com")
    for one in (demo, other):
        with_app(one)
    assert services.demo_code(other) == ""
    for _ in range(2):  # twice within one step
        assert refused(demo, services.demo_code(demo)) == ""
    settings.DEMO = False
    assert services.demo_code(demo) == ""


def test_a_copy_and_an_end_of_ones_data(person: Any) -> None:
    shown = with_app(person)
    rows = personal.copy_of(person)["second-factors"]
    assert (rows[0]["state"], rows[0]["recovery_codes_left"]) == (states.ON, 10)
    assert shown[0] not in str(rows)
    holding = next(one for one in personal.holdings() if one.code == "second-factors")
    holding.erase(person)
    holding.erase(person)
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert StateChange.objects.filter(subject_type="second_factor.secondfactor").exists()
