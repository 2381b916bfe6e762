"""What one browser is told: only what is new to it, as seen by the person whose face it wears."""

import json
from dataclasses import asdict
from typing import Any

from playground.discord import Person
from playground.discord.state.guild import PUBLIC_THREAD, Channel
from playground.page.guide import guide
from playground.page.targets import Targets, subject
from playground.stage import CAST, Stage
from playground.stage.sentences import said
from playground.stage.trouble import Trouble

Json = dict[str, Any]


class Feed:
    """`news()` gives the parts that changed since the last call: world, stage, targets, messages and more."""

    def __init__(self, stage: Stage, trouble: Trouble, targets: Targets) -> None:
        self._stage, self._trouble, self._targets = stage, trouble, targets
        self._sent: dict[str, str] = {}
        self._messages: dict[str, str] = {}
        self._reset = True
        self.face = next(iter(CAST))

    def wear(self, face: str) -> None:
        """From now on through these eyes; everything is sent anew."""
        self.face = face if face in CAST else self.face
        self._messages.clear()
        self._reset = True

    def news(self) -> list[Json]:
        """Messages for the browser, each with its kind as "t"."""
        parts = {
            "world": self._world(),
            "stage": self._staging(),
            "targets": {"targets": self._targets.view},
            "llmops": {"llmops": self._stage.llmops.view},
            "fleet": {"fleet": self._stage.fleet.view},
        }
        told = [{"t": name, **part} for name, part in parts.items() if self._new(name, part)]
        changed = self._changed_messages()
        return [*told, changed] if changed else told

    def _new(self, name: str, part: Json) -> bool:
        text = json.dumps(part, ensure_ascii=False)
        known, self._sent[name] = self._sent.get(name), text
        return known != text

    def _world(self) -> Json:
        state = self._stage.discord.state
        return {
            "guild": state.guild.name,
            "language": self._stage.language,
            "bot": {"id": state.bot.id, "name": state.bot.name},
            "people": [_person(one) for one in self._stage.discord.people],
            "roles": [
                {"id": one.id, "name": one.name, "color": one.color, "mentionable": one.mentionable}
                for one in state.guild.roles.values()
            ],
            "channels": [_channel(one) for one in state.guild.channels.values()],
            "commands": sorted(
                (one for one in state.commands.values() if one["type"] == 1), key=lambda c: str(c["name"])
            ),
        }

    def _staging(self) -> Json:
        stage, trouble = self._stage, self._trouble
        return {
            "ready": stage.ready,
            "kind": " · ".join(filter(None, [stage.kind_of_host(stage.language), stage.kind_of_tasks(stage.language)])),
            "events": [
                {
                    "text": said(one.what, one.about, one.seconds, one.failed, stage.language),
                    "done": one.seconds is not None,
                    "failed": bool(one.failed),
                }
                for one in stage.events
            ],
            "bot": {"pid": stage.bot.pid, "starts": stage.bot.starts, "connected": stage.discord.connected},
            "armed": trouble.armed,
            "unreachable": sorted(trouble.unreachable),
            "nextKind": trouble.next_kind,
            "limited": sum(one.left for one in stage.discord.faults.waiting),
            "main": self._main(),
            "github": {"badly": stage.llmops.badly, "waits": stage.llmops.waits, "busy": stage.llmops.busy},
            "aws": {"armed": stage.fleet.armed or ""},
            "guide": asdict(guide(stage, cut_off=bool(trouble.unreachable))),
        }

    def _main(self) -> Json:
        host = self._stage.hosts.get("staging")
        if host is None or not host.repository.commits:
            return {}
        head = host.repository.commits[-1]
        return {"sha": head, "title": subject(host, head), "commits": len(host.repository.commits)}

    def _changed_messages(self) -> Json | None:
        person = self._stage.person(self.face)
        now = {}
        for channel in self._stage.discord.state.guild.channels:
            now.update({one.id: one.json for one in person.sees(channel)})
        texts = {id_: json.dumps(one, ensure_ascii=False) for id_, one in now.items()}
        upsert = [now[id_] for id_, text in texts.items() if self._messages.get(id_) != text]
        gone = [id_ for id_ in self._messages if id_ not in texts]
        reset, self._reset, self._messages = self._reset, False, texts
        if not (upsert or gone or reset):
            return None
        return {"t": "messages", "face": self.face, "reset": reset, "upsert": upsert, "gone": gone}


def _person(one: Person) -> Json:
    return {"id": one.id, "key": one.key, "name": one.name, "roles": one.roles, "part": CAST.get(one.key, "colleague")}


def _channel(one: Channel) -> Json:
    parent = one.parent_id if one.type == PUBLIC_THREAD else None
    return {"id": one.id, "name": one.name, "topic": one.topic, "parent": parent}
