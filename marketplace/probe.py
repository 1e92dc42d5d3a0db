"""Health checks of docker-compose.yml, run inside the container: python -m marketplace.probe web"""

import os
import socket
import sys
import time
import urllib.request
from pathlib import Path

BEAT_SECONDS = 600  # beat writes its notes every three minutes


def web(address: str = "http://127.0.0.1:8000") -> bool:
    """The site answers that it is ready, asked by a name that it accepts."""
    names = os.environ.get("ALLOWED_HOSTS", "").replace(",", " ").split() or ["localhost"]
    request = urllib.request.Request(f"{address}/readyz", headers={"Host": names[0].removeprefix(".")})  # noqa: S310
    with urllib.request.urlopen(request, timeout=8) as response:  # noqa: S310
        return bool(response.status == 200)


def worker() -> bool:
    """This container's worker answers a ping through the broker."""
    from marketplace.celery import app

    name = f"celery@{socket.gethostname()}"
    return bool(app.control.ping(destination=[name], timeout=10))


def beat() -> bool:
    """The timetable's notes are fresh."""
    notes = Path(os.environ["VAR_DIR"]).glob("beat-schedule*")
    return any(time.time() - path.stat().st_mtime < BEAT_SECONDS for path in notes)


if __name__ == "__main__":
    try:
        healthy = {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]()
    except OSError as error:
        sys.exit(f"not healthy: {error}")
    sys.exit(0 if healthy else "not healthy")
