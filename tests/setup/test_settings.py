"""The settings as production sees them, each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from marketplace.people.models import User

BASE = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "PRODUCTION": "1",
    "SECRET_KEY": "b7Qw-xN2_eT5rY8uI1oP4aS6dF9gH3jK0lZ_cV-mB2nQ5wE8rT1yU4",
    "SECOND_FACTOR_KEYS": "k9Zx-pL3_mQ6vB1nC8sD5fG2hJ7wE4rT0yU-iO9aX6zK3qP_lM1bV8",
    "DATABASE_URL": "postgresql://opop:hidden@db.invalid/opop",
    "ALLOWED_HOSTS": "pasar.example.com",
    "BASE_URL": "https://pasar.example.com",
    "EMAIL_HOST": "mail.example.com",
    "OPERATOR_NAME": "Contoh Pengelola",
    "OPERATOR_BANK": "Bank Contoh",
    "OPERATOR_ACCOUNT": "123",
    "OPERATOR_ACCOUNT_NAME": "Contoh Pengelola",
    "OPERATOR_EMAIL": "uang@example.com",
}
NEEDED = [name for name in PRODUCTION if name != "PRODUCTION"]


def run(*command: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "VAR_DIR") if name in os.environ}
    return subprocess.run(
        [sys.executable, *command], cwd=BASE, env={**clean, **env}, capture_output=True, text=True, timeout=60
    )


def value(name: str, **env: str) -> str:
    done = run("-c", f"from marketplace import settings; print(repr(settings.{name}))", **env)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_production_passes_every_check_for_deployment():
    done = run("manage.py", "check", "--deploy", "--fail-level", "DEBUG", **PRODUCTION)
    assert (done.returncode, done.stderr.strip()) == (0, "")
    assert "no issues" in done.stdout


@pytest.mark.parametrize("name", NEEDED)
def test_production_says_in_one_sentence_what_is_missing(name: str):
    done = run("manage.py", "check", **{**PRODUCTION, name: " "})
    assert done.returncode == 1
    assert done.stderr.startswith(f"{name} is not set. ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("secret", ["short", "x" * 60, PRODUCTION["SECRET_KEY"][:49]])
def test_production_refuses_a_weak_secret(secret: str):
    done = run("manage.py", "check", **{**PRODUCTION, "SECRET_KEY": secret})
    assert done.returncode == 1
    assert done.stderr == "SECRET_KEY is too easy to guess. Set a random one of 50 or more characters.\n"
    assert secret not in done.stderr or secret == "short"


def test_debug_cannot_be_on_in_production():
    assert value("DEBUG", **PRODUCTION, DEBUG="1") == "False"
    assert value("DEBUG", DATABASE_URL=PRODUCTION["DATABASE_URL"], DEBUG="1") == "True"


def test_production_cookies_and_redirect_need_https_unless_told():
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"):
        assert value(name, **PRODUCTION) == "True"
        assert value(name, **PRODUCTION, HTTPS="0") == "False"


def test_production_starts_no_database_and_makes_no_secret(tmp_path: Path):
    assert value("DEMO", **{**PRODUCTION, "VAR_DIR": str(tmp_path)}) == "False"
    assert not (tmp_path / "pgdata").exists()
    assert not (tmp_path / "secret").exists()


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({"PRODUCTION": "perhaps"}, "PRODUCTION must be 1 or 0, not 'perhaps'."),
        ({**PRODUCTION, "EMAIL_PORT": "x"}, "EMAIL_PORT must be a whole number, not 'x'."),
        (
            {"DATABASE_URL": "sqlite:///x"},
            "DATABASE_URL must begin with postgresql:// (we run on PostgreSQL only).",
        ),
    ],
)
def test_a_wrong_value_gets_one_sentence(env: dict[str, str], sentence: str):
    done = run("manage.py", "check", **env)
    assert (done.returncode, done.stderr) == (1, sentence + "\n")


@pytest.mark.django_db
def test_the_password_of_the_demonstration_opens_nothing_elsewhere(settings):
    User.objects.create_user("x@example.com", settings.DEMO_PASSWORD)
    assert authenticate(username="x@example.com", password=settings.DEMO_PASSWORD)
    settings.DEMO = False
    assert authenticate(username="x@example.com", password=settings.DEMO_PASSWORD) is None


@pytest.mark.django_db
def test_the_people_of_the_demonstration_are_not_made_elsewhere(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="only for the demonstration"):
        call_command("demo_people")
    assert not User.objects.exists()


@pytest.mark.parametrize("keys", ["short", f"{PRODUCTION['SECOND_FACTOR_KEYS']} short"])
def test_production_refuses_a_weak_key_of_codes(keys: str):
    done = run("manage.py", "check", **{**PRODUCTION, "SECOND_FACTOR_KEYS": keys})
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("SECOND_FACTOR_KEYS")


def test_only_the_demonstration_tells_codes():
    assert value("SHOW_CODES_TO", **PRODUCTION) == "set()"
    assert value("SECOND_FACTOR_REQUIRED", **PRODUCTION) == "True"
    done = run("manage.py", "check", **PRODUCTION, SHOW_CODES="1")
    assert done.returncode == 1
    assert done.stderr == "SHOW_CODES=1 is for the demonstration. It would open every door.\n"


LIVE = {"STRIPE_SECRET_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRETS": "whsec_x"}


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({**LIVE, "STRIPE_SECRET_KEY": "sk_test_x"}, "STRIPE_SECRET_KEY is no live key. "),
        ({**LIVE, "STRIPE_API_BASE": "http://127.0.0.1:8210"}, "STRIPE_API_BASE must be "),
        ({**LIVE, "STRIPE_WEBHOOK_SECRETS": ""}, "STRIPE_WEBHOOK_SECRETS is not set. "),
    ],
)
def test_production_takes_real_cards_or_none(env: dict[str, str], says: str):
    done = run("manage.py", "check", **PRODUCTION, **env)
    assert done.returncode == 1
    assert done.stderr.startswith(says)
    assert done.stderr.count("\n") == 1


def test_production_with_a_live_key_lets_forms_go_to_stripe_alone():
    assert "'https://checkout.stripe.com'" in value("CONTENT_SECURITY_POLICY", **PRODUCTION, **LIVE)
    assert "stripe" not in value("CONTENT_SECURITY_POLICY", **PRODUCTION)


def test_the_demonstration_refuses_real_cards():
    done = run("manage.py", "check", STRIPE_SECRET_KEY="rk_live_x", DATABASE_URL="postgresql://x@localhost/x")
    assert done.returncode == 1
    assert done.stderr.startswith("STRIPE_SECRET_KEY is a live key. ")


@pytest.mark.parametrize("days", ["0", "8", "mon"])
def test_weekdays_are_numbers(days: str):
    done = run("manage.py", "check", PAYOUT_WEEKDAYS=days, DATABASE_URL="postgresql://x@localhost/x")
    assert done.returncode == 1
    assert "PAYOUT_WEEKDAYS must be weekdays from 1 (Monday) to 7" in done.stderr
