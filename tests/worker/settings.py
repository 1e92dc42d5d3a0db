"""Settings of the worker and beat that the tests start: ours, faster, and with a mail server that can hang."""

from pathlib import Path

from marketplace.settings import *  # noqa: F403
from tests.worker import dying

SWEEP_SECONDS = 1
BASE_URL = "http://testserver"
EMAIL_BACKEND = "tests.worker.slow_mail.SlowBackend"
SLOW_MAIL_FOLDER = Path(VAR_DIR)  # noqa: F405

dying.install(VAR_DIR)  # noqa: F405
