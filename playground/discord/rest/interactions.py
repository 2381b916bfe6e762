"""Callbacks and follow-ups. The token in the path is the only credential here."""

from playground.discord import answering, payloads, posting
from playground.discord.errors import ApiError, Json
from playground.discord.rest.call import Call, Reply, Route
from playground.discord.state.interactions import Interaction, Told
from playground.discord.state.messages import EPHEMERAL, Message


def callback(call: Call) -> Reply:
    asked = call.state.interactions.get(call.path["interaction_id"])
    if asked is None or asked.token != call.path["interaction_token"]:
        raise ApiError(10062)
    answering.callback(call.state, asked, call.body or {}, call.files)
    if call.query.get("with_response", "").lower() in ("1", "true"):
        return 200, _outcome(call, asked)
    return 204, None


def _outcome(call: Call, asked: Interaction) -> Json:
    told: Json = {"id": asked.id, "type": int(asked.asked), "channel_id": asked.channel.id}
    if asked.channel.guild_id is not None:
        told["guild_id"] = asked.channel.guild_id
    outcome: Json = {"interaction": told}
    if asked.original is not None and asked.told != Told.DEFER_UPDATE:
        told["response_message_id"] = asked.original.id
        told["response_message_loading"] = asked.original.loading
        told["response_message_ephemeral"] = bool(asked.original.flags & EPHEMERAL)
        if asked.told in (Told.MESSAGE, Told.UPDATE):
            shown = payloads.message(call.state, asked.original)
            outcome["resource"] = {"type": int(asked.told), "message": shown}
    return outcome


def _asked(call: Call) -> Interaction:
    return answering.by_token(call.state, call.path["webhook_id"], call.path["webhook_token"])


def _named(call: Call, asked: Interaction) -> Message:
    return answering.named(call.state, asked, call.path.get("message_id", "@original"))


def followup(call: Call) -> Reply:
    message = answering.followup(call.state, _asked(call), call.body or {}, call.files)
    if call.query.get("wait", "").lower() in ("1", "true"):
        return 200, payloads.message(call.state, message)
    return 204, None


def fetch(call: Call) -> Reply:
    return 200, payloads.message(call.state, _named(call, _asked(call)))


def edit(call: Call) -> Reply:
    asked = _asked(call)
    message = answering.fill(call.state, asked, _named(call, asked), call.body or {}, call.files)
    return 200, payloads.message(call.state, message)


def delete(call: Call) -> Reply:
    posting.delete(call.state, _named(call, _asked(call)))
    return 204, None


HOOK = "/webhooks/{webhook_id}/{webhook_token}"
ROUTES: list[Route] = [
    ("POST", "/interactions/{interaction_id}/{interaction_token}/callback", callback),
    ("POST", HOOK, followup),
    ("GET", HOOK + "/messages/@original", fetch),
    ("PATCH", HOOK + "/messages/@original", edit),
    ("DELETE", HOOK + "/messages/@original", delete),
    ("GET", HOOK + "/messages/{message_id}", fetch),
    ("PATCH", HOOK + "/messages/{message_id}", edit),
    ("DELETE", HOOK + "/messages/{message_id}", delete),
]
