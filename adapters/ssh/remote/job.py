"""The job of one attempt: its steps, its status file, its end. It runs on the host, whoever watches."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from typing import Any, Iterator, Sequence

from . import disk, files, masks
from .attempt import Attempt
from .place import Place
from .run import Ran, environment
from .said import Said

BUSY_WITHIN = 5.0  # seconds for an earlier attempt to let go of the path


class Stopped(Exception):
    """Somebody asked, before the switch."""


class Job:
    """What the steps share. ``status`` is on disk after every change."""

    def __init__(self, place: Place, attempt: Attempt) -> None:
        self.place = place
        self.attempt = attempt
        self.data: dict[str, Any] = attempt.job()
        self.deadline = time.monotonic() + float(self.data["timeout"])
        self.stopped_at: float | None = None  # monotonic, just before the service was stopped
        self.kept: dict[str, Any] = {}  # what one step leaves for the next
        self.status: dict[str, Any] = {
            "attempt": attempt.id, "nonce": self.data["nonce"], "boot": self.data["boot"], "begun": self.data["begun"],
            "state": "running", "rev": 0, "exit": None, "steps": [], "switched": False, "failure": None,
            "saved": None, "restarted": None, "downtime": None,
        }  # fmt: skip

    @property
    def to(self) -> str:
        return str(self.data["to"])

    @property
    def only_restart(self) -> bool:
        return bool(self.data["kind"] == "restart")

    @property
    def reuse(self) -> bool:
        """Going back takes what is kept; going forward builds."""
        return bool(self.data["kind"] == "rollback" or self.data["direction"] == "restore")

    def tell(self, **changes: Any) -> None:
        self.status.update(changes, rev=self.status["rev"] + 1)
        self.attempt.save(self.status)

    @contextmanager
    def step(self, code: str) -> Iterator[None]:
        self.heed()
        began = time.monotonic()
        line = {"code": code, "state": "running", "at": time.time(), "seconds": None}
        self.status["steps"].append(line)
        self.tell()
        try:
            yield
        except BaseException:
            line.update(state="failed", seconds=round(time.monotonic() - began, 3))
            raise
        skipped = self.kept.pop("skipped", False)
        line.update(state="skipped" if skipped else "done", seconds=round(time.monotonic() - began, 3))
        self.tell()

    def skip(self, *codes: str) -> None:
        self.status["steps"] += [{"code": code, "state": "skipped", "at": None, "seconds": None} for code in codes]

    @property
    def current(self) -> str:
        return str(self.status["steps"][-1]["code"]) if self.status["steps"] else "save"

    def heed(self) -> None:
        if self.attempt.stop.exists() and not self.status["switched"]:
            raise Stopped
        if time.monotonic() > self.deadline:
            raise Said("step_timeout", step=self.current, seconds=int(self.data["timeout"]))

    def run(self, command: Sequence[str], cwd: str | None = None, stdin: Any = subprocess.DEVNULL) -> int:
        """Output goes to the attempt's log; ends early, children included, on stop or deadline."""
        with self.attempt.log.open("ab") as log, subprocess.Popen(
            list(command), stdin=stdin, stdout=log, stderr=log, cwd=cwd, env=environment(), start_new_session=True
        ) as child:  # fmt: skip
            self._watch(child)
        return child.returncode

    def piped(self, source: Sequence[str], command: Sequence[str]) -> int:
        """``source | command``: 0 where both ended well."""
        with self.attempt.log.open("ab") as log, subprocess.Popen(
            list(source), stdout=subprocess.PIPE, stderr=log, env=environment(), start_new_session=True
        ) as child:  # fmt: skip
            try:
                code = self.run(command, stdin=child.stdout)
            except BaseException:
                _end(child)
                raise
            assert child.stdout is not None
            child.stdout.close()
        return code or child.returncode

    def said(self, command: Sequence[str]) -> Ran:
        """The same for a program whose complaint is wanted: its last lines are ``err``."""
        start = self.attempt.log.stat().st_size
        return Ran(self.run(command), "", "\n".join(files.tail(self.attempt.log, 20, start)))

    def _watch(self, child: subprocess.Popen[bytes]) -> None:
        ended = threading.Event()
        threading.Thread(target=_await, args=(child, ended), daemon=True).start()
        try:
            while not ended.wait(0.1):
                self.heed()
        except BaseException:
            _end(child)
            raise

    def end(self, state: str, failure: dict[str, Any] | None = None) -> None:
        """Written down even on a full disk."""
        if self.attempt.room.exists():
            self.attempt.room.unlink()
        self.tell(state=state, failure=failure, exit=0 if state == "done" else 1)


def _await(child: subprocess.Popen[bytes], ended: threading.Event) -> None:
    child.wait()
    ended.set()


def _end(child: subprocess.Popen[bytes]) -> None:
    """Gently, then not."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, sign)
        except OSError:
            return
        deadline = time.monotonic() + 5.0
        while child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)


def carry_out(place: Place, attempt: Attempt) -> None:
    """From the held attempt lock to the end record, and then what can wait."""
    from . import after, steps

    job = Job(place, attempt)
    busy = files.Lock(place.root / "busy")
    try:
        _alone(job, busy)
        steps.all_of(job)
        job.end("done")
    except Stopped:
        job.end("stopped")
    except Exception as error:  # every end is written down
        job.end("failed", _failure(job, error))
    finally:
        busy.release()
    after.measure(job)
    after.tidy(job)


def _alone(job: Job, busy: files.Lock) -> None:
    holder = job.place.root / "busy.json"
    if not busy.take(BUSY_WITHIN):
        raise Said("host_busy", attempt=(files.read_json(holder) or {}).get("attempt", "?"))
    files.write_json(holder, {"attempt": job.attempt.id})


def _failure(job: Job, error: Exception) -> dict[str, Any]:
    if isinstance(error, Said):
        code, facts = error.code, dict(error.facts)
    elif isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        code, facts = "disk_full", disk.facts(job.place.path)
    else:
        code, facts = "job_failed", {"reason": f"{type(error).__name__}: {error}"}
        _note(job, _trace())
    facts = masks.within(facts, masks.of(job.place))
    return {"code": code, "step": job.current, "facts": facts}


def _trace() -> str:
    import traceback  # only now: every start of this program would pay for it

    return traceback.format_exc()


def _note(job: Job, text: str) -> None:
    try:
        with job.attempt.log.open("a") as log:
            log.write(text)
    except OSError:
        return
