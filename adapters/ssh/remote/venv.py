"""Environments: path/venvs/<hash>, each built where it stays; one counts only with its ``ok`` file, written last."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from pathlib import Path
from typing import Callable

from . import aside, disk
from .job import Job
from .place import Place
from .requirements import Wanted, collect
from .run import Ran, run
from .said import Said

# ensurepip's wheels unpacked: what it does itself, in a tenth of its three seconds; else it is asked.
PIP = """
import ensurepip, os, runpy, sys, sysconfig, zipfile
wanted = ("pip", "setuptools") if sys.version_info < (3, 12) else ("pip",)
folders = [getattr(ensurepip, "_WHEEL_PKG_DIR", None), os.path.join(os.path.dirname(ensurepip.__file__), "_bundled")]
paths = [os.path.join(folder, name) for folder in folders if folder and os.path.isdir(folder)
         for name in sorted(os.listdir(folder))]
wheels = {os.path.basename(path).split("-")[0]: path for path in paths if path.endswith(".whl")}
if "pip" not in wheels:
    runpy.run_module("ensurepip", run_name="__main__")
for name in wanted:
    if name in wheels:
        zipfile.ZipFile(wheels[name]).extractall(sysconfig.get_path("purelib"))
"""
OURS = re.compile(r"[0-9a-f]{16}(?:-|$)|before-")  # others are not ours to remove
ASK = "import sys; print(sys.version, sys.implementation.cache_tag, sys.base_prefix)"


def build(job: Job, source: Path) -> Path | None:
    """The environment of the tree in ``source``; an existing one where the text says that it is the same."""
    name = job.place.requirements
    if not name:
        job.kept["skipped"] = True
        return None
    wanted = collect(name, lambda path: _inside(source, path))
    made = job.place.venvs / key(job, wanted.digest)
    if not wanted.reusable:
        made = made.with_name(made.name + "-" + job.attempt.id)
    if (made / "ok").exists():
        job.kept["skipped"] = True
        return made
    _make(job, made, source, name, wanted)
    return made


def asked(job: Job) -> Callable[[], Ran]:
    """Which Python it is, asked while something else is done."""
    return aside.begun(lambda: run([job.place.python, "-c", ASK]))


def key(job: Job, digest: str) -> str:
    asking = job.kept.pop("python", None) or asked(job)
    python = asking()
    if python.code:
        raise Said("python_missing", python=job.place.python)
    return hashlib.sha256((python.out + digest).encode()).hexdigest()[:16]


def _inside(source: Path, path: str) -> bytes | None:
    """A requirements file that leaves the tree by a link is refused: pip would print what it finds there."""
    there = source / path
    if not there.is_file():
        return None
    if source.resolve() not in there.resolve().parents:
        raise Said("requirements_outside", file=path)
    return there.read_bytes()


def _make(job: Job, made: Path, source: Path, name: str, wanted: Wanted) -> None:
    if made.exists():
        shutil.rmtree(str(made))
    made.parent.mkdir(parents=True, exist_ok=True)
    if job.run([job.place.python, "-m", "venv", "--without-pip", str(made)]):
        raise Said("venv_missing", python=job.place.python)
    if not wanted.empty and job.run([str(made / "bin" / "python"), "-c", PIP]):
        raise Said("venv_missing", python=job.place.python)
    if not wanted.reusable:  # an editable package lives in its sources for as long as the environment
        shutil.copytree(str(source), str(made / "source"), symlinks=True)
        source = made / "source"
    pip = [str(made / "bin" / "python"), "-m", "pip", "install", "-r", name]
    if not wanted.empty and job.run(pip, cwd=str(source)):
        raise _said(job)
    os.sync()
    (made / "ok").write_text(wanted.digest + "\n")


def _said(job: Job) -> Said:
    if disk.is_full(job.place.path):
        return Said("disk_full", **disk.facts(job.place.path))
    return Said("install_failed", requirements=job.place.requirements)


def program(shown: dict[str, str]) -> str:
    """The first path of ``systemctl show -p ExecStart``: { path=/a/b ; argv[]=/a/b c ; … }"""
    found = re.search(r"path=(\S+)", shown.get("ExecStart", ""))
    return found.group(1) if found else ""


def argv(shown: dict[str, str]) -> str:
    found = re.search(r"argv\[\]=(.*?) ; ", shown.get("ExecStart", ""))
    return found.group(1) if found else ""


def unused(place: Place, referenced: list[str]) -> list[Path]:
    try:
        return [made for made in place.venvs.iterdir() if OURS.match(made.name) and made.name not in referenced]
    except OSError:
        return []
