"""Values as TOML has them."""

import json


def quoted(**values: str) -> dict[str, str]:
    """TOML's basic strings are JSON's."""
    return {name: json.dumps(value) for name, value in values.items()}
