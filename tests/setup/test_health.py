"""/healthz and /readyz: all branches, and no word too many."""

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client

from marketplace import health

pytestmark = [pytest.mark.services, pytest.mark.django_db]


def test_healthz_asks_nothing(client: Client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"alive": True})
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


def test_readyz_when_all_is_well(client: Client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "database": True, "migrations": True, "broker": True}
    assert not response.cookies


def test_readyz_speaks_no_language(client: Client):
    assert client.get("/en/readyz").status_code == 404
    assert client.get("/readyz", headers={"accept-language": "ar"}).json()["ready"] is True


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_reading(client: Client, path: str):
    assert client.post(path).status_code == 405


def test_readyz_without_database(client: Client, monkeypatch: pytest.MonkeyPatch):
    def away() -> None:
        raise OperationalError('connection to server at "10.0.0.7" failed for user "opop"')

    monkeypatch.setattr(health.connection, "cursor", away)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": False, "migrations": False, "broker": True}
    assert b"10.0.0.7" not in response.content


def test_readyz_with_a_migration_waiting(client: Client):
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="fulfilment").delete()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": True, "migrations": False, "broker": True}


def test_readyz_with_an_unreachable_redis(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "REDIS_URL", "redis://:hidden@127.0.0.1:1/0")
    monkeypatch.setitem(health.current_app.conf, "broker_url", "redis://:hidden@127.0.0.1:1/0")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": True, "migrations": True, "broker": False}
    assert b"hidden" not in response.content


def test_readyz_with_a_folder_missing(client: Client, tmp_path, monkeypatch: pytest.MonkeyPatch):
    """The broker of files is not called ready just because kombu needs no connection to it."""
    monkeypatch.setattr(settings, "REDIS_URL", "")
    options = health.current_app.conf.broker_transport_options
    for name in ("data_folder_in", "data_folder_out", "control_folder"):
        monkeypatch.setitem(options, name, str(tmp_path))
    assert client.get("/readyz").json()["broker"] is True
    monkeypatch.setitem(options, "data_folder_out", str(tmp_path / "gone"))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["broker"] is False
