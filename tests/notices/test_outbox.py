"""The outbox: written once, sent once, tried again, repeated at most once after a crash."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.core import mail as sent
from django.db import connection, transaction
from django.utils import timezone

from marketplace.notices import services
from marketplace.notices.models import Mail

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The worker dies: no handler runs."""


def write(key: str = "welcome/1", **more: Any) -> Mail:
    services.send(
        **{
            "key": key,
            "to": "siti@example.com",
            "language": "en",
            "template": "welcome",
            "context": {"link": "http://testserver/en/sign-in/"},
            **more,
        }
    )
    return Mail.objects.get(key=key)


def server(monkeypatch: pytest.MonkeyPatch, behaviour: Any) -> None:
    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", behaviour)


def test_same_key_is_written_once(queued: list[Any], django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = write()
        write(to="other@example.com")
    assert Mail.objects.get() == first
    assert queued == [("notices.deliver", first.pk)]


def test_no_address_no_mail() -> None:
    services.send(key="x", to="", language="en", template="welcome", context={})
    assert Mail.objects.count() == 0


def test_sent_once() -> None:
    mail = write()
    assert services.deliver(mail.pk) is True
    assert services.deliver(mail.pk) is False
    message: Any = sent.outbox[0]
    assert len(sent.outbox) == 1
    assert message.to == ["siti@example.com"]
    assert message.extra_headers["Message-ID"] == mail.message_id
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert message.alternatives[0].mimetype == "text/html"
    assert "http://testserver/en/sign-in/" in message.body
    mail.refresh_from_db()
    assert (mail.tries, mail.next_try, mail.error) == (1, None, "")


def test_failing_server_is_tried_eight_times(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def down(self: Any) -> None:
        tries.append(1)
        raise OSError("connection refused")

    mail = write()
    server(monkeypatch, down)
    waits = []
    with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False) as clock:
        for _ in range(12):
            before = timezone.now()
            services.sweep()
            mail.refresh_from_db()
            if mail.next_try is None:
                break
            waits.append(round((mail.next_try - before).total_seconds()))
            clock.move_to(mail.next_try + timedelta(seconds=1))
    assert len(tries) == 8
    assert waits == [60, 120, 240, 480, 960, 1920, 3840]
    assert (mail.tries, mail.next_try, mail.sent, mail.error) == (8, None, None, "connection refused")


def test_server_that_comes_back_gets_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = write()
    with monkeypatch.context() as broken:
        server(broken, lambda self: (_ for _ in ()).throw(OSError("down")))
        services.deliver(mail.pk)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert services.sweep() == 1
    assert len(sent.outbox) == 1


@pytest.mark.parametrize("failed_before", [0, 2])
def test_crash_after_sending_repeats_once_with_the_same_id(
    monkeypatch: pytest.MonkeyPatch, failed_before: int
) -> None:
    """The worker is killed after the server took the mail, every time: the reader gets two, not eight."""
    mail = write()
    out: list[str] = []

    def killed(self: Any) -> None:
        out.append(self.extra_headers["Message-ID"])
        raise Killed

    with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False) as clock:
        with monkeypatch.context() as broken:
            server(broken, lambda self: (_ for _ in ()).throw(OSError("down")))
            for _ in range(failed_before):
                services.deliver(mail.pk)
                clock.shift(timedelta(hours=1))
        server(monkeypatch, killed)
        for _ in range(6):
            try:
                services.sweep()
            except Killed:
                clock.shift(timedelta(hours=3))
    assert out == [mail.message_id, mail.message_id]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_send_each_mail_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(8):
        write(f"welcome/{number}")
    out: list[str] = []
    start = Barrier(2)

    def slow(self: Any) -> None:
        out.append(self.extra_headers["Message-ID"])

    server(monkeypatch, slow)

    def sweep() -> int:
        try:
            start.wait()
            return services.sweep()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        counts = [job.result() for job in [pool.submit(sweep), pool.submit(sweep)]]
    assert sum(counts) == 8
    assert len(out) == len(set(out)) == 8


@pytest.mark.django_db(transaction=True)
def test_row_that_another_worker_holds_is_skipped() -> None:
    mail = write()

    def hold_and_deliver() -> bool:
        try:
            return services.deliver(mail.pk)
        finally:
            connection.close()

    with transaction.atomic():
        Mail.objects.select_for_update().get(pk=mail.pk)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(hold_and_deliver).result(timeout=5) is False
    assert sent.outbox == []


def test_one_line_takes_out_what_could_make_a_header() -> None:
    assert services.one_line("A\r\nBcc: x@example.com\u2028 B\t C") == "A Bcc: x@example.com B C"
    assert services.one_line("Rp\u00a021.000") == "Rp\u00a021.000"


def test_only_our_own_address_becomes_a_button() -> None:
    ours = services._paragraph("Open your order: http://testserver/en/orders/x/")
    assert ours == {"label": "Open your order", "url": "http://testserver/en/orders/x/"}
    for text in ("Hello x: https://evil.example/", "Hello x: http://testserver.evil.example/", "Plain: text"):
        assert services._paragraph(text) == {"text": text}


def test_a_mail_server_that_hangs_does_not_hold_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    """No mail is begun after a minute, so that the task ends long before its time limit."""
    for number in range(6):
        write(key=f"welcome/{number}")
    clock = [0.0]

    def hang(self: Any) -> None:
        clock[0] += 25
        raise TimeoutError("timed out")

    monkeypatch.setattr(services, "monotonic", lambda: clock[0])
    server(monkeypatch, hang)
    assert services.sweep() == 0
    assert clock[0] == 75
    assert Mail.objects.filter(tries=0).count() == 3
