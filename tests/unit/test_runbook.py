"""The runbook has a section for each failure, and its index leads to them."""

import ast
import re

import pytest

from nhs_assets.instance.doctor import EXAMINATIONS
from nhs_assets.settings import PROJECT_ROOT, Settings

pytestmark = pytest.mark.unit

TEXT = (PROJECT_ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
HEADINGS = re.findall(r"^##+ (.+)$", TEXT, re.MULTILINE)
ANCHORS = {re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-") for heading in HEADINGS}
BASES = {"Exception", "ValueError", "LookupError", "KeyError", "RuntimeError", "OSError", "TypeError"}
BASES |= {"duckdb.CatalogException"}


def typed_errors() -> list[str]:
    """Every class of error that the package defines."""
    found = [
        node.name
        for path in sorted((PROJECT_ROOT / "nhs_assets").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and {ast.unparse(base) for base in node.bases} & BASES
    ]
    return sorted(set(found))


def rows_under(heading: str) -> list[list[str]]:
    """Cells of the table below a heading."""
    below = TEXT.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in below.splitlines() if line[:1] == "|"][2:]


def test_there_are_errors_and_looks_to_test() -> None:
    assert len(typed_errors()) >= 10
    assert len(EXAMINATIONS) >= 10


@pytest.mark.parametrize("name", typed_errors())
def test_each_typed_error_has_its_section(name: str) -> None:
    sections = [section for names, section in rows_under("Errors by name") if f"`{name}`" in names]
    assert len(sections) == 1
    assert re.search(r"\]\(#[a-z0-9-]+\)", sections[0])


def test_each_error_by_name_is_one_there_is() -> None:
    named = {name for names, _ in rows_under("Errors by name") for name in re.findall(r"`(\w+)`", names)}
    assert named == set(typed_errors())


@pytest.mark.parametrize("name", EXAMINATIONS)
def test_each_look_of_the_doctor_says_what_is_wrong_and_what_to_do(name: str) -> None:
    ((_, means, do),) = [row for row in rows_under("What the doctor finds") if row[0] == f"`{name}`"]
    assert means
    assert do


def test_every_link_within_the_page_leads_to_a_heading() -> None:
    linked = set(re.findall(r"\]\(#([^)]+)\)", TEXT))
    assert linked <= ANCHORS, linked - ANCHORS


def test_every_section_of_a_failure_says_what_is_seen_and_what_to_do() -> None:
    sections = re.split(r"^### ", TEXT, flags=re.MULTILINE)[1:]
    lacking = [
        section.splitlines()[0]
        for section in sections
        if "**You see**" in section and not re.search(r"\*\*Do\*\*|\| Do \|", section)
    ]
    assert not lacking


def test_every_variable_that_the_page_names_is_a_setting() -> None:
    named = set(re.findall(r"NHS_ASSETS_([A-Z_]+[A-Z])\b(?!\*)", TEXT))
    assert named <= {field.upper() for field in Settings.model_fields} | {"HISTORY"}, named
