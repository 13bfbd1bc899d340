"""What the first page of a version shows: answers, warnings, changes, every check, how to cite."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from nhs_assets.build.relation import rows_of
from nhs_assets.outputs.questions import find_question
from nhs_assets.outputs.summary import Headline, headlines
from nhs_assets.store.snapshot import open_published

WHAT_CHANGED = "what_changed"

CHECKS = """
SELECT
    CASE WHEN c.passed THEN 'passed' WHEN c.severity = 'warn' THEN 'warning' ELSE 'failed' END AS state,
    CASE c.severity WHEN 'error' THEN 'stops publication' ELSE 'warns' END AS severity,
    c.table_name AS "table",
    c.title AS "check",
    c.offending_rows AS "rows"
FROM audit.check_result AS c
ORDER BY c.passed, c.severity, c.table_name, c.title
"""
WARNINGS = """
SELECT c.table_name || ': ' || c.title, c.sample
FROM audit.check_result AS c
WHERE NOT c.passed
ORDER BY c.table_name, c.title
"""
CITATION = "SELECT m.stated_as FROM audit.run_manifest AS m WHERE m.fact = 'how_to_cite'"


@dataclass(frozen=True)
class Warned:
    """A check that does not pass, and the first rows that break it."""

    title: str
    rows: str


@dataclass(frozen=True)
class FrontPage:
    """The first page of a version.

    Attributes:
        warnings: checks that do not pass.
        checks: ``state``, ``severity``, ``table``, ``check``, ``rows``; those that do not pass first.
        changed: one sentence.
        changes: by cause and table.
    """

    answers: tuple[Headline, ...]
    warnings: tuple[Warned, ...]
    checks: pl.DataFrame
    changed: str
    changes: pl.DataFrame
    citation: str


def front_page(database: Path) -> FrontPage:
    """The first page of a version, from its published file."""
    with open_published(database) as published:
        asked = find_question(WHAT_CHANGED)
        changes = rows_of(published, asked.sql)
        ((citation,),) = published.sql(CITATION).fetchall()
        return FrontPage(
            answers=headlines(published),
            warnings=tuple(Warned(*row) for row in published.sql(WARNINGS).fetchall()),
            checks=rows_of(published, CHECKS),
            changed=asked.sentence(changes),
            changes=changes.drop("compared_with"),
            citation=citation,
        )
