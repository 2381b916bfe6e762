"""The program for the host: the files of ``adapters/ssh/remote``, named by one SHA-256 over all of them.

It travels as one zip file and lies on the host as a folder, since Python keeps compiled code only beside files: a
call costs a third of what it costs from the zip. Before each use the files are read and compared with the SHA-256;
the compiled code is of the kind that Python itself compares with its source (PEP 552, checked hashes).
"""

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
ABSENT = 96  # exit status of the launcher: not there, or other bytes than ours
OLD = 95  # of the launcher: Python older than 3.8
START = f"from {PACKAGE}.__main__ import main\nmain()\n"

# digest(folder): what `Program.sha256` is. Read by both programs below.
DIGEST = (
    "import hashlib,os,sys\n"
    f"if sys.version_info<(3,8):sys.exit({OLD})\n"
    "def digest(f):\n"
    f" f=os.path.join(f,'{PACKAGE}');d=hashlib.sha256()\n"
    " for n in sorted(x for x in os.listdir(f) if x.endswith('.py')):\n"
    "  with open(os.path.join(f,n),'rb') as o:b=o.read()\n"
    "  d.update(b'%s\\0%d\\0'%(n.encode(),len(b))+b)\n"
    " return d.hexdigest()\n"
    "p,h=sys.argv[1:3]\n"
)

# Arguments: folder, SHA-256.
LAUNCH = DIGEST + (
    "try:same=digest(p)==h\n"
    "except OSError:same=False\n"
    f"if not same:sys.exit({ABSENT})\n"
    "sys.argv=[p];sys.path.insert(0,os.path.abspath(p))\n" + START
)

# Unpacks standard input, whole or not at all. Arguments: folder, SHA-256.
STORE = DIGEST + (
    "import compileall,io,py_compile,shutil,zipfile\n"
    "n='%s.%d'%(p,os.getpid())\n"
    "try:\n"
    " os.makedirs(n,mode=0o700);zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())).extractall(n)\n"
    " if digest(n)!=h:sys.exit('damaged on the way')\n"
    " compileall.compile_dir(n,quiet=2,invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)\n"
    " try:os.replace(n,p)\n"
    " except OSError:\n"
    "  try:stored=digest(p)==h\n"  # by somebody else at the same time
    "  except OSError:stored=False\n"
    "  if not stored:os.replace(p,n+'.old');os.replace(n,p)\n"
    "except OSError as e:sys.exit(str(e.strerror))\n"
    "finally:\n shutil.rmtree(n,True);shutil.rmtree(n+'.old',True)\n"
)


@dataclass(frozen=True)
class Program:
    """``packed``: a zip file; ``sha256``: over the sources in it, which also names it on the host."""

    packed: bytes
    sha256: str

    def launch(self) -> str:
        return self._command(LAUNCH)

    def store(self) -> str:
        return self._command(STORE)

    def _command(self, source: str) -> str:
        return shlex.join(["python3", "-IS", "-c", source, f"{FOLDER}/{self.sha256}", self.sha256])


@cache
def program() -> Program:
    digest, packed = hashlib.sha256(), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        # What slipway-job@.service starts: python3 -I FOLDER job ID
        archive.writestr("__main__.py", START)
        for name, text in sorted(_sources().items()):
            archive.writestr(f"{PACKAGE}/{name}", text)
            digest.update(b"%s\0%d\0" % (name.encode(), len(text)) + text)
    return Program(packed.getvalue(), digest.hexdigest())


def _sources() -> dict[str, bytes]:
    folder = resources.files("adapters.ssh.remote")
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name.endswith(".py")}
