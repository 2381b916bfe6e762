"""For ``slipway doctor``: who we are on AWS, how the service is set up, what IAM would refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.ecs import revision, simulating
from adapters.ecs.asking import Asking, Revision
from adapters.ecs.before import standing
from adapters.ecs.config import Config
from adapters.ecs.images import Images
from adapters.ecs.plain import secrets_in_plain
from bot.errors import AdapterError

Line = tuple[str, bool | None, Mapping[str, Any]]
ROLES = ("taskRoleArn", "executionRoleArn")


async def lines(asking: Asking, images: Images) -> Sequence[Line]:
    """In the order in which one depends on the other. What AWS refuses outright is raised."""
    region, config = asking.region, asking.config
    caller = await region.caller()
    found: list[Line] = [("caller", True, {"arn": caller.arn, "account": caller.account, "region": config.region})]
    service = await asking.service(fresh=True)
    found += [(one.code, False if one.stops else None, one.facts) for one in standing(service)]
    leading = service.primary.revision if service.primary else service.revision
    current = await asking.revision(leading, fresh=True)
    revision.image(current.definition, config.container)
    found += list(_defined(current, config))
    await images.uri()
    found.append(await _allowed(asking, _whole(current.definition, config)))
    return found


def _defined(current: Revision, config: Config) -> Iterator[Line]:
    names = secrets_in_plain(current.definition, config.plain_secrets_ok)
    if names:
        yield "secret_in_plain", False, {"names": ", ".join(names), "revision": revision.short(current.arn)}
    there = _whole(current.definition, config)
    for key in ("family", "log_group", "pass_roles"):
        said, found = getattr(config, key), getattr(there, key)
        if said and found and set(_texts(found)) - set(_texts(said)):
            yield "said_otherwise", None, {"key": key, "found": ", ".join(_texts(found))}


def _whole(definition: Mapping[str, Any], config: Config) -> Config:
    """With what the task definition itself says of its family, its roles and where its container writes."""
    container = next(one for one in definition["containerDefinitions"] if one.get("name") == config.container)
    written = (container.get("logConfiguration") or {}).get("options") or {}
    known = {
        "family": definition.get("family"),
        "pass_roles": tuple(dict.fromkeys(role for name in ROLES if (role := definition.get(name)))),
        "log_group": written.get("awslogs-group"),
    }
    return config.model_copy(update={key: value for key, value in known.items() if value})


async def _allowed(asking: Asking, whole: Config) -> Line:
    caller = await asking.region.caller()
    who = simulating.principal(whole, caller)
    try:
        refused, count = await simulating.denied(asking.region, whole, caller)
    except AdapterError as problem:
        return "not_simulated", None, {"why": problem.code, "arn": who}
    if refused:
        return "denied", False, {"actions": ", ".join(refused), "arn": who}
    return "allowed", True, {"count": count}


def _texts(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
