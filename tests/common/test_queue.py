"""Background work starts on commit; a broken broker breaks no page, the sweep finds the work."""

import pytest
from celery import current_app
from django.core import mail
from django.db import transaction

from marketplace.common.queue import enqueue
from marketplace.notices import tasks
from marketplace.notices.models import Mail
from marketplace.notices.services import send


@pytest.mark.django_db(transaction=True)
def test_sent_on_commit_and_never_on_rollback(queued: list) -> None:
    with transaction.atomic():
        enqueue("notices.deliver", 7)
        assert queued == []
    assert queued == [("notices.deliver", 7)]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue("notices.deliver", 8)
        raise ZeroDivisionError
    assert queued == [("notices.deliver", 7)]


@pytest.mark.django_db(transaction=True)
def test_broker_down_the_page_works_and_the_sweep_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise OSError("broker away")

    monkeypatch.setattr(current_app._get_current_object(), "send_task", refuse)
    with transaction.atomic():
        context = {"user": None, "link": "http://testserver/x"}
        send(key="k", to="a@example.com", language="id", template="password_reset", context=context)
    assert Mail.objects.get().sent is None
    assert len(mail.outbox) == 0
    tasks.sweep()
    tasks.sweep()
    assert [message.to for message in mail.outbox] == [["a@example.com"]]
    assert Mail.objects.get().sent is not None
