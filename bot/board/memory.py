"""What autocomplete answers from: kept in memory, so that a letter typed is answered at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.model import Choices, Deploy, Target, Version
from bot.ports import Site

LIMIT = 25  # Discord: at most 25 choices
SHOWN = 100  # Discord: characters of a choice's name


class Memory:
    def __init__(self, sites: Mapping[Target, Site]) -> None:
        self._sites = sites
        self._recent: Sequence[Deploy] = ()
        self._known: dict[Target, list[Version]] = {}
        self._models: dict[Target, list[str]] = {}

    def refresh(
        self, recent: Sequence[Deploy], known: Mapping[Target, list[Version]], models: Mapping[Target, list[str]]
    ) -> None:
        """``known``, ``models``: the newest first."""
        self._recent = recent
        self._known = dict(known)
        self._models = dict(models)

    def saw(self, target: Target, version: Version) -> None:
        known = self._known.setdefault(target, [])
        if all(version.id != one.id for one in known):
            known.insert(0, version)

    def services(self, typed: str) -> Choices:
        recent = [deploy.target.service for deploy in self._recent]
        return _choices(((name, name) for name in [*recent, *(target.service for target in self._sites)]), typed)

    def envs(self, service: str | None, typed: str) -> Choices:
        recent = [deploy.target.env for deploy in self._recent if service in (None, deploy.target.service)]
        configured = [target.env for target in self._sites if service in (None, target.service)]
        return _choices(((name, name) for name in [*recent, *configured] if name in configured), typed)

    def promotable(self, service: str | None, typed: str) -> Choices:
        """Environments that have one before them."""
        later = {t.env: t.env for t, site in self._sites.items() if service in (None, t.service) and site.spec.previous}
        return _choices(later.items(), typed)

    def versions(self, service: str | None, env: str | None, typed: str) -> Choices:
        """Branches first, then what was deployed, then what is known of the target."""
        targets = [t for t in self._sites if service in (None, t.service) and env in (None, t.env)]
        branches = [(str(branch), str(branch)) for t in targets if (branch := self._sites[t].spec.branch)]
        deployed = [_version(deploy.to) for deploy in self._recent if deploy.target.service == service]
        known = [_version(version) for target in targets for version in self._known.get(target, [])]
        return _choices([*branches, *deployed, *known], typed)

    def models(self, service: str | None, env: str | None, typed: str) -> Choices:
        """Of targets where one can be ordered."""
        targets = [t for t in self._sites if service in (None, t.service) and env in (None, t.env)]
        keyed = [t for t in targets if (said := self._sites[t].spec.model) and said.key]
        return _choices(((name, name) for target in keyed for name in self._models.get(target, [])), typed)

    def deploys(self, typed: str, *, unfinished: bool) -> Choices:
        found = (deploy for deploy in self._recent if not unfinished or deploy.verdict is None)
        lines = ((_line(deploy), str(deploy.number)) for deploy in found)
        return _choices(lines, typed)


def _version(version: Version) -> tuple[str, str]:
    ref = f" ({version.ref})" if version.ref and not version.id.startswith(version.ref) else ""
    return f"{version.label}{ref}", version.id


def _line(deploy: Deploy) -> str:
    result = deploy.verdict.value if deploy.verdict else deploy.phase.value
    return f"#{deploy.number} {deploy.target} {deploy.to.label} {result}"


def _choices(items: Iterable[tuple[str, str]], typed: str) -> Choices:
    wanted = typed.strip().lower()
    found: dict[str, str] = {}
    for shown, value in items:
        if (wanted in shown.lower() or value.lower().startswith(wanted)) and value not in found:
            found[value] = shown[:SHOWN]
        if len(found) == LIMIT:
            break
    return Choices(tuple((shown, value) for value, shown in found.items()))
