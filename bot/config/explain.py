"""``check --explain SERVICE/ENV``: the effective target, and where each value came from."""

from __future__ import annotations

from bot.config.config import Config
from bot.config.keys import did_you_mean
from bot.errors import ConfigErrors


def explain(config: Config, key: str) -> list[str]:
    """One line a value: key, value, source. Raises ConfigErrors when there is no such target."""
    target = next((target for target in config.targets if target.key == key), None)
    if target is None:
        known = [target.key for target in config.targets]
        hint = did_you_mean(key, known) or f"; known: {', '.join(known)}"
        raise ConfigErrors([f'--explain: there is no target "{key[:80]}"{hint}'])
    rows = config.effective[target]
    wide, middle = max(len(row.key) for row in rows), min(48, max(len(row.value) for row in rows))
    return [str(target), *(f"  {row.key:<{wide}}  {row.value:<{middle}}  {row.source}" for row in rows)]
