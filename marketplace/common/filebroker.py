"""Kombu's filesystem broker, made safe for a web server, a worker and a beat that use it at the same time.

As shipped, a message stands in the folder before it is written and is claimed by moving it into the shared
/tmp: a worker that looks at the wrong moment reads nothing, cannot parse it, and dies. Here a message
appears whole or not at all, is claimed by one rename inside our own folder, and a broken one is dropped:
the state in the database is the queue, a sweep finds the work again.
"""

import logging
import time
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)


class Channel(filesystem.Channel):  # type: ignore[misc]  # kombu is untyped
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns():020d}_{uuid4().hex}"  # oldest first, also after the machine restarted
        unfinished = folder / f"{name}.unfinished"
        unfinished.write_text(dumps(payload), encoding="utf-8")
        unfinished.rename(folder / f"{name}.{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for path in sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg")):
            mine = path.with_suffix(".taken")
            try:
                path.rename(mine)  # of two workers one succeeds
            except FileNotFoundError:
                continue
            text = mine.read_text(encoding="utf-8", errors="replace")
            mine.unlink()
            try:
                return loads(text)
            except ValueError:
                log.warning("Dropped a broken message %s; the sweep will find its work.", path.name)
        raise Empty

    def _queue_bind(self, *args: Any) -> None:
        """Another process may just be writing the same small table for the first time: look again."""
        for _ in range(20):
            try:
                super()._queue_bind(*args)
                return
            except ValueError:
                time.sleep(0.05)
        super()._queue_bind(*args)

    def get_table(self, exchange: str) -> list[Any]:
        for _ in range(20):
            try:
                return list(super().get_table(exchange))
            except ValueError:
                time.sleep(0.05)
        return list(super().get_table(exchange))


class Transport(filesystem.Transport):  # type: ignore[misc]
    Channel = Channel


def register() -> None:
    """Make the address files:// known to kombu."""
    TRANSPORT_ALIASES["files"] = f"{__name__}:Transport"
