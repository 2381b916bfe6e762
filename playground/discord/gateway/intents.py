"""Which events a session hears of (Discord's "Gateway Intents")."""

from playground.discord.state.guild import Channel

GUILDS, MEMBERS, MESSAGES, REACTIONS = 1 << 0, 1 << 1, 1 << 9, 1 << 10
DIRECT_MESSAGES, DIRECT_REACTIONS, CONTENT = 1 << 12, 1 << 13, 1 << 15
PRESENCES = 1 << 8
PRIVILEGED = {"members": MEMBERS, "message_content": CONTENT, "presences": PRESENCES}

BY_PREFIX = (
    ("MESSAGE_REACTION_", REACTIONS, DIRECT_REACTIONS),
    ("MESSAGE_", MESSAGES, DIRECT_MESSAGES),
    ("GUILD_MEMBER_", MEMBERS, MEMBERS),
    ("GUILD_", GUILDS, GUILDS),
    ("CHANNEL_", GUILDS, GUILDS),
    ("THREAD_", GUILDS, GUILDS),
)
ALWAYS = frozenset({"READY", "RESUMED", "INTERACTION_CREATE", "GUILD_MEMBERS_CHUNK"})


def hears(intents: int, event: str, channel: Channel | None) -> bool:
    """Whether an event goes to a session with these intents; interactions always do."""
    if event in ALWAYS:
        return True
    for prefix, in_guild, direct in BY_PREFIX:
        if event.startswith(prefix):
            wanted = direct if channel is not None and channel.guild_id is None else in_guild
            return bool(intents & wanted)
    return True


def forbidden(intents: int, switched_on: frozenset[str]) -> bool:
    """A privileged intent that is not switched on for the application: the gateway closes with 4014."""
    return any(intents & bit for name, bit in PRIVILEGED.items() if name not in switched_on)
