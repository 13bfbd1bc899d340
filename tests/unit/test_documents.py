"""The documents are current: generated pages, links, commands, and the names of what there is."""

import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest
import typer.main

from nhs_assets.build.checks import find_checks, written_checks
from nhs_assets.cli import app
from nhs_assets.outputs.generated_docs import pages
from nhs_assets.settings import PROJECT_ROOT

pytestmark = pytest.mark.unit

DOCS = PROJECT_ROOT / "docs"
PAGES = sorted([PROJECT_ROOT / "README.md", *DOCS.rglob("*.md")])
README_BYTES = 9_000
HELPERS = {"__init__", "money", "parameters", "tables"}
"""Modules of the model that hold no rule."""

FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT_ROOT))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def anchors_of(path: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text_of(path)), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", pages())
def test_generated_page_is_current(name: str) -> None:
    assert text_of(DOCS / name) == pages()[name], "run: nhs-assets docs"


def test_readme_is_short() -> None:
    assert (PROJECT_ROOT / "README.md").stat().st_size <= README_BYTES


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_internal_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text_of(page))):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and anchor not in anchors_of(path)):
            broken.append(link)
    assert not broken


def commands_in(block: str) -> list[list[str]]:
    """The words of each ``nhs-assets`` command in a block of shell, which may run over several lines."""
    found, unfinished = [], ""
    for line in block.splitlines():
        unfinished += line + "\n"
        try:
            words = shlex.split(unfinished, comments=True)
        except ValueError:  # a quotation that ends on a later line
            continue
        unfinished = ""
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            words.pop(0)
        if words[:1] == ["nhs-assets"]:
            ends = [words.index(sign) for sign in (">", "|") if sign in words]
            found.append(words[1 : min(ends, default=None)])
    return found


def parse(command: click.Command, words: list[str]) -> None:
    """Reads the words as the command line would, without running anything."""
    with command.make_context(command.name, list(words)) as context:
        if isinstance(command, click.Group):
            _, inner, rest = command.resolve_command(context, [*context.protected_args, *context.args])
            parse(inner, rest)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_are_ones_that_the_command_line_takes(page: Path) -> None:
    for language, block in FENCE.findall(text_of(page)):
        for words in commands_in(block) if language == "bash" else []:
            parse(typer.main.get_command(app), words)


def test_commands_are_found() -> None:
    block = 'FETCH=true nhs-assets query -f csv "SELECT 1\n  AS one" > file   # one\nmake test\nnhs-assets tables\n'
    assert commands_in(block) == [["query", "-f", "csv", "SELECT 1\n  AS one"], ["tables"]]


def test_bare_make_lists_every_target() -> None:
    done = subprocess.run(["make", "--silent"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    (targets,) = re.findall(r"^\.PHONY: (.+)$", (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [line.split()[0] for line in done.stdout.splitlines()] == targets.split()


def test_contributing_names_every_room_and_module_of_the_model() -> None:
    package, text = PROJECT_ROOT / "nhs_assets", text_of(DOCS / "contributing.md")
    rooms = [f"`nhs_assets/{path.parent.name}/`" for path in package.glob("*/__init__.py")]
    modules = [f"`{path.stem}`" for path in (package / "model").glob("*.py") if path.stem not in HELPERS]
    assert not [name for name in (*rooms, *modules) if name not in text]


def test_method_names_every_written_check_and_none_that_is_gone() -> None:
    named = set(re.findall(r"`(\w+/\w+)`", text_of(DOCS / "method.md")))
    checks = {f"{check.schema}/{check.rule}" for check in find_checks(PROJECT_ROOT / "sql")}
    schemas = {check.partition("/")[0] for check in checks}
    assert {f"{check.schema}/{check.rule}" for check in written_checks(PROJECT_ROOT / "sql")} <= named
    assert {name for name in named if name.partition("/")[0] in schemas} <= checks
