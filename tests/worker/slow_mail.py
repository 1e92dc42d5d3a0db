"""A mail server for tests: notes every mail in a file, and hangs before or after it while a file says so."""

import time
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend


class SlowBackend(BaseEmailBackend):
    def send_messages(self, messages: Any) -> int:
        for message in messages:
            self._hang_if("before")
            with (settings.SLOW_MAIL_FOLDER / "mails").open("a") as log:
                log.write(f"{message.extra_headers['Message-ID']} {message.to[0]}\n")
            self._hang_if("after")
        return len(messages)

    def _hang_if(self, when: str) -> None:
        folder = settings.SLOW_MAIL_FOLDER
        if (folder / "hang").exists() and (folder / "hang").read_text() == when:
            (folder / "hanging").touch()
            time.sleep(120)
