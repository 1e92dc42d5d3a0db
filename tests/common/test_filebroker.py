"""The file broker: messages appear whole, are taken once, oldest first, and a broken one stops nobody."""

import threading
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from marketplace.common import filebroker


@pytest.fixture
def broker(tmp_path: Path) -> Any:
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    filebroker.register()
    folders = {"data_folder_in": tmp_path / "queue", "data_folder_out": tmp_path / "queue"}
    options = {name: str(path) for name, path in folders.items()} | {
        "control_folder": str(tmp_path / "control")
    }
    return lambda: Connection("files://", transport_options=options)


def drain(channel: Any) -> list[Any]:
    found = []
    while True:
        try:
            found.append(channel._get("celery"))
        except Empty:
            return found


def test_oldest_first_and_once(broker: Any, tmp_path: Path) -> None:
    channel = broker().channel()
    for number in range(5):
        channel._put("celery", {"n": number})
    channel._put("other", {"n": 99})
    assert drain(channel) == [{"n": number} for number in range(5)]
    assert drain(channel) == []
    assert [path.name.split(".")[1:] for path in (tmp_path / "queue").iterdir()] == [["other", "msg"]]


def test_a_half_written_or_broken_message_stops_nobody(broker: Any, tmp_path: Path) -> None:
    channel = broker().channel()
    (tmp_path / "queue" / "0000_x.celery.msg").write_text("")  # what kombu's own shows while it writes
    (tmp_path / "queue" / "0001_x.celery.msg").write_bytes(b'{"n": \xff')
    channel._put("celery", {"n": 1})
    assert drain(channel) == [{"n": 1}]
    assert list((tmp_path / "queue").iterdir()) == []


def test_two_readers_while_two_write_take_each_message_once(broker: Any) -> None:
    sent, taken, done = 300, [], threading.Event()

    def write(offset: int) -> None:
        channel = broker().channel()
        for number in range(sent):
            channel._put("celery", {"n": offset + number})

    def read() -> None:
        channel = broker().channel()
        while not done.is_set():
            taken.extend(drain(channel))
        taken.extend(drain(channel))

    readers = [threading.Thread(target=read) for _ in range(2)]
    writers = [threading.Thread(target=write, args=[offset]) for offset in (0, sent)]
    for thread in readers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert sorted(message["n"] for message in taken) == list(range(2 * sent))
