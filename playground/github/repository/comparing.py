"""What lies between two commits, as GitHub's compare tells it."""

from dataclasses import dataclass

from playground.github.repository.commits import Commit, Tree


@dataclass(frozen=True)
class Comparison:
    base: Commit
    merge_base: Commit
    head: Commit
    ahead: tuple[Commit, ...]
    """Reachable from head but not from base, oldest first."""
    behind: int
    files: dict[str, str]
    """Path → `added`, `modified` or `removed` between merge base and head."""

    @property
    def status(self) -> str:
        if self.ahead and self.behind:
            return "diverged"
        return "ahead" if self.ahead else "behind" if self.behind else "identical"


def compared(tree: Tree, base: str, head: str) -> Comparison | None:
    """None when they have nothing in common."""
    below, above = tree.ancestors(base), tree.ancestors(head)
    common = [sha for sha in above if sha in below]
    if not common:
        return None
    merge_base = tree.commits[common[0]]
    ahead = [one for sha, one in above.items() if sha not in below]
    order = {sha: number for number, sha in enumerate(tree.commits)}
    ahead.sort(key=lambda one: order[one.sha])
    behind = sum(sha not in above for sha in below)
    files = _files(merge_base.tree, tree.commits[head].tree)
    return Comparison(tree.commits[base], merge_base, tree.commits[head], tuple(ahead), behind, files)


def _files(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    found = {path: "removed" for path in before if path not in after}
    for path, text in after.items():
        if path not in before:
            found[path] = "added"
        elif before[path] != text:
            found[path] = "modified"
    return dict(sorted(found.items()))
