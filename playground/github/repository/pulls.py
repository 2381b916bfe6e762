"""Pull requests, as far as a deploy tells about them, and the comments on them."""

from dataclasses import dataclass, field

from playground.github.accounts import User


@dataclass(frozen=True)
class Comment:
    id: int
    by: User
    text: str
    at: float


@dataclass
class Pull:
    id: int
    number: int
    title: str
    author: User
    head: str
    """SHA of its branch."""
    merge_sha: str | None
    """The commit on the base branch; None while it is open."""
    at: float
    base: str = "main"
    body: str = ""
    labels: tuple[str, ...] = ()
    comments: list[Comment] = field(default_factory=list)

    @property
    def merged(self) -> bool:
        return self.merge_sha is not None

    def brought(self, sha: str) -> bool:
        """Whether the commit came with this pull request."""
        return sha in (self.head, self.merge_sha)
