"""REQUEST_GUILD_MEMBERS (op 8): lists by name or id; all of them only with the members intent."""

from playground.discord import payloads
from playground.discord.errors import Json
from playground.discord.gateway.intents import MEMBERS
from playground.discord.gateway.sessions import Session
from playground.discord.state import State


def send_chunk(state: State, session: Session, wanted: Json) -> None:
    query, limit = wanted.get("query"), wanted.get("limit") or 1000
    ids = wanted.get("user_ids") or []
    if query == "" and not session.intents & MEMBERS:
        return
    by_id = {str(one) for one in (ids if isinstance(ids, list) else [ids])}
    found = [
        one
        for one in state.guild.members.values()
        if one.user.id in by_id or (query is not None and one.user.name.lower().startswith(query.lower()))
    ]
    chunk: Json = {
        "guild_id": state.guild.id,
        "members": [payloads.member(one) for one in found[:limit]],
        "chunk_index": 0,
        "chunk_count": 1,
        "not_found": sorted(by_id - set(state.guild.members)),
    }
    if wanted.get("nonce") is not None:
        chunk["nonce"] = wanted["nonce"]
    session.dispatch("GUILD_MEMBERS_CHUNK", chunk)
