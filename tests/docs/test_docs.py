"""Documentation that lies fails a test."""

from __future__ import annotations

import ast
import re
import subprocess

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from scripts import write_docs
from tests.capabilities import ROOT

READMES = ("README.md", "README.ko.md")
PAGES = [*sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/**/*.md")), *READMES]
ENGLISH = sorted(path.name for path in (ROOT / "docs").glob("*.md") if not path.name.endswith(".ko.md"))
NAMES = ("/work/" + "main", "files.python" + "hosted", r"pypi\." + "org", "registry.npm" + "js")


def test_the_pages_of_commands_and_codes_are_those_of_today() -> None:
    assert write_docs.stale() == [], "run: python -m scripts.write_docs"


def test_every_registered_command_is_documented_with_its_options() -> None:
    pages = write_docs.commands("en")
    sources = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "commands").glob("*.py")}
    registered = set(re.findall(r'app_commands\.command\(name="([a-z]+)"', "\n".join(sources.values())))
    assert registered == set(write_docs.COMMANDS)
    assert all(f"`/{name}`" in pages for name in registered)


def options() -> dict[str, str]:
    """Of each command, as its function takes them: what has a default may be left out."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "commands").glob("*.py"))
    made = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef))
    return {name: _options(node.args) for node in made for name in _registered(node)}


def _registered(node: ast.AsyncFunctionDef) -> list[str]:
    return re.findall(r"app_commands\.command\(name='([a-z]+)'", " ".join(map(ast.unparse, node.decorator_list)))


def _options(taken: ast.arguments) -> str:
    names = [one.arg.rstrip("_") for one in taken.args[1:]]
    needed = len(names) - len(taken.defaults)
    return " ".join([*names[:needed], *(f"[{name}]" for name in names[needed:])])


def test_the_options_of_every_command_are_those_that_it_takes() -> None:
    assert options() == write_docs.COMMANDS


@pytest.mark.parametrize("page", PAGES)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{page} points to {target}"


@pytest.mark.parametrize("page", ENGLISH)
def test_every_page_stands_in_both_languages(page: str) -> None:
    assert (ROOT / "docs" / page.replace(".md", ".ko.md")).exists()


def test_the_commands_that_the_readme_shows_exist() -> None:
    for name in READMES:
        text = (ROOT / name).read_text(encoding="utf-8")
        for verb in set(re.findall(r"`slipway ([a-z-]+)", text)):
            assert CliRunner().invoke(main, [verb, "--help"]).exit_code == 0, f"{name} shows `slipway {verb}`"


def test_nothing_in_the_project_names_a_machine_path_or_a_registry() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    forbidden = re.compile("|".join(NAMES))
    for name in listed.split("\0"):
        path = ROOT / name
        if name and path.suffix not in {".png", ".jpg"} and path.is_file():
            assert not forbidden.search(path.read_text(encoding="utf-8", errors="replace")), name
