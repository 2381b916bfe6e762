"""The few `${{ … }}` expressions that names, groups and environments of a workflow use: inputs and github.*."""

import re
from collections.abc import Mapping

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


def filled(text: str, values: Mapping[str, object]) -> str:
    """Every expression replaced by its value; an unknown one is empty, `a || b` is the first that is not."""

    def value(match: re.Match[str]) -> str:
        for part in match[1].split("||"):
            found = _single(part.strip(), values)
            if found:
                return found
        return ""

    return EXPRESSION.sub(value, text)


def _single(name: str, values: Mapping[str, object]) -> str:
    if len(name) >= 2 and name[0] == name[-1] == "'":
        return name[1:-1]
    found = values.get(name.replace("github.event.inputs.", "inputs."), "")
    return str(found).lower() if isinstance(found, bool) else str(found)
