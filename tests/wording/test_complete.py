"""No code without a text, no text without a code: compared with what the code itself says."""

from __future__ import annotations

import re

import pytest

from adapters.dry_run import codes as dry_run
from adapters.ecs import codes as ecs
from adapters.github import codes as github
from adapters.ssh import codes as ssh
from bot.model import Choice, Direction, Kind, Outcome, Phase, StepState, Verdict, VoteSource
from bot.plan.digest import IN_DIGEST
from bot.policy import Verb
from bot.wording import has, keys
from bot.wording.catalogue import CATALOGUES, placeholders
from tests.wording.said import codes, given

EN = CATALOGUES["en"]
PREPARED = {"answer", "code", "gates", "n", "role", "approvers"}  # made by bot.cards.refusal from other facts
ADAPTERS = {"ssh": ssh, "dry_run": dry_run, "github": github, "ecs": ecs}
AHEAD = {
    "refuse": {
        *("member", "gone", "bad_ref", "ledger", "reason_needed", "unknown_command_option", "other", "title"),
        *("host_key_changed", "authority_unreadable"),
    },
    "code": {
        "superseded",
        "authority_unreadable",
        "host_key_changed",
        "interrupted",
        "failed",
        "timed_out",
        "stopped",
        "locked",
        "frozen",
        "countersign_overdue",
        "trouble",
        "unknown_target",
        *("nothing_before", "before_empty", "before_withdrawn", "before_observed", "before_drifted", "set_stopped"),
    },
}
"""Texts whose code is not a literal where it is raised."""


@pytest.mark.parametrize("kind", ADAPTERS)
def test_every_code_of_an_adapter_has_a_text_and_nothing_else_has(kind: str) -> None:
    said = {key.removeprefix(f"adapter.{kind}.") for key in keys() if key.startswith(f"adapter.{kind}.")}
    assert said == set(ADAPTERS[kind].CODES)


@pytest.mark.parametrize("kind", ADAPTERS)
def test_an_adapters_texts_ask_only_for_facts_that_its_codes_promise(kind: str) -> None:
    for code, facts in ADAPTERS[kind].CODES.items():
        assert placeholders(EN[f"adapter.{kind}.{code}"]) <= set(facts), code


@pytest.mark.parametrize("kind", ADAPTERS)
def test_every_step_and_proof_has_a_name(kind: str) -> None:
    for code in ADAPTERS[kind].STEPS:
        assert has(f"step.{code}")
    for code in ADAPTERS[kind].PROOFS:
        assert has(f"proof.{code}")


# The code is read when these run, never when they are collected: every worker collects them.


def test_every_refusal_has_a_text() -> None:
    refused = codes("Refusal", 0)
    assert refused
    silent = {code: found[0][0] for code, found in refused.items() if not _refusal_has_a_text(code)}
    assert silent == {}


def _refusal_has_a_text(code: str) -> bool:
    return has(f"refuse.{code}") or has(f"refuse.{code}.plain")


def test_a_refusal_brings_the_facts_that_its_text_names() -> None:
    for code, found in codes("Refusal", 0).items():
        for where, call in found:
            facts = given(call)
            plain = has(f"refuse.{code}.plain") and not (facts or set()) & {"deploy", "target"}
            if facts is not None and not plain:
                assert placeholders(EN[f"refuse.{code}"]) <= facts | PREPARED, where


def test_no_refusal_text_is_left_over() -> None:
    said = {key.split(".")[1] for key in keys() if key.startswith("refuse.")}
    raised = set(codes("Refusal", 0)) | {code for name in ("AdapterError", "SlipwayError") for code in _any(name)}
    assert said - raised <= AHEAD["refuse"]


def _any(name: str) -> set[str]:
    return set(codes(name, 0)) | set(codes(name, 1))


@pytest.mark.parametrize("verb", Verb)
def test_every_verb_that_needs_a_role_says_which_verb_it_was(verb: Verb) -> None:
    assert has(f"refuse.role.{verb}") or has(f"refuse.{verb}_role") or verb is Verb.DEPLOY


def reasons() -> set[str]:
    return {*codes("Ending", 1), *codes("Failure", 0), *codes("to_unknown", 2), *codes("Hindrance", 1)}


def test_every_reason_of_a_verdict_has_a_text() -> None:
    kinds = ("code", *(f"adapter.{kind}" for kind in ADAPTERS))
    assert reasons()
    assert [code for code in reasons() - {"failed"} if not any(has(f"{kind}.{code}") for kind in kinds)] == []


def test_no_reason_text_is_left_over() -> None:
    said = {key.split(".", 1)[1] for key in keys() if key.startswith("code.")}
    assert said - reasons() - _returned() <= AHEAD["code"]


def _returned() -> set[str]:
    """Codes that ``verifying.proof`` and ``silent`` hand on."""
    return {"no_evidence", "wrong_version", "instance_changed", *codes("silent", 3)}


def actions() -> set[str]:
    found = {
        code for name in ("note", "move", "change", "append", "do", "judge_again") for code in codes(name, 99, "action")
    }
    return (
        found
        | set(codes("note", 1))
        | set(codes("move", 3))
        | set(codes("begin_epoch", 1))
        | set(codes("_record", 2))
        | set(codes("_end", 2))
        | set(codes("_changed", 4))
        | set(codes("_write", 1))
    )


def test_every_action_of_the_audit_log_is_told_by_why() -> None:
    assert actions()
    assert [action for action in actions() if not has(f"why.{action}")] == []


def test_no_line_of_why_is_left_over() -> None:
    cards = {"content", "title", "line", "healthy", "failing", "between", "nothing", "other"}
    said = {key.split(".")[1] for key in keys() if key.startswith("why.")}
    assert said - actions() - cards <= {"restored"}


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("kind", Kind),
        ("phase", Phase),
        ("verdict", Verdict),
        ("choice", Choice),
        ("source", VoteSource),
        ("direction", Direction),
        ("progress", StepState),
        ("changed", (*IN_DIGEST, "preflight", "unknown_target", "moved")),
    ],
)
def test_every_word_of_the_model_is_said(prefix: str, words: list[str]) -> None:
    said = {key.split(".")[1] for key in keys() if key.startswith(f"{prefix}.")}
    assert said == {str(word) for word in words}


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_title(outcome: Outcome) -> None:
    assert has(f"fail.{outcome}.title") or outcome is Outcome.UNKNOWN


def test_every_key_that_the_code_names_exists() -> None:
    named = {
        **{
            key: found
            for name, place in (("text", 1), ("notice", 0), ("said", 0))
            for key, found in codes(name, place).items()
        },
        **codes("by_kind", 1),
    }
    missing = {
        key: found[0][0] for key, found in named.items() if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", key) and not has(key)
    }
    assert missing == {}


def test_options_of_every_command_are_described() -> None:
    for name in {name for function in ("described",) for place in range(6) for name in codes(function, place)}:
        assert has(f"option.{name.rstrip('_')}")


def test_no_text_was_written_for_nothing() -> None:
    """Keys that are built from a code are covered above; every other key stands somewhere in the code."""
    built = (
        *(
            "adapter.",
            "refuse.",
            "code.",
            "why.",
            "step.",
            "proof.",
            "kind.",
            "phase.",
            "verdict.",
            "choice.",
            "source.",
        ),
        *("direction.", "progress.", "changed.", "cause.", "remedy.", "button.", "command.", "option.", "uncounted."),
        *("gate.", "health.error", "fail.", "waiting.", "stop.", "why."),
    )
    sources = "".join(path.read_text("utf-8") for path in _sources())
    unused = [key for key in keys() if not key.startswith(built) and not _named(key, sources)]
    assert unused == []


def _named(key: str, sources: str) -> bool:
    """Itself, or the key that a kind, ``content`` or a variant is put behind or in front of."""
    parts = key.split(".")
    return any(f'"{".".join(parts[:n])}' in sources for n in range(len(parts), 0, -1)) or f'.{parts[-1]}"' in sources


def _sources() -> list:  # type: ignore[type-arg]
    from tests.wording.said import FOLDERS, ROOT

    return [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
