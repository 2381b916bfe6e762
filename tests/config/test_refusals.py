"""What is wrong with a file is said in one line that names the key and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters import load as kinds
from bot import config
from bot.errors import ConfigErrors
from tests.config.files import ENVIRON, GOOD, PROD, changed, problems

POLICY = "services.ai-server.policy"
STAGING = '[services.ai-server.env.staging]\nadapter = "ssh"\n'
ROTATION = '[oncall.rotation]\nstart = "2026-11-23T09:00"\nevery = "7d"\npeople = ["5"]\n'

ROWS = [
    ("an unknown key", ("guild =", "giuld ="), 'discord.giuld: unknown key; did you mean "guild"?'),
    ("an unknown table", ("[discord]", "[dicsord]"), 'dicsord: unknown key; did you mean "discord"?'),
    (
        "an unknown key of an adapter",
        ("unit =", "unti ="),
        'services.ai-server.ssh.unti: unknown key; did you mean "unit"?',
    ),
    (
        "an unknown key in a list",
        ("user =", "usr ="),
        'services.ai-server.ssh.hosts[0].usr: unknown key; did you mean "user"?',
    ),
    (
        "an unknown key in a policy",
        ("deploy = [", "auto_rolback = true\ndeploy = ["),
        f'{POLICY}.auto_rolback: unknown key; did you mean "auto_rollback"?',
    ),
    (
        "a bad duration",
        ('expires = "30m"', 'expires = "30x"'),
        f'{PROD}.policy.approve.expires: "30x" is not a duration; write 30s, 5m or 2h',
    ),
    (
        "a model that is said twice",
        (
            "[services.ai-server.env.prod]\n",
            '[services.ai-server.env.prod.model]\nid = "a"\nkey = "MODEL_ID"\n[services.ai-server.env.prod]\n',
        ),
        f"{PROD}.model: say either id, or key where the target's environment names it",
    ),
    (
        "a model table that says nothing",
        ("[services.ai-server.env.prod]\n", "[services.ai-server.env.prod.model]\n[services.ai-server.env.prod]\n"),
        f"{PROD}.model: say either id, or key where the target's environment names it",
    ),
    (
        "a model key that sounds like a secret",
        (
            "[services.ai-server.env.prod]\n",
            '[services.ai-server.env.prod.model]\nkey = "DB_PASSWORD"\n[services.ai-server.env.prod]\n',
        ),
        f'{PROD}.model.key: "DB_PASSWORD" sounds like a secret, and the value of a model key is shown on cards',
    ),
    (
        "a model key where no env file is shared",
        (
            "[services.ai-server.env.prod]\n",
            '[services.ai-server.env.prod.ssh]\nshared = ["data", "x.env.d"]\n[services.ai-server.env.prod.model]\n'
            'key = "MODEL_ID"\n[services.ai-server.env.prod]\n',
        ),
        f"{PROD}.model.key: stands in an env file, and none is named in ssh.shared (.env, .env.*, *.env)",
    ),
    (
        "a model id that begins like an option",
        (
            "[services.ai-server.env.prod]\n",
            '[services.ai-server.env.prod.model]\nid = "-a"\n[services.ai-server.env.prod]\n',
        ),
        f'{PROD}.model.id: "-a" is no model id; letters, digits and ._:/@+-, at most 200',
    ),
    (
        "a model id with a space",
        (
            "[services.ai-server.env.prod]\n",
            '[services.ai-server.env.prod.model]\nid = "a b"\n[services.ai-server.env.prod]\n',
        ),
        f'{PROD}.model.id: "a b" is no model id; letters, digits and ._:/@+-, at most 200',
    ),
    (
        "a duration without its unit",
        ('expires = "30m"', "expires = 30"),
        f"{PROD}.policy.approve.expires: 30 is not a duration; write 30s, 5m or 2h",
    ),
    (
        "a role without alias",
        ('deploy = ["deployer"]', 'deploy = ["deployr"]'),
        f'{POLICY}.deploy: role "deployr" is not in [roles]; did you mean "deployer"?',
    ),
    (
        "a role's name as people see it",
        ('deploy = ["deployer"]', 'deploy = ["Team Lead"]'),
        f'{POLICY}.deploy: role "Team Lead" is not in [roles]; known there: deployer, approver',
    ),
    (
        "an approving role without alias",
        ('roles = ["approver"]', 'roles = ["aprover"]'),
        f'{PROD}.policy.approve.groups[0].roles: role "aprover" is not in [roles]; did you mean "approver"?',
    ),
    (
        "an environment outside the chain",
        ('chain = ["staging", "prod"]', 'chain = ["prod"]'),
        "services.ai-server.env.staging: stands neither in chain nor in side; add it to one of them",
    ),
    (
        "a chain that names what is not there",
        ('chain = ["staging", "prod"]', 'chain = ["stagng", "prod"]'),
        'services.ai-server.chain: "stagng" has no [services.ai-server.env.stagng]; did you mean "staging"?',
    ),
    (
        "an environment that stands twice",
        ('chain = ["staging", "prod"]', 'chain = ["staging", "prod"]\nside = ["prod"]'),
        'services.ai-server.chain: "prod" stands here more than once, or in both chain and side',
    ),
    (
        "an adapter that does not exist",
        (STAGING, STAGING.replace('"ssh"', '"shh"')),
        'services.ai-server.env.staging.adapter: "shh" is no adapter; did you mean "ssh"?',
    ),
    (
        "an adapter of a later version",
        (STAGING, STAGING.replace('"ssh"', '"mig"')),
        'services.ai-server.env.staging.adapter: "mig" is not available in this version',
    ),
    (
        "a section of another adapter",
        (STAGING, f'{STAGING}[services.ai-server.env.staging.dry_run]\nworld = "x"\n'),
        'services.ai-server.env.staging.dry_run: the adapter here is "ssh"; take this section out',
    ),
    (
        "a number where text belongs",
        ('unit = "ai-server"', "unit = 5"),
        "services.ai-server.ssh.unit: must be text, in quotes",
    ),
    ("an id without quotes", ('guild = "1"', "guild = 1"), 'discord.guild: write the id in quotes: "1"'),
    (
        "a channel's name instead of its id",
        ('deploys = "2"', 'deploys = "deploys"'),
        'discord.deploys: "deploys" is not an id; ids are digits (Discord: Developer Mode, then Copy ID)',
    ),
    ("something missing", ('guild = "1"\n', ""), "discord.guild: is missing"),
    (
        "a language that nobody wrote",
        ("[discord]", 'language = "kr"\n[discord]'),
        'language: "kr" is not one of ko, en; did you mean "ko"?',
    ),
    (
        "a time zone that is not one",
        ("[discord]", 'timezone = "Asia/Seul"\n[discord]'),
        'timezone: "Asia/Seul" is no time zone; did you mean "Asia/Seoul"?',
    ),
    (
        "a health address without scheme",
        ('url = "http://localhost', 'url = "localhost'),
        "services.ai-server.health.url: must be an address that begins with http:// or https://",
    ),
    (
        "a placeholder that nobody fills",
        (
            "[services.ai-server.policy]",
            '[services.ai-server.impact.en]\ndown = "{durration}"\n[services.ai-server.policy]',
        ),
        "services.ai-server.impact.en.down: {durration} is not known here; only {duration} is",
    ),
    (
        "nobody named as deployer",
        ('deploy = ["deployer"]', 'rollback = ["deployer"]'),
        "services.ai-server.policy.deploy: is missing",
    ),
    (
        "an imitation of Discord far away",
        ('deploys = "2"', 'deploys = "2"\napi = "https://example.org/api/v10"'),
        "discord.api: must be on loopback; the token goes there (or set allow_remote_api = true)",
    ),
    (
        "an on-call role without alias",
        ("[roles]", '[oncall]\nrole = "oncal"\n[roles]\noncall = "9"'),
        'oncall.role: role "oncal" is not in [roles]; did you mean "oncall"?',
    ),
    (
        "a rotation that never starts",
        ("[roles]", ROTATION.replace("2026-11-23T09:00", "monday") + "[roles]"),
        'oncall.rotation.start: "monday" is not a date and time; write 2026-11-23T09:00',
    ),
    (
        "a service's name with a space",
        ("services.ai-server", 'services."AI server"'),
        'services."AI server": "AI server" is not a name; use lower case letters, digits and -, at most 32',
    ),
]


@pytest.mark.parametrize(("swap", "line"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_one_line_names_the_key_and_what_to_write(tmp_path: Path, swap: tuple[str, str], line: str) -> None:
    assert line in problems(tmp_path, changed(swap))


def test_the_good_file_has_no_problem(tmp_path: Path) -> None:
    assert problems(tmp_path) == ()


def test_a_target_without_its_adapters_section_is_asked_for_it(tmp_path: Path) -> None:
    start, end = GOOD.index("[services.ai-server.ssh]"), GOOD.index("[services.ai-server.env.staging]")
    found = problems(tmp_path, GOOD[:start] + GOOD[end:])
    assert f'{PROD}: adapter = "ssh" needs a section [{PROD}.ssh]' in found


def test_a_section_that_no_environment_uses_is_not_ignored(tmp_path: Path) -> None:
    found = problems(tmp_path, changed(('adapter = "ssh"', 'adapter = "dry_run"\ndry_run = { world = "x" }')))
    line = 'services.ai-server.ssh: no environment of this service has adapter = "ssh"; take this section out'
    assert found == (line,)


def test_a_service_without_environments_is_told_to_write_one(tmp_path: Path) -> None:
    text = '[discord]\nguild = "1"\ndeploys = "2"\n[services.web]\n'
    assert problems(tmp_path, text) == ("services.web: has no environment; write one, like [services.web.env.prod]",)


def test_a_file_without_services_is_told_to_write_one(tmp_path: Path) -> None:
    text = '[discord]\nguild = "1"\ndeploys = "2"\n'
    assert problems(tmp_path, text) == ("services: there is none; write one, like [services.ai-server]",)


def test_all_problems_come_in_one_pass(tmp_path: Path) -> None:
    text = changed(
        ("guild =", "giuld ="),
        ('expires = "30m"', 'expires = "30x"'),
        ('deploy = ["deployer"]', 'deploy = ["deployr"]'),
        ('roles = ["approver"]', "oncall = false"),
    )
    found = problems(tmp_path, text, {**ENVIRON, "SSH_PRIVATE_KEY": "short"})
    keys = [line.split(":")[0] for line in found]
    assert keys == [
        "discord.giuld",
        "services.ai-server.policy.deploy",
        f"{PROD}.policy.approve.expires",
        f"{PROD}.policy.approve.groups[0]",
        "services.ai-server.ssh.key",
    ]


def test_a_mistake_in_what_is_inherited_is_said_once_where_it_stands(tmp_path: Path) -> None:
    found = problems(tmp_path, changed(("[services.ai-server.health]", "[services.ai-server.health]\ntrys = 3")))
    assert found == ('services.ai-server.health.trys: unknown key; did you mean "tries"?',)


def test_a_mistake_that_every_environment_replaces_is_still_said(tmp_path: Path) -> None:
    text = changed(("[services.ai-server.policy]", '[services.ai-server.policy]\nhold = "soon"'))
    for env in ("staging", "prod"):
        text += f'[services.ai-server.env.{env}.policy]\nhold = "1s"\n'
    assert problems(tmp_path, text) == (
        'services.ai-server.policy.hold: "soon" is not a duration; write 30s, 5m or 2h',
    )


def test_a_list_whose_items_are_wrong_is_not_called_empty_too(tmp_path: Path) -> None:
    found = problems(tmp_path, changed(('{ roles = ["approver"] }', '{ rols = ["approver"] }')))
    assert [line for line in found if line.endswith("must not be empty")] == []


@pytest.mark.parametrize(
    ("piece", "key"),
    [
        ("[alerts]\n", "alerts"),
    ],
)
def test_what_comes_in_a_later_version_is_refused_and_not_ignored(tmp_path: Path, piece: str, key: str) -> None:
    assert problems(tmp_path, GOOD + piece) == (f"{key}: not available in this version; take it out",)


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors) as caught:
        config.load(tmp_path / "absent.toml", kinds, ENVIRON)
    assert caught.value.problems == (f"{tmp_path / 'absent.toml'}: there is no such file; `init` writes one",)


def test_a_file_that_is_not_toml_says_where(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, '[discord]\nguild = "1\n')
    assert "is not TOML" in line
    assert "line 2" in line


def test_a_layout_of_a_later_version_is_not_called_a_typo(tmp_path: Path) -> None:
    found = problems(tmp_path, changed(('unit = "ai-server"', 'unit = "ai-server"\nlayout = "overlap"')))
    assert found == ('services.ai-server.ssh.layout: "overlap" is not available in this version; take it out',)


ON_GITHUB = """\
[services.llmops]
chain = ["dev"]
[services.llmops.policy]
deploy = ["deployer"]
[services.llmops.health]
url = "https://dev.example.org/health"
from = "bot"
[services.llmops.env.dev]
adapter = "github"
[services.llmops.env.dev.github]
workflow = "cd.yml"
ref = "main"
"""


def test_a_workflow_is_not_dispatched_without_an_identity_and_a_repository(tmp_path: Path) -> None:
    found = problems(tmp_path, GOOD + ON_GITHUB)
    place = "services.llmops.env.dev.adapter"
    assert f'{place}: "github" needs [github] at the top of the file' in found
    assert f'{place}: "github" needs the service\'s repository, like "org/name"' in found
    whole = ON_GITHUB.replace("chain", 'repository = "org/llmops"\nchain')
    assert problems(tmp_path, f"{GOOD}[github]\n{whole}") == ()
