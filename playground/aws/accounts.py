"""Who may ask: users with long-lived keys, roles, and the sessions of whoever assumed one."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.aws.policy import Ask, allowing, decide

ACCOUNT = "123456789012"


@dataclass
class Principal:
    """A user or a role, by its ARN, and what its policies say."""

    arn: str
    statements: Sequence[Mapping[str, Any]]

    def decides(self, ask: Ask) -> str:
        return decide(self.statements, ask)


@dataclass
class Role(Principal):
    external_id: str | None = None
    """Who assumes the role has to name it, where there is one."""
    unique_id: str = ""


@dataclass
class Keys:
    """What a client is given; `token` only for a session."""

    access_key: str
    secret: str
    principal: Principal
    arn: str
    """As GetCallerIdentity answers."""
    user_id: str
    token: str | None = None
    expires_at: float | None = None

    def expire(self) -> None:
        """The session is over at once."""
        self.expires_at = 0.0


@dataclass
class Accounts:
    users: dict[str, Principal] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    live: dict[str, Keys] = field(default_factory=dict)
    """By access key."""

    def keys(self, statements: Sequence[Mapping[str, Any]], name: str = "slipway") -> Keys:
        """A user's, made when it is new. The policy is the newest one given."""
        arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
        user = self.users.setdefault(arn, Principal(arn, statements))
        user.statements = statements
        made = Keys(_identifier("AKIA"), secrets.token_urlsafe(30), user, arn, _identifier("AIDA"))
        self.live[made.access_key] = made
        return made

    def role(self, arn: str, external_id: str | None, statements: Sequence[Mapping[str, Any]]) -> Role:
        made = self.roles[arn] = Role(arn, statements, external_id, _identifier("AROA"))
        return made

    def session(self, role: Role, name: str, until: float) -> Keys:
        """Short-lived keys of a role, named."""
        account, _, path = role.arn.partition("iam::")[2].partition(":role/")
        arn = f"arn:aws:sts::{account}:assumed-role/{path.rpartition('/')[2]}/{name}"
        token = secrets.token_urlsafe(120)
        made = Keys(_identifier("ASIA"), secrets.token_urlsafe(30), role, arn, f"{role.unique_id}:{name}", token, until)
        self.live[made.access_key] = made
        return made

    def principal(self, arn: str) -> Principal | None:
        return self.users.get(arn) or self.roles.get(arn)


def statements(allowed: Collection[str] | None, policy: Mapping[str, Any] | None) -> Sequence[Mapping[str, Any]]:
    """Of a policy document, or of the actions that are allowed on everything."""
    if policy is None:
        return allowing(allowed)
    found: Sequence[Mapping[str, Any]] = policy["Statement"]
    return found


def _identifier(prefix: str) -> str:
    return prefix + "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(16))
