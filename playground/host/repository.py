"""The team's repository: a bare one in the host's folder, and the verbs that write the history of a small team.

A release is one commit on a branch, written by git fast-import: no work tree, a few milliseconds each.
"""

import os
import subprocess
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path

from . import hostile, releases, wheels
from .releases import Entry, Kind

SEOUL = timezone(timedelta(hours=9))
AUTHORS = (
    ("김지은", "jieun@dojangkok.example"),
    ("박민수", "minsu@dojangkok.example"),
    ("이하늘", "haneul@dojangkok.example"),
    ("Alex Kim", "alex@dojangkok.example"),
)
_CONTENT = Path(__file__).parent / "application"


class Repository:
    """Bare git repository plus the wheels folder that belongs to it."""

    def __init__(self, path: Path, wheels_folder: Path, *, branch: str = "main") -> None:
        self.path = path
        self.wheels = wheels_folder
        self.default_branch = branch
        self.commits: list[str] = []
        self._requirements = ""
        self._last = datetime.now(SEOUL) - timedelta(days=4)

    @classmethod
    def create(cls, path: Path, wheels_folder: Path, *, branch: str = "main") -> "Repository":
        """Makes an empty repository and an empty wheels folder."""
        wheels_folder.mkdir(exist_ok=True)
        _git("init", "--quiet", "--bare", f"--initial-branch={branch}", str(path))
        return cls(path, wheels_folder, branch=branch)

    def release(
        self,
        kind: Kind = "good",
        *,
        message: str = "",
        author: tuple[str, str] | None = None,
        when: datetime | None = None,
        branch: str = "",
        names_version: bool = True,
        seconds: float = 3.0,
        files: Mapping[str, str] | None = None,
    ) -> str:
        """Commits a release of this kind on the branch and returns its full SHA.

        `seconds`: until a "dies_later" dies, or how late a "slow_boot" is. `files` are written
        over the kind's own. `when`: by default some hours after the release before, not after now.
        """
        number = len(self.commits)
        tree = self._tree(kind, number, names_version=names_version, seconds=seconds)
        tree |= {path: Entry(text.encode()) for path, text in (files or {}).items()}
        who = author or AUTHORS[number % len(AUTHORS)]
        sha = self._commit(
            tree, message or releases.title(kind, number), who, self._time(when), branch or self.default_branch
        )
        self.commits.append(sha)
        return sha

    def head(self, branch: str = "") -> str:
        """The SHA at the tip of a branch."""
        return self.git("rev-parse", "--verify", f"refs/heads/{branch or self.default_branch}")

    def branch(self, name: str, sha: str) -> None:
        """Makes a branch, or moves it, forced, as people do."""
        self.git("update-ref", f"refs/heads/{name}", sha)

    move_branch = branch

    def tag(self, name: str, sha: str) -> None:
        """Makes a lightweight tag, or moves it."""
        self.git("update-ref", f"refs/tags/{name}", sha)

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        """Runs git in the repository; what it prints, stripped."""
        return _git("-c", f"safe.directory={self.path}", "-C", str(self.path), *arguments, stdin=stdin)

    def _tree(self, kind: Kind, number: int, *, names_version: bool, seconds: float) -> dict[str, Entry]:
        if kind == "needs_wheel":
            self._requirements += releases.REQUIREMENTS[kind]
            wheels.wheel(self.wheels, "kiwipiepy", "0.22.1")
        if kind == "build_fails":
            wheels.broken_source(self.wheels, "tokenizer-native", "0.4.0")
        wanted = (
            self._requirements if kind == "needs_wheel" else self._requirements + releases.REQUIREMENTS.get(kind, "")
        )
        texts = {name: (_CONTENT / name).read_text(encoding="utf-8") for name in ("app.py", "page.html")}
        texts |= {
            "release.py": releases.release_py(kind, number, names_version=names_version, seconds=seconds),
            "requirements.txt": wanted or "# nothing beyond the standard library\n",
            "COMMIT": "$Format:%H$\n",
            ".gitattributes": "COMMIT export-subst\n",
            ".gitignore": ".env\n.venv/\n__pycache__/\nchroma_db/\n",
            "README.md": "# 도장콕 AI server\n\n`python app.py` listens on 127.0.0.1:$PORT.\n",
        }
        tree = {path: Entry(text.encode()) for path, text in texts.items()}
        return tree | hostile.tree(self.path.parent) if kind == "hostile" else tree

    def _time(self, when: datetime | None) -> datetime:
        now = datetime.now(SEOUL)
        self._last = when or min(max(self._last + timedelta(hours=7, minutes=23), self._last), now)
        return self._last

    def _commit(
        self, tree: Mapping[str, Entry], message: str, who: tuple[str, str], when: datetime, branch: str
    ) -> str:
        ref = f"refs/heads/{branch}"
        stamp = f"{who[0]} <{who[1]}> {int(when.timestamp())} +0900"
        parent = self.git("for-each-ref", "--format=%(objectname)", ref)
        out = [f"commit {ref}", "mark :1", f"author {stamp}", f"committer {stamp}", _data(message.encode())]
        lines = "\n".join(out).encode() + (f"\nfrom {parent}".encode() if parent else b"") + b"\ndeleteall\n"
        for path, entry in tree.items():
            lines += _file(path, entry)
        return self.git("fast-import", "--quiet", "--force", "--date-format=raw", stdin=lines + b"get-mark :1\n")


def _data(blob: bytes) -> str:
    return f"data {len(blob)}\n{blob.decode()}"


def _file(path: str, entry: Entry) -> bytes:
    quoted = '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if entry.mode == "160000":
        return f"M 160000 {entry.data.decode()} {quoted}\n".encode()
    return f"M {entry.mode} inline {quoted}\ndata {len(entry.data)}\n".encode() + entry.data + b"\n"


def _git(*arguments: str, stdin: bytes = b"") -> str:
    """git without the machine's own settings: neither a user's nor the system's configuration changes a test."""
    clean = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | clean
    done = subprocess.run(
        ["git", *arguments], input=stdin, capture_output=True, env=environment, timeout=30, check=False
    )
    if done.returncode:
        raise RuntimeError(f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout.decode().strip()
