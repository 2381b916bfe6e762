"""Embed limits (Discord's "Embed Limits"): by part, and 6,000 characters over all embeds of a message."""

from typing import Any

from playground.discord.errors import Json
from playground.discord.limits.problems import Path, Problems, words

EMBEDS, FIELDS, SUM = 10, 25, 6000
TEXTS = {"title": 256, "description": 4096}
NAMED = {("footer", "text"): 2048, ("author", "name"): 256}
FIELD = {"name": 256, "value": 1024}
KNOWN = words("title type description url timestamp color footer image thumbnail video provider author fields flags")
PARTS = {
    "footer": frozenset({"text", "icon_url", "proxy_icon_url"}),
    "author": frozenset({"name", "url", "icon_url", "proxy_icon_url"}),
    "image": frozenset({"url", "proxy_url", "width", "height", "flags"}),
    "thumbnail": frozenset({"url", "proxy_url", "width", "height", "flags"}),
}


def check_embeds(problems: Problems, embeds: list[Json]) -> None:
    problems.length(("embeds",), embeds, 0, EMBEDS)
    for place, embed in enumerate(embeds):
        _check_embed(problems, ("embeds", place), embed)
    if sum(_letters(embed) for embed in embeds) > SUM:
        why = f"Embed size exceeds maximum size of {SUM}"
        problems.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", why)


def _letters(embed: Json) -> int:
    texts: list[Any] = [embed.get(key) for key in TEXTS]
    texts += [(embed.get(part) or {}).get(key) for part, key in NAMED]
    texts += [one.get(key) for one in embed.get("fields") or [] for key in FIELD]
    return sum(len(text) for text in texts if isinstance(text, str))


def _check_embed(problems: Problems, path: Path, embed: Json) -> None:
    problems.unknown(path, embed, KNOWN)
    for key, most in TEXTS.items():
        if embed.get(key) is not None:
            problems.length((*path, key), embed[key], 0, most)
    for part, known in PARTS.items():
        problems.unknown((*path, part), embed.get(part) or {}, known)
    for (part, key), most in NAMED.items():
        if embed.get(part):
            problems.length((*path, part, key), embed[part].get(key), 1, most)
    colour = embed.get("color")
    if colour is not None and not 0 <= colour <= 0xFFFFFF:
        problems.add((*path, "color"), "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.")
    _check_links(problems, path, embed)
    _check_fields(problems, (*path, "fields"), embed.get("fields") or [])


def _check_links(problems: Problems, path: Path, embed: Json) -> None:
    links = {
        ("url",): embed.get("url"),
        ("image", "url"): (embed.get("image") or {}).get("url"),
        ("thumbnail", "url"): (embed.get("thumbnail") or {}).get("url"),
        ("footer", "icon_url"): (embed.get("footer") or {}).get("icon_url"),
        ("author", "icon_url"): (embed.get("author") or {}).get("icon_url"),
        ("author", "url"): (embed.get("author") or {}).get("url"),
    }
    for where, link in links.items():
        schemes = (
            ("http://", "https://")
            if where[-1] == "url" and len(where) == 1
            else ("http://", "https://", "attachment://")
        )
        if link is not None and not str(link).startswith(schemes):
            problems.add((*path, *where), "URL_TYPE_INVALID_SCHEME", f"Scheme must be one of {schemes}.")


def _check_fields(problems: Problems, path: Path, fields: list[Json]) -> None:
    problems.length(path, fields, 0, FIELDS)
    for place, one in enumerate(fields):
        problems.unknown((*path, place), one, frozenset({"name", "value", "inline"}))
        for key, most in FIELD.items():
            if not str(one.get(key) or "").strip():
                problems.required((*path, place, key))
            else:
                problems.length((*path, place, key), one[key], 1, most)
