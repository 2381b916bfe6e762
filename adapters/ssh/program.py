"""The program for the host, as one file: a zip of ``adapters/ssh/remote``, the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import shlex
import zipfile
from dataclasses import dataclass
from functools import cache
from importlib import resources

PACKAGE = "slipway_host"
FOLDER = ".slipway/programs"  # under the deploy user's home, where a command begins
ABSENT = 96  # exit status of the launcher: no such file, or other bytes than ours
OLD = 95  # of the launcher: Python older than 3.8

# Reads the file once, compares its SHA-256, then runs it. Arguments: path, SHA-256.
LAUNCH = (
    "import hashlib,sys\n"
    f"if sys.version_info<(3,8):sys.exit({OLD})\n"
    "p,h=sys.argv[1:3]\n"
    "try:d=open(p,'rb').read()\n"
    f"except OSError:sys.exit({ABSENT})\n"
    f"if hashlib.sha256(d).hexdigest()!=h:sys.exit({ABSENT})\n"
    "import os,runpy;p=os.path.abspath(p);sys.argv=[p];sys.path.insert(0,p)\n"
    f"runpy.run_module('{PACKAGE}',run_name='__main__')\n"
)

# Writes standard input to the file, whole or not at all. Arguments: path, SHA-256.
STORE = (
    "import hashlib,os,sys\n"
    "p,h=sys.argv[1:3];d=sys.stdin.buffer.read()\n"
    "if hashlib.sha256(d).hexdigest()!=h:sys.exit('damaged on the way')\n"
    "os.makedirs(os.path.dirname(p),mode=0o700,exist_ok=True);n='%s.%d'%(p,os.getpid())\n"
    "try:\n f=os.open(n,os.O_WRONLY|os.O_CREAT|os.O_TRUNC,0o600);g=os.fdopen(f,'wb');g.write(d);g.flush()\n"
    " os.fsync(f);g.close();os.replace(n,p)\n"
    "except OSError as e:\n os.path.exists(n) and os.unlink(n);sys.exit(str(e.strerror))\n"
)


@dataclass(frozen=True)
class Program:
    """``sha256`` names it on the host."""

    data: bytes
    sha256: str

    @property
    def path(self) -> str:
        return f"{FOLDER}/{self.sha256}.pyz"

    def launch(self) -> str:
        return _command(LAUNCH, self)

    def store(self) -> str:
        return _command(STORE, self)


def _command(source: str, program: Program) -> str:
    return shlex.join(["python3", "-I", "-c", source, program.path, program.sha256])


@cache
def program() -> Program:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(_sources().items()):
            # __main__.py at the top is what a job's own unit starts: python3 -I FILE job ID
            archive.writestr(_entry(f"{PACKAGE}/{name}"), text)
        archive.writestr(
            _entry("__main__.py"), f"import sys\nfrom {PACKAGE}.__main__ import main\nmain(sys.argv[1:])\n"
        )
    data = packed.getvalue()
    return Program(data, hashlib.sha256(data).hexdigest())


def _sources() -> dict[str, str]:
    folder = resources.files("adapters.ssh.remote")
    return {entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".py")}


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=(2020, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
