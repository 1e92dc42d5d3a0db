"""Processor time of a program and everything it started, from /proc (Linux)."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_ms(root: int) -> float:
    """Milliseconds that the tree of this process has used, the children that ended included."""
    return sum(_used(pid) for pid in tree(root))


def tree(root: int) -> list[int]:
    """The process and all its descendants that live."""
    found = [root]
    for pid in found:  # grows while we walk
        found += _children(pid)
    return found


def used_ms(stat: str) -> float:
    """Of one line of /proc/PID/stat: own time, and that of children that ended and were waited for."""
    fields = stat.rpartition(")")[2].split()  # a program's name may hold spaces and brackets
    return sum(map(int, fields[11:15])) * 1000 / TICKS


def _used(pid: int) -> float:
    try:
        return used_ms(Path(f"/proc/{pid}/stat").read_text())
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile: its parent has it now
        return 0.0


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
