"""Commits, branches and tags of one repository; a commit holds its whole tree."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from playground.github.accounts import User


@dataclass
class Commit:
    sha: str
    message: str
    author: User
    at: float
    parents: tuple[str, ...]
    tree: dict[str, str]
    """Path → text, everything that is there."""
    changed: dict[str, str]
    """Path → `added`, `modified` or `removed`, against the first parent."""
    signed: bool = False


@dataclass
class Tree:
    """The history. `heads` are branches; `tags` lead to commits, whatever kind they are."""

    commits: dict[str, Commit] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    annotated: dict[str, str] = field(default_factory=dict)
    """Tag name → SHA of the tag object, for those that have one."""

    def add(
        self,
        message: str,
        author: User,
        at: float,
        parents: tuple[str, ...],
        files: Mapping[str, str | None],
        signed: bool,
    ) -> Commit:
        """One more commit on top of its parents; a path with None is deleted."""
        before = self.commits[parents[0]].tree if parents else {}
        tree, changed = dict(before), {}
        for path, text in files.items():
            if text is None:
                tree.pop(path, None)
                changed[path] = "removed"
            else:
                tree[path] = text
                changed[path] = "modified" if path in before else "added"
        seed = f"{len(self.commits)} {at} {message} {parents} {author.login}"
        commit = Commit(digest(seed), message, author, at, parents, tree, changed, signed)
        self.commits[commit.sha] = commit
        return commit

    def reference(self, name: str) -> str | None:
        """The SHA behind `refs/heads/x` or `refs/tags/x`, `heads/x`, `tags/x`."""
        kind, _, short = name.removeprefix("refs/").partition("/")
        return {"heads": self.heads, "tags": self.tags}.get(kind, {}).get(short)

    def resolve(self, name: str) -> str | None:
        """A branch, a tag, a full or an unambiguous short SHA; GitHub looks in this order."""
        found = self.heads.get(name) or self.tags.get(name) or self.reference(name)
        if found is not None:
            return found
        if len(name) < 7 or not all(one in "0123456789abcdef" for one in name.lower()):
            return None
        matching = [sha for sha in self.commits if sha.startswith(name.lower())]
        return matching[0] if len(matching) == 1 else None

    def ancestors(self, sha: str) -> dict[str, Commit]:
        """The commit and everything below it."""
        found: dict[str, Commit] = {}
        waiting = [sha]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found[one] = self.commits[one]
                waiting += self.commits[one].parents
        return found

    def everywhere(self, path: str, text: str) -> None:
        """Puts a file into every tree, as if it had always been there."""
        for commit in self.commits.values():
            commit.tree[path] = text


def digest(text: str) -> str:
    """Forty hexadecimal digits, as git has them."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
