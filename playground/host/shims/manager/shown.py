"""What `systemctl show` prints."""

import time
from typing import Any

from .unit import DEAD, Unit


def show(unit: Unit, name: str, wanted: "list[str]", *, values: bool) -> int:
    """Prints NAME=value lines, all or the wanted ones, in the words of the real program."""
    known = properties(unit) if name == unit.name else {"Id": name, "LoadState": "not-found", **_words(DEAD)}
    for key, value in known.items():
        if not wanted or key in wanted:
            print(value if values else f"{key}={value}")
    return 0


def _words(status: "dict[str, Any]") -> "dict[str, str]":
    return {key: str(value) for key, value in status.items() if key[0].isupper()}


def properties(unit: Unit) -> "dict[str, str]":
    """What `systemctl show` would print of this unit, as far as it is true here: there is no cgroup."""
    status, definition = unit.status(), unit.definition
    argv = definition["argv"]
    found = {"Id": unit.name, "LoadState": "loaded", "UnitFileState": "enabled", "Type": "simple", "Restart": "always"}
    found |= {"NRestarts": "0", "InvocationID": "", "ExecMainCode": "0", "ExecMainStatus": "0"} | _words(status)
    found |= {"WorkingDirectory": definition["directory"], "User": definition["user"], "ControlGroup": ""}
    found["ExecStart"] = f"{{ path={argv[0]} ; argv[]={' '.join(argv)} ; ignore_errors=no }}"
    found |= {"StandardOutput": f"append:{definition['log']}", "StandardError": f"append:{definition['log']}"}
    stamps = status.get("stamps", {})
    for key in ("ExecMainStart", "ActiveEnter"):
        at = stamps.get(key)
        found[f"{key}Timestamp"] = time.strftime("%a %Y-%m-%d %H:%M:%S %Z", time.localtime(at)) if at else ""
        found[f"{key}TimestampMonotonic"] = str(int(stamps.get("monotonic", 0) * 1e6))
    return found
