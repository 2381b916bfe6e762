"""The guild object with all its fields, for HTTP and for GUILD_CREATE."""

from playground.discord import payloads
from playground.discord.errors import Json
from playground.discord.snowflakes import iso
from playground.discord.state import State


def whole(state: State, with_counts: bool = False) -> Json:
    guild = state.guild
    shown: Json = {
        "id": guild.id,
        "name": guild.name,
        "owner_id": guild.owner_id,
        "preferred_locale": guild.locale,
        "roles": [payloads.role(one) for one in guild.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": [],
        **dict.fromkeys(_EMPTY),
        **_QUIET,
    }
    if with_counts:
        shown["approximate_member_count"] = shown["approximate_presence_count"] = len(guild.members)
    return shown


_EMPTY = (
    *("icon", "description", "home_header", "splash", "discovery_splash", "banner", "application_id"),
    *("afk_channel_id", "system_channel_id", "widget_channel_id", "vanity_url_code", "rules_channel_id"),
    *("safety_alerts_channel_id", "public_updates_channel_id", "premium_progress_bar_enabled_user_updated_at"),
    *("max_presences", "incidents_data"),
)
_QUIET: Json = {
    "region": "local",
    "afk_timeout": 300,
    "system_channel_flags": 0,
    "widget_enabled": False,
    "verification_level": 0,
    "default_message_notifications": 1,
    "mfa_level": 0,
    "explicit_content_filter": 0,
    "max_members": 500_000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "premium_progress_bar_enabled": False,
    "nsfw": False,
    "nsfw_level": 0,
}


def arriving(state: State, all_members: bool) -> Json:
    """GUILD_CREATE. Without the members intent only the bot itself is listed."""
    guild = state.guild
    present = list(guild.members.values()) if all_members else [state.me]
    lasting = [one for one in guild.channels.values() if one.parent_id is None]
    threads = [one for one in guild.channels.values() if one.parent_id is not None]
    return {
        **whole(state),
        "hub_type": None,
        "joined_at": iso(state.me.joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [payloads.member(one) for one in present],
        "channels": [payloads.channel(state, one) for one in lasting],
        "threads": [payloads.thread(state, one) for one in threads],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
