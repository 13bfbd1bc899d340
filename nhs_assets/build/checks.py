"""Checks: a SELECT that returns the rows which break a rule, and what it found."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import polars as pl

from nhs_assets.build.declared import declared_rules, declared_select
from nhs_assets.build.engine import Session
from nhs_assets.build.select import Select
from nhs_assets.contracts.registry import Contract, contracts
from nhs_assets.contracts.rules import Rule

TODAY = "today"
"""Parameter of a check that follows the day, written ``$today``: the database's own day is that of its machine."""

SAMPLE_ROWS = 5
THREADS = 2
HEADER_KEYS = ("table", "severity", "title", "remedy")
SEVERITIES = ("error", "warn")


@dataclass(frozen=True)
class Check:
    """One rule on one table. An ``error`` stops what follows and stops publication; a ``warn`` asks for a look."""

    schema: str
    rule: str
    select: Select

    @property
    def name(self) -> str:
        """``settlement.total_is_resource_plus_capital``."""
        return f"{self.schema}.{self.rule}"

    @property
    def table(self) -> str:
        """The table it guards; whatever else it reads is made before that table."""
        return self.select.header["table"]

    @property
    def identity(self) -> str | None:
        """Number of the identity it holds in the method page, such as S1."""
        return self.select.header.get("identity")

    @property
    def blocking(self) -> bool:
        """Whether a breach stops the run and the publication."""
        return self.select.header["severity"] == "error"

    @property
    def title(self) -> str:
        """What holds, in one line."""
        return self.select.header["title"]

    @property
    def remedy(self) -> str:
        """What to do when it does not hold."""
        return self.select.header["remedy"]

    @property
    def follows_the_day(self) -> bool:
        """Whether it may find other rows in the same tables on another day."""
        return f"${TODAY}" in self.select.text

    @property
    def reads(self) -> tuple[str, ...]:
        """Tables it reads, the guarded one included."""
        return tuple(sorted({self.table, *self.select.tables}))


@dataclass(frozen=True)
class Outcome:
    """What a check found: how many rows break it, and the first of them."""

    check: Check
    offending: pl.DataFrame

    @property
    def passed(self) -> bool:
        """Whether no row breaks the rule."""
        return self.offending.is_empty()

    @property
    def sample(self) -> str | None:
        """The first offending rows, one a line, each cell with its column's name."""
        if self.passed:
            return None
        rows = self.offending.head(SAMPLE_ROWS).iter_rows(named=True)
        return "\n".join(", ".join(f"{name} {value}" for name, value in row.items()) for row in rows)

    def __str__(self) -> str:
        if self.passed:
            return f"{self.check.name}: holds"
        count = len(self.offending)
        rows = "row breaks" if count == 1 else "rows break"
        return f"{self.check.name}: {count} {rows} it ({self.check.title}).\n{self.sample}\n{self.check.remedy}"


@lru_cache(maxsize=4)
def find_checks(sql_dir: Path) -> tuple[Check, ...]:
    """Every check, those that are written before those that contracts declare.

    Raises:
        ValueError: if a header lacks a line or names an unknown severity, or two checks have one name.
        KeyError: if a declared rule names an unknown table or column.
    """
    declared = (
        declared_check(described, rule) for described in contracts().values() for rule in declared_rules(described)
    )
    checks = (*written_checks(sql_dir), *declared)
    twice = [name for name, count in Counter(check.name for check in checks).items() if count > 1]
    if twice:
        raise ValueError(f"two checks have the name {', '.join(twice)}")
    return checks


def written_checks(sql_dir: Path) -> tuple[Check, ...]:
    """Every check in ``<schema>/checks/``, by schema and rule.

    Raises:
        ValueError: if a header lacks a line or names an unknown severity.
    """
    checks = []
    for path in sorted(sql_dir.glob("*/checks/*.sql")):
        select = Select.from_file(path)
        missing = [key for key in HEADER_KEYS if not select.header.get(key)]
        if missing or select.header["severity"] not in SEVERITIES:
            raise ValueError(f"{path}: the header needs {', '.join(HEADER_KEYS)}, severity one of {SEVERITIES}")
        checks.append(Check(path.parent.parent.name, path.stem, select))
    return tuple(checks)


def declared_check(described: Contract, rule: Rule) -> Check:
    """The check of a rule that a contract declares.

    Raises:
        KeyError: if the rule names an unknown table or column.
    """
    name, select = declared_select(described, rule)
    return Check(described.schema, name, select)


def evaluate(session: Session, checks: Sequence[Check], today: date) -> tuple[Outcome, ...]:
    """Runs the checks, two at a time, and returns what they found in the order given.

    Planning takes most of a check's time and uses one core, so a second thread nearly halves the wait.

    Args:
        session: the tables that they read.
        checks: the checks.
        today: the day, for those that follow it.
    """

    def run(check: Check) -> Outcome:
        with session.beside() as own:
            values = {TODAY: today} if check.follows_the_day else None
            return Outcome(check, own.rows(check.select, values))

    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        return tuple(pool.map(run, checks))
