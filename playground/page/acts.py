"""What a browser may ask for: the person's own clicks and keys, the chips, and the buttons that break things."""

from collections.abc import Awaitable, Callable
from typing import Any

from playground.discord import Answer, LocalDiscord, Modal, NoAnswer, Person, PlaygroundError, Seen
from playground.discord.people import options
from playground.page.guide import ENV
from playground.stage import CAST, Stage
from playground.stage.trouble import Trouble

Json = dict[str, Any]
Act = Callable[[Json], Awaitable[Json]]
PATIENCE = 60.0
AWS = ("aws.image_missing", "aws.tasks_crash", "aws.unhealthy", "aws.somebody")
GITHUB = ("github.push", "github.502", "github.cancel", "github.wait")
NO_RUN = {"ko": "GitHub에서 진행 중인 실행이 없습니다.", "en": "No run is under way on GitHub."}
KINDS = ("good", "crashes", "unhealthy", "pip_fails", "slow_boot")


class Wrong(Exception):
    """The browser asked for something that makes no sense. The text is for the person."""


class Acts:
    """`table` maps the last word of a path to what it does; each takes and gives JSON."""

    def __init__(self, stage: Stage, trouble: Trouble) -> None:
        self._stage, self._trouble = stage, trouble
        self._modals: dict[str, Modal] = {}
        self.table: dict[str, Act] = {
            "command": self.command,
            "autocomplete": self.autocomplete,
            "click": self.click,
            "select": self.select,
            "submit": self.submit,
            "react": self.react,
            "say": self.say,
            "chip": self.chip,
            "break": self.break_,
            "language": self.language,
        }

    @property
    def _discord(self) -> LocalDiscord:
        return self._stage.discord

    async def do(self, name: str, asked: Json) -> Json:
        """What came of it; {"error": sentence} where Discord's own client would have refused or nobody answered."""
        try:
            return await self.table[name](asked)
        except NoAnswer as error:
            return {"error": "no_answer", "detail": str(error)}
        except (PlaygroundError, Wrong, LookupError) as error:
            return {"error": "refused", "detail": str(error)}

    # Discord

    async def command(self, asked: Json) -> Json:
        """{as, channel, name, options}"""
        name, person = str(asked["name"]), self._person(asked)
        given = self._typed(name, dict(asked.get("options") or {}))
        answer = await person.ask(name, where=str(asked.get("channel", "")), deadline=PATIENCE, **given)
        return self._told(answer)

    async def autocomplete(self, asked: Json) -> Json:
        """{as, channel, name, option, text, options} → {choices: [{name, value}]}"""
        given = {name: value for name, value in dict(asked.get("options") or {}).items() if name != asked["option"]}
        found = await self._person(asked).autocomplete(
            str(asked["name"]), str(asked["option"]), str(asked.get("text", "")), where=str(asked["channel"]), **given
        )
        return {"choices": [one._asdict() for one in found]}

    async def click(self, asked: Json) -> Json:
        """{as, message, custom_id}"""
        person, message = self._person(asked), self._message(asked)
        return self._told(await person.click(message, custom_id=str(asked["custom_id"]), deadline=PATIENCE))

    async def select(self, asked: Json) -> Json:
        """{as, message, custom_id, values}"""
        person, message = self._person(asked), self._message(asked)
        values = [str(one) for one in asked["values"]]
        return self._told(await person.select(message, values, custom_id=str(asked["custom_id"]), deadline=PATIENCE))

    async def submit(self, asked: Json) -> Json:
        """{as, modal, values}"""
        modal = self._modals.pop(str(asked["modal"]), None)
        if modal is None:
            raise Wrong("this form is closed already")
        values = {str(name): str(text) for name, text in dict(asked["values"]).items()}
        return self._told(await self._person(asked).submit(modal, values, deadline=PATIENCE))

    async def react(self, asked: Json) -> Json:
        """{as, message, emoji, on}"""
        person, message, emoji = self._person(asked), self._message(asked), str(asked["emoji"])
        await (person.react(message, emoji) if asked.get("on") else person.unreact(message, emoji))
        return {}

    async def say(self, asked: Json) -> Json:
        """{as, channel, text}"""
        await self._person(asked).say(str(asked["channel"]), str(asked["text"])[:2000])
        return {}

    def _typed(self, name: str, given: Json) -> Json:
        """What stands in the pills is text; numbers and yes or no become what Discord's client sends."""
        command, inner = options.find(self._discord.state, name)
        kinds = {one["name"]: one["type"] for one in options.leaf(command, inner)}
        return {option: _value(kinds.get(option, options.TEXT), value) for option, value in given.items()}

    def _person(self, asked: Json) -> Person:
        if asked.get("as") not in CAST:
            raise Wrong("nobody is called so")
        return self._stage.person(str(asked["as"]))

    def _message(self, asked: Json) -> Seen:
        message = self._discord.state.messages.get(str(asked.get("message")))
        if message is None or message.deleted:
            raise Wrong("that message is gone")
        return Seen(self._discord.state, message, self._discord.state.bot)

    def _told(self, answer: Answer) -> Json:
        if answer.modal is None:
            return {"kind": answer.kind, "message": answer.message.id if answer.message else None}
        self._modals[answer.interaction.id] = answer.modal
        fields = [{**one.raw, "label": one.label, "required": one.required} for one in answer.modal.fields]
        return {"kind": "modal", "modal": answer.interaction.id, "title": answer.modal.title, "fields": fields}

    # The chips

    async def chip(self, asked: Json) -> Json:
        """{chip} → {face, command, options}: what to type for it. Commits a release where the chip needs a new one."""
        if asked["chip"] == "rollback":
            return {"face": "haneul", "command": "rollback", "options": {"service": "ai-server", "env": ENV}}
        if asked["chip"] not in ("deploy", "break"):
            raise Wrong("no such chip")
        sha = await self._trouble.fresh("crashes" if asked["chip"] == "break" else "good", ENV)
        return {"face": "jieun", "command": "deploy", "options": {"service": "ai-server", "env": ENV}, "sha": sha}

    async def break_(self, asked: Json) -> Json:
        """{what, kind?, env?}"""
        what, trouble = asked.get("what"), self._trouble
        if what == "next" and asked.get("kind") in KINDS:
            trouble.break_next(asked["kind"])
        elif what == "gateway":
            trouble.drop_gateway()
        elif what == "429":
            trouble.rate_limit()
        elif what == "host" and asked.get("env") in self._stage.hosts:
            await trouble.cut_off(str(asked["env"]))
        elif what == "push":
            return {"sha": await trouble.push()}
        elif what in GITHUB:
            return self._github(what)
        elif what in AWS:
            self._aws(what)
        else:
            await self._bot(str(what))
        return {}

    def _github(self, what: str) -> Json:
        """llmops: its repository, its next run and its environment."""
        llmops = self._stage.llmops
        if what == "github.push":
            return {"sha": self._stage.push()}
        if what == "github.cancel" and not llmops.cancel():
            raise Wrong(NO_RUN[self._stage.language])
        if what == "github.502":
            llmops.answer_502()
        if what == "github.wait":
            llmops.guard()
        return {}

    def _aws(self, what: str) -> None:
        """llmops in prod: what its next rollout on ECS does, or somebody else's at once."""
        if what == "aws.somebody":
            self._stage.fleet.somebody_else()
        else:
            self._stage.fleet.arm(what.removeprefix("aws."))

    async def _bot(self, what: str) -> None:
        verbs = {"kill": self._trouble.kill, "arm": self._trouble.kill_in_mid_deploy, "revive": self._trouble.revive}
        if what not in verbs or not self._stage.ready:
            raise Wrong("not now")
        await verbs[what]()

    async def language(self, asked: Json) -> Json:
        """{language}: the bot is started again for it."""
        if asked.get("language") not in ("ko", "en") or not self._stage.ready:
            raise Wrong("not now")
        await self._stage.speak(asked["language"])
        return {}


def _value(kind: int, value: Any) -> Any:
    if kind == options.BOOLEAN and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    try:
        return {options.INTEGER: int, options.NUMBER: float}.get(kind, lambda text: text)(value)
    except ValueError:
        raise Wrong(f"{value} is no number") from None
