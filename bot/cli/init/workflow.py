"""Reads a GitHub workflow that deploys over SSH, as the team's guide writes it: path, unit, health check, tries.

It is a reader of scripts, not a shell: what it does not recognise stays open, and the file says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from bot.cli.init.facts import Facts

SECRET = re.compile(r"\$\{\{\s*secrets\.([A-Z][A-Z0-9_]*)\s*\}\}")
EXPRESSION = re.compile(r"\$\{\{\s*(?:env|vars)\.(\w+)\s*\}\}")
ASSIGNMENT = re.compile(r"^\s*(?:export\s+)?([A-Za-z_]\w*)=[\"']?([^\"'\s;$`]+)[\"']?\s*$", re.MULTILINE)
VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)\}?")
LOOP = re.compile(r"\b(?:for|while|until)\b.*?\bdone\b", re.DOTALL)
HERE = re.compile(r"\b(?:curl|wget)\b[^\n|;]*?((?:https?://)?(?:localhost|127\.0\.0\.1)(?::\d+)?(?:/[\w./-]*)?)")
LOGIN = re.compile(r"\bssh\s+(?:-\S+\s+(?:[^\s@-]\S*\s+)?)*([a-z_][\w-]*)@([A-Za-z0-9.-]+)")


class NotReadable(Exception):
    """The file is no workflow; the reason for people."""


def read(text: str) -> Facts:
    """Raises NotReadable."""
    try:
        workflow = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise NotReadable(f"is not YAML: {' '.join(str(error).split())[:200]}") from None
    steps = list(_steps(workflow))
    script = "\n".join(_script(step, _variables(workflow)) for step in steps)
    if "systemctl" not in script and "ssh" not in script:
        raise NotReadable("has no step that deploys over SSH")
    return _facts(_with(steps, _variables(workflow)), _substituted(script), workflow)


def _steps(workflow: Any) -> Iterator[Mapping[str, Any]]:
    jobs = workflow.get("jobs") if isinstance(workflow, Mapping) else None
    for job in jobs.values() if isinstance(jobs, Mapping) else ():
        for step in job.get("steps") or () if isinstance(job, Mapping) else ():
            if isinstance(step, Mapping):
                yield step


def _variables(workflow: Mapping[str, Any]) -> dict[str, str]:
    tables = [workflow.get("env"), *(job.get("env") for job in workflow["jobs"].values() if isinstance(job, Mapping))]
    return {str(key): str(value) for table in tables if isinstance(table, Mapping) for key, value in table.items()}


def _script(step: Mapping[str, Any], variables: Mapping[str, str]) -> str:
    """Everything of a step that a shell would run, here or on the host."""
    inputs = step.get("with")
    scripts = [step.get("run"), inputs.get("script") if isinstance(inputs, Mapping) else None]
    return "\n".join(_filled(str(script), variables) for script in scripts if script)


def _filled(text: str, variables: Mapping[str, str]) -> str:
    return EXPRESSION.sub(lambda found: variables.get(found[1], found[0]), text)


def _substituted(script: str) -> str:
    """Shell variables with a plain value, put in where they are used."""
    values = dict(ASSIGNMENT.findall(script))
    return VARIABLE.sub(lambda found: values.get(found[1], found[0]), script)


def _with(steps: list[Mapping[str, Any]], variables: Mapping[str, str]) -> dict[str, str]:
    """The inputs of the step that logs in (appleboy/ssh-action and its like)."""
    for step in steps:
        inputs = step.get("with")
        if isinstance(inputs, Mapping) and "host" in inputs and "script" in inputs:
            return {str(key): _filled(str(value), variables) for key, value in inputs.items()}
    return {}


def _facts(login: Mapping[str, str], script: str, workflow: Mapping[str, Any]) -> Facts:
    direct = LOGIN.search(script)
    loop = next((found[0] for found in LOOP.finditer(script) if "curl" in found[0] or "wget" in found[0]), "")
    key = SECRET.search(login.get("key", "")) or re.search(r"secrets\.(\w*(?:SSH|KEY)\w*)", script)
    return Facts(
        host=_plain(login.get("host")) or (direct[2] if direct else None),
        port=_number(login.get("port")),
        user=_plain(login.get("username")) or (direct[1] if direct else None),
        secret=key[1] if key else None,
        branch=_branch(script, workflow),
        path=_first(r"\bcd\s+[\"']?(/[\w./-]+)", script),
        unit=_first(r"\bsystemctl\s+(?:--\S+\s+)*(?:re)?start\s+([\w@.-]+)", script),
        url=_url(script),
        tries=_number(_first(TRIES, loop or script)),
        interval=_number(_first(r"\bsleep\s+(\d+)", loop) or _first(r"--retry-delay\s+(\d+)", script)),
        timeout=_number(_first(r"\bcurl\b[^\n]*?(?:--max-time|-m)\s+(\d+)", script)),
        requirements=_first(r"\bpip3?\s+install\b[^\n]*?-r\s+([\w./-]+)", script),
        notes=tuple(_notes(script, loop)),
    )


TRIES = r"(?:\{1\.\.|\bseq\s+(?:1\s+)?|-l[te]\s+|--retry\s+|\b(?:MAX_)?(?:RETRIES|TRIES|ATTEMPTS)=)(\d+)"


def _first(pattern: str, text: str) -> str | None:
    found = re.search(pattern, text)
    return next((group for group in found.groups() if group), None) if found else None


def _plain(value: str | None) -> str | None:
    """None for an expression: what it stands for only GitHub knows."""
    return value if value and "${{" not in value else None


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isdecimal() else None


def _branch(script: str, workflow: Mapping[Any, Any]) -> str | None:
    named = _first(r"\breset\s+--hard\s+origin/([\w./-]+)|\bgit\s+pull\s+origin\s+([\w./-]+)", script)
    triggers = workflow.get("on", workflow.get(True))  # YAML 1.1 reads the key `on` as true
    push = triggers.get("push") if isinstance(triggers, Mapping) else None
    branches = push.get("branches") if isinstance(push, Mapping) else None
    return named or (str(branches[0]) if isinstance(branches, list) and branches else None)


def _url(script: str) -> str | None:
    """What curl or wget asks on the host itself; an address elsewhere is no health check of the service."""
    found = HERE.search(script)
    if not found:
        return None
    return found[1] if "://" in found[1] else f"http://{found[1]}"


def _notes(script: str, loop: str) -> Iterator[str]:
    waits = re.findall(r"\bsleep\s+(\d+)", script.replace(loop, ""))
    if waits:
        yield f"`sleep {waits[0]}` is not needed: Slipway asks until the service answers (start_within)"
    if "reset --hard" in script:
        yield "`reset --hard` took whatever the branch was then; Slipway deploys the exact commit that was confirmed"
    if re.search(r"/tmp/\S*(?:rollback|previous|commit|sha)", script, re.IGNORECASE):  # noqa: S108 (looked for, not used)
        yield "the rollback point in /tmp is not needed: Slipway keeps the last verified version in its ledger"
    if "uv sync" in script:
        yield "`uv sync` is not run by this version: write a requirements file (uv export > requirements.txt)"
