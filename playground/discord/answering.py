"""How the application answers an interaction: one callback in time, then follow-ups while the token lives."""

from playground.discord import posting
from playground.discord.errors import ApiError, Json
from playground.discord.limits.choices import check_choices
from playground.discord.limits.messages import check_message
from playground.discord.limits.modals import check_modal
from playground.discord.limits.problems import invalid
from playground.discord.state import State
from playground.discord.state.guild import Channel
from playground.discord.state.interactions import ALLOWED, Asked, Interaction, Told
from playground.discord.state.messages import EPHEMERAL, LOADING, Attachment, Message


def callback(state: State, asked: Interaction, body: Json, files: list[Attachment]) -> None:
    """The first answer. Raises 10062 (late), 40060 (twice), 50035 (a kind that does not fit, or over a limit)."""
    if asked.told is not None:
        raise ApiError(40060)
    if asked.failed or state.clock.now() - asked.created_at > state.rules.acknowledge:
        raise ApiError(10062)
    told = _kind(asked, body)
    data = body.get("data") or {}
    _take(state, asked, told, data, files)
    asked.told, asked.callback = told, data
    state.changes.tell()


def _kind(asked: Interaction, body: Json) -> Told:
    try:
        told = Told(int(body.get("type", 0)))
    except (TypeError, ValueError):
        raise invalid(("type",), "BASE_TYPE_CHOICES", "Unknown interaction callback type.") from None
    at_message = told in (Told.UPDATE, Told.DEFER_UPDATE)
    if told not in ALLOWED[asked.asked] or (at_message and asked.message is None):
        raise invalid(("type",), "INTERACTION_CALLBACK_TYPE", f"Not for an interaction of type {int(asked.asked)}.")
    return told


def _take(state: State, asked: Interaction, told: Told, data: Json, files: list[Attachment]) -> None:
    if told == Told.MESSAGE:
        asked.original = _posted(state, asked, data, files)
    elif told == Told.DEFER_MESSAGE:
        asked.original = _thinking(state, asked, data)
    elif told in (Told.UPDATE, Told.DEFER_UPDATE) and asked.message is not None:
        asked.original = asked.message
        if told == Told.UPDATE:
            posting.edit(state, asked.message, data, files)
    elif told == Told.CHOICES:
        check_choices(data, asked.data)
    elif told == Told.MODAL:
        check_modal(data)


def _posted(state: State, asked: Interaction, data: Json, files: list[Attachment]) -> Message:
    private = asked.user.id if (data.get("flags") or 0) & EPHEMERAL else None
    return posting.post(state, asked.channel, state.bot, data, files, only_for=private, interaction_id=asked.id)


def _thinking(state: State, asked: Interaction, data: Json) -> Message:
    private = (data.get("flags") or 0) & EPHEMERAL
    message = Message(state.ids.next(), asked.channel.id, state.bot, state.clock.now())
    message.only_for = asked.user.id if private else None
    message.flags = LOADING | private
    message.interaction_id = asked.id
    posting.keep(state, asked.channel, message)
    return message


def by_token(state: State, application_id: str, token: str) -> Interaction:
    """The interaction behind a webhook token. Raises 10015 (unknown or not yet answered), 50027 (after 15 minutes)."""
    for asked in reversed(state.interactions.values()):
        if asked.token == token and application_id == state.bot.id:
            if state.clock.now() - asked.created_at > state.rules.token_life:
                raise ApiError(50027)
            if asked.told is None or asked.asked == Asked.AUTOCOMPLETE:
                raise ApiError(10015)
            return asked
    raise ApiError(10015)


def followup(state: State, asked: Interaction, body: Json, files: list[Attachment]) -> Message:
    """Another message; the first one after a deferral fills the message that was "thinking"."""
    if asked.original is not None and asked.original.loading and not asked.original.deleted:
        return fill(state, asked, asked.original, body, files)
    message = _posted(state, asked, body, files)
    asked.followups.append(message)
    asked.touched = True
    state.changes.tell()
    return message


def fill(state: State, asked: Interaction, message: Message, body: Json, files: list[Attachment]) -> Message:
    """Edits a message by token; one that was "thinking" is written for the first time."""
    if not message.loading:
        posting.edit(state, message, body, files)
        asked.touched = True
        return message
    known = {key: value for key, value in body.items() if key not in ("flags", "attachments")}
    check_message(known, files, state.rules)
    channel: Channel = asked.channel
    message.flags &= ~LOADING
    posting.write(state, channel, message, body, files)
    if message.only_for is None:
        posting.tell(state, "MESSAGE_UPDATE", channel, message)
    state.changes.tell()
    return message


def named(state: State, asked: Interaction, message_id: str) -> Message:
    """`@original`, a follow-up, or the message whose button was pressed. Raises 10008."""
    mine = [asked.original, *asked.followups]
    wanted = asked.original if message_id == "@original" else state.messages.get(message_id)
    if wanted is None or wanted.deleted or wanted not in mine:
        raise ApiError(10008)
    return wanted
