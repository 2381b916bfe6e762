"""The server, its channels, roles and members."""

from __future__ import annotations

from bot.cli.doctor.remedies.check import Check

DISCORD = {
    "discord.unreachable": Check(
        "the API does not answer: {reason}", "check the network, the proxy, and [discord] api; then try again"
    ),
    "discord.token": Check(
        "the token is refused",
        "Developer Portal → Bot → Reset Token, and put the new one into DISCORD_TOKEN",
        "logged in as {name}",
    ),
    "discord.clock": Check(
        "this machine's clock differs from Discord's by {seconds} s",
        "switch time synchronisation on (timedatectl set-ntp true)",
        "the clock agrees with Discord's",
    ),
    "discord.endpoint": Check(
        "the application has an interactions endpoint URL, so commands go there and not to the bot",
        "Developer Portal → General Information: empty Interactions Endpoint URL",
    ),
    "discord.public": Check(
        "anybody may invite this bot to other servers (orders from there are refused)",
        "Developer Portal → Installation: Install Link None; then Bot: switch Public Bot off",
        "only its owner may invite this bot",
    ),
    "discord.intents": Check("", "", "no privileged intent is needed (guilds, messages, reactions)"),
    "discord.guild": Check(
        "the bot is not in the server {guild}",
        "open the link of `invite-url` as the server's admin, or correct discord.guild",
        "is a member of the server {name}",
    ),
    "discord.channel_gone": Check(
        "{key}: there is no channel {channel} in this server",
        "copy the channel's id again (Developer Mode → Copy Channel ID), or let the bot see it",
    ),
    "discord.channel_kind": Check(
        "{key}: {channel} is no text channel", "name a text channel: cards need threads and reactions"
    ),
    "discord.channel": Check(
        "{key}: in #{channel} the bot may not: {missing}",
        "channel settings → Permissions: allow it for the bot's role",
        "{key}: every permission in #{channel}",
    ),
    "discord.role_gone": Check(
        "the role {role} ({used}) is not in this server",
        "copy the role's id again (Server Settings → Roles → Copy Role ID) into [roles]",
    ),
    "discord.role": Check("", "", "every configured role is in this server"),
    "discord.mentionable": Check(
        "the on-call role {role} cannot be pinged by the bot",
        "Server Settings → Roles → {role}: allow anyone to @mention this role",
        "the on-call role {role} can be pinged",
    ),
    "discord.lead": Check(
        "the lead role {role} cannot be pinged by the bot",
        "Server Settings → Roles → {role}: allow anyone to @mention this role",
        "the lead role {role} can be pinged",
    ),
    "discord.security": Check(
        "break-glass is configured without discord.security, so its alarm goes to the deploys channel",
        "make a channel that those who judge break-glass read, and name it in discord.security",
        "break-glass alarms have a channel of their own",
    ),
    "discord.pins": Check(
        "#{channel} does not give Slipway the permission Pin Messages: the board stands there unpinned",
        "give Slipway's role Pin Messages in that channel (Manage Messages is not enough), or pin the message by hand",
        "the board can be pinned in #{channel}",
    ),
    "discord.seats": Check(
        "",
        "",
        "not looked at: who holds the roles of approve.groups (that needs a privileged intent)",
    ),
    "discord.audit_log": Check(
        "the bot may not read this server's audit log, so no role is known to be older than approve.cooloff",
        "open the link of `invite-url` again, or give the bot's role View Audit Log",
        "the age of roles can be read (View Audit Log)",
    ),
    "discord.member_gone": Check(
        "{user} is to be on call but is not a member of this server",
        "invite the person, or correct oncall.rotation, oncall.overrides or [people]",
    ),
    "discord.member": Check("", "", "everybody who is to be on call is a member"),
    "discord.commands_forbidden": Check(
        "the bot may not write commands in this server",
        "open the link of `invite-url` again: it carries the scope applications.commands",
    ),
    "discord.commands": Check(
        "the commands in Discord are not those of this version",
        "start the bot, or run `sync`",
        "the commands are those of this version",
    ),
}
