"""A person of the guild, as a client in the hand: types, presses, reacts, reads."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from playground.discord import permissions, posting, reacting, rights
from playground.discord.asking import ask
from playground.discord.errors import ApiError, Json, Refused
from playground.discord.people import forms, options, resolved
from playground.discord.people.answers import Answer, Choice, Modal, settled
from playground.discord.people.look import Button
from playground.discord.people.seen import Seen
from playground.discord.rights import Permission
from playground.discord.state import State
from playground.discord.state.guild import Channel, Member, User
from playground.discord.state.interactions import Asked, Interaction
from playground.discord.state.messages import Message

PATIENCE = 10.0
"""Seconds that a person waits unless told otherwise."""
Where = Literal["guild", "elsewhere", "dm"]


class Person:
    """One member (or somebody who left). `last` is the last interaction, for sending it twice."""

    def __init__(self, state: State, user: User) -> None:
        self._state, self._user = state, user
        self.last: Interaction | None = None

    def __repr__(self) -> str:
        return f"<{self.key} {self.roles}>"

    @property
    def id(self) -> str:
        return self._user.id

    @property
    def key(self) -> str:
        return self._user.key

    @property
    def name(self) -> str:
        return self._user.name

    @property
    def locale(self) -> str:
        return self._user.locale

    @locale.setter
    def locale(self, value: str) -> None:
        self._user.locale = value

    @property
    def roles(self) -> list[str]:
        """Names of the roles held now."""
        member = self._state.guild.members.get(self.id)
        return [] if member is None else [self._state.guild.roles[one].name for one in member.roles]

    # Commands

    async def command(self, name: str, *, where: str = "", deadline: float = PATIENCE, **given: Any) -> Seen:
        """Types `/name option:value`; returns the finished answer. An option `for` is given as `for_`."""
        answer = await self.ask(name, where=where, deadline=deadline, **given)
        if answer.message is None:
            raise Refused(f"/{name} answered with a modal; use ask()")
        return answer.message

    async def ask(self, name: str, *, where: str = "", deadline: float = PATIENCE, **given: Any) -> Answer:
        """Like `command`, for an answer of any kind."""
        asked = self.begin(name, where=where, **given)
        return await settled(self._state, asked, deadline)

    def begin(self, name: str, *, where: str = "", **given: Any) -> Interaction:
        """Sends the command without waiting."""
        channel = self._place(where)
        data = self._command(name, channel, _words(given), None)
        return self._asked(ask(self._state, Asked.COMMAND, self._user, channel, data))

    async def autocomplete(
        self, name: str, option: str, text: str, *, where: str = "", deadline: float = PATIENCE, **given: Any
    ) -> list[Choice]:
        """What is offered after typing `text` into `option`, the other options being as given."""
        channel = self._place(where)
        data = self._command(name, channel, {**_words(given), option: text}, option)
        asked = self._asked(ask(self._state, Asked.AUTOCOMPLETE, self._user, channel, data))
        await settled(self._state, asked, deadline)
        return [Choice(one["name"], one["value"]) for one in asked.callback.get("choices") or []]

    def _command(self, path: str, channel: Channel, given: Mapping[str, Any], focus: str | None) -> Json:
        if channel.guild_id != self._state.guild.id:
            raise Refused("commands of a guild are not offered in direct messages")
        command, inner = options.find(self._state, path)
        self._may_use(command, channel)
        typed = options.typed(self._state, options.leaf(command, inner), given, focus)
        data: Json = {"id": command["id"], "name": command["name"], "type": 1, "guild_id": self._state.guild.id}
        found = resolved.of_options(self._state, typed, self._user)
        if found:
            data["resolved"] = found
        data["options"] = options.nested(command, inner, typed)
        return data

    def _may_use(self, command: Json, channel: Channel) -> None:
        wanted = Permission.USE_APPLICATION_COMMANDS | int(command.get("default_member_permissions") or 0)
        hidden = command.get("default_member_permissions") == "0"
        bits = permissions.within(self._state.guild, self._member(), channel)
        if wanted & ~bits or (hidden and bits != rights.EVERYTHING):
            raise Refused(f"/{command['name']} is not offered to {self.key} in #{channel.name}")

    # Buttons, selects, modals

    async def click(
        self, message: Seen, label: str | None = None, *, custom_id: str | None = None, deadline: float = PATIENCE
    ) -> Answer:
        """Presses a button that is there and enabled, by label (or its beginning) or custom id."""
        asked = self.press(message, label, custom_id=custom_id)
        return await settled(self._state, asked, deadline)

    def press(self, message: Seen, label: str | None = None, *, custom_id: str | None = None) -> Interaction:
        """Presses without waiting."""
        target = self._visible(message)
        button = _button(message, label, custom_id)
        if button.disabled or button.custom_id is None:
            raise Refused(f"{button.label!r} is disabled or a link")
        return self._component(target, {"custom_id": button.custom_id, "component_type": 2})

    async def select(
        self, message: Seen, values: Sequence[str], *, custom_id: str | None = None, deadline: float = PATIENCE
    ) -> Answer:
        """Picks options of a select by label or value."""
        target = self._visible(message)
        data = forms.selection(self._state, message, values, custom_id)
        return await settled(self._state, self._component(target, data), deadline)

    async def submit(self, modal: Modal, filled: Mapping[str, str], *, deadline: float = PATIENCE) -> Answer:
        """Sends a modal, its inputs named by custom id or label; what is left out keeps its default."""
        opened = modal.interaction
        data = forms.submission(modal, filled)
        asked = ask(self._state, Asked.MODAL, self._user, opened.channel, data, opened.message, opened)
        return await settled(self._state, self._asked(asked), deadline)

    def forge(self, custom_id: str, on: Seen, where: Where = "guild") -> Interaction:
        """A click that no client would send: any custom id on any message, also from another guild or a direct message.

        Wait for it with `discord.answer(interaction)`.
        """
        channel = self._state.channel(on.message.channel_id)
        if where != "guild":
            channel = self._state.elsewhere() if where == "elsewhere" else self._state.direct(self._user)
        return self._component(on.message, {"custom_id": custom_id, "component_type": 2}, channel)

    def _component(self, message: Message, data: Json, channel: Channel | None = None) -> Interaction:
        place = channel or self._state.channel(message.channel_id)
        return self._asked(ask(self._state, Asked.COMPONENT, self._user, place, data, message))

    # Messages and reactions

    async def say(self, where: str, text: str, **rest: Any) -> Seen:
        """Posts a message. Embeds and components are for accounts of other bots only (look-alike cards)."""
        channel = self._place(where)
        if rest and not self._user.bot:
            raise Refused("people post text only")
        try:
            permissions.need(self._state.guild, self._member(), channel, Permission.SEND_MESSAGES)
            return Seen(
                self._state, posting.post(self._state, channel, self._user, {"content": text, **rest}, []), self._user
            )
        except ApiError as refused:
            raise Refused(str(refused)) from refused

    async def react(self, message: Seen, emoji: str, burst: bool = False) -> None:
        """Reacts; `burst` makes it a super reaction."""
        target = self._reactable(message)
        wanted = Permission.READ_MESSAGE_HISTORY
        if target.reaction(emoji) is None:
            wanted |= Permission.ADD_REACTIONS
        try:
            permissions.need(self._state.guild, self._member(), self._state.channel(target.channel_id), wanted)
            reacting.add(self._state, target, self._user, emoji, burst)
        except ApiError as refused:
            raise Refused(str(refused)) from refused

    async def unreact(self, message: Seen, emoji: str) -> None:
        reacting.remove(self._state, self._reactable(message), self._user, emoji)

    def sees(self, where: str = "") -> list[Seen]:
        """Messages of a channel that this person can read, oldest first."""
        channel = self._place(where)
        standing = self._state.in_channel(channel.id)
        return [Seen(self._state, one, self._user) for one in standing if one.only_for in (None, self.id)]

    def _reactable(self, message: Seen) -> Message:
        target = self._visible(message)
        if target.only_for is not None:
            raise Refused("nobody can react to an ephemeral message")
        return target

    def _visible(self, message: Seen) -> Message:
        target = message.message
        if target.deleted or target.only_for not in (None, self.id):
            raise Refused(f"{self.key} does not see {message!r}")
        self._place(target.channel_id)
        return target

    def _place(self, where: str) -> Channel:
        """A channel by name or id (the first one when left out) that this person can view."""
        channel = forms.channel(self._state, where, self._user)
        if channel.guild_id is not None:
            bits = permissions.within(self._state.guild, self._member(), channel)
            if not bits & Permission.VIEW_CHANNEL:
                raise Refused(f"{self.key} does not see #{channel.name}")
        return channel

    def _member(self) -> Member:
        member = self._state.guild.members.get(self.id)
        if member is None:
            raise Refused(f"{self.key} is not in the guild")
        return member

    def _asked(self, asked: Interaction) -> Interaction:
        self.last = asked
        return asked


def _words(given: Mapping[str, Any]) -> dict[str, Any]:
    """`for_` → `for`; an option that is None was left out."""
    return {name.rstrip("_"): value for name, value in given.items() if value is not None}


def _button(message: Seen, label: str | None, custom_id: str | None) -> Button:
    if label is not None:
        return message.button(label)
    for one in message.buttons:
        if one.custom_id == custom_id:
            return one
    raise LookupError(f"no button with custom id {custom_id!r} on {message!r}")
