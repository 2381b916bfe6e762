"""Forks a bot for each connection to a socket: {"config", "environment", "log"} in; {"pid"}, later {"status"} out.

A fork of a process that has imported everything but started nothing: each bot is a process of its own, with its own
loop, threads, locks and signals, and can be killed like any other. It ends with the nursery, however that ends, and
the nursery with its caller.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import signal
import socket
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Live = Callable[[Path, Mapping[str, str]], int]
PR_SET_PDEATHSIG = 1  # prctl(2)


def tend(path: Path, live: Live) -> int:
    """Until standard input is closed."""
    woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wake)
    children: dict[int, socket.socket] = {}
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        door.listen(64)
        gc.freeze()
        while True:
            ready, _, _ = select.select([door.fileno(), woken, 0], [], [])
            if woken in ready:
                os.read(woken, 4096)
                _bury(children)
            if door.fileno() in ready:
                _bear(door, children, live)
            if 0 in ready and not os.read(0, 1):
                for pid in children:
                    os.kill(pid, signal.SIGKILL)
                return 0


def _bear(door: socket.socket, children: dict[int, socket.socket], live: Live) -> None:
    parent, _ = door.accept()
    with parent.makefile("r", encoding="utf-8") as asked:
        line = asked.readline()
    if not line.endswith("\n"):  # whoever asked was ended in the middle of it
        parent.close()
        return
    mother = os.getpid()
    pid = os.fork()
    if pid == 0:
        _be_born([door, parent, *children.values()], json.loads(line), live, mother)
    children[pid] = parent
    _tell(parent, {"pid": pid})


def _be_born(inherited: list[socket.socket], wanted: dict[str, Any], live: Live, mother: int) -> None:
    """Never returns: whatever happens in this process ends here."""
    status = 70
    try:
        _end_with(mother)
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for each in inherited:
            each.close()
        log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for number, source in ((0, nothing), (1, log), (2, log)):
            os.dup2(source, number)
        os.environ.clear()
        os.environ.update(wanted["environment"])
        status = live(Path(wanted["config"]), os.environ)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:  # the last frame of a process: nobody above could report it
        traceback.print_exc()
    finally:
        os._exit(status)


def _end_with(mother: int) -> None:
    """A nursery that is killed itself takes its bots along."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != mother:  # it was faster
        os._exit(70)


def _bury(children: dict[int, socket.socket]) -> None:
    while children:
        pid, how = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        parent = children.pop(pid)
        _tell(parent, {"status": os.waitstatus_to_exitcode(how)})
        parent.close()


def _tell(parent: socket.socket, said: dict[str, int]) -> None:
    try:
        parent.sendall(json.dumps(said).encode() + b"\n")
    except OSError:
        return  # whoever asked went away; the child is ended with the nursery
